package import NIOHTTP1

/// Which failures are tried again, and how long to wait before.
///
/// Only what may pass by itself is: no connection, and the statuses 408, 409, 429 and 5xx. Once an
/// answer has begun nothing is tried again, for its beginning may have been used.
///
/// A wait is what the server asks for with `Retry-After`; where it does not, it begins with
/// ``firstDelay`` and doubles. Part of it is left to chance, so that clients refused together do
/// not come back together. A wait that would outlast the call's deadline is not begun.
public struct RetryPolicy: Sendable, Equatable {
    /// How often a call is sent again at most; 0 is never.
    public var limit: Int
    /// The wait before the first repetition; it doubles from one to the next.
    public var firstDelay: Duration
    /// No wait of our own choice is longer.
    public var longestDelay: Duration
    /// A server that asks for a longer wait is not waited for: its error is thrown at once.
    public var longestRetryAfter: Duration

    /// Makes a policy; as it is, a call is sent three times at most.
    public init(
        limit: Int = 2,
        firstDelay: Duration = .milliseconds(500),
        longestDelay: Duration = .seconds(8),
        longestRetryAfter: Duration = .seconds(60)
    ) {
        self.limit = limit
        self.firstDelay = firstDelay
        self.longestDelay = longestDelay
        self.longestRetryAfter = longestRetryAfter
    }

    /// Every failure is thrown at once.
    public static let never = RetryPolicy(limit: 0)

    /// How long to wait before the call is sent again.
    ///
    /// - Parameters:
    ///   - attempt: how many repetitions there were.
    ///   - asked: what the server asked for; it knows better than we do.
    ///   - random: from 0 up to 1. Half of a wait is left to chance, so that clients refused
    ///     together do not come back together.
    /// - Returns: nil if the call shall not be sent again.
    package func delay(after attempt: Int, asked: Duration?, random: Double) -> Duration? {
        guard attempt < limit else { return nil }
        if let asked { return asked <= longestRetryAfter ? asked + firstDelay * random : nil }
        // 2^30 times anything is beyond every longest delay that makes sense.
        let doubled = firstDelay * (1 << min(attempt, 30))
        return min(doubled, longestDelay) * (0.5 + random / 2)
    }
}

/// The wait that the headers of a refusal ask for; nil if they do not, or not in words we know.
///
/// Seconds, or a date. A date is compared with the server's own `Date`, so that no clock needs to
/// be right (RFC 9110, section 10.2.3).
package func retryAfter(_ headers: HTTPHeaders) -> Duration? {
    guard let text = headers.first(name: "Retry-After") else { return nil }
    if let seconds = Double(text) {
        // A year is as good as never, and fits a Duration.
        return seconds >= 0 && seconds < 31_536_000 ? .seconds(seconds) : nil
    }
    guard let then = secondsOfDate(text), let now = headers.first(name: "Date"),
        let now = secondsOfDate(now)
    else { return nil }
    return .seconds(max(0, then - now))
}

/// Unix seconds of an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`.
private func secondsOfDate(_ text: String) -> Int? {
    let words = text.split(separator: " ")
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    guard words.count == 6, words[5] == "GMT",
        let day = Int(words[1]), (1...31).contains(day),
        let month = months.firstIndex(of: String(words[2])),
        let year = Int(words[3]), (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int($0) }
    guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]),
        (0...60).contains(clock[2])
    else { return nil }
    // Days since 1 March of year 0, counted so that the leap day is the last of its year.
    let shifted = month < 2 ? year - 1 : year
    let dayOfYear = (153 * ((month + 10) % 12) + 2) / 5 + day - 1
    let days = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
    return days * 86_400 + clock[0] * 3_600 + clock[1] * 60 + clock[2]
}
