/// Finds the first stop string in a text that comes in pieces, and holds back what may become one.
///
/// The answer does not depend on how the text was cut: the stop string that ends first wins, and of
/// several that end at the same byte the longest.
package struct StopStringMatcher: Sendable {
    /// What a piece of text led to.
    package struct Result: Equatable {
        /// Text that is certainly not part of a stop string.
        package var released: String
        /// The stop string that was found; nothing may follow it.
        package var match: String?
    }

    private let stops: [(text: String, bytes: [UInt8])]
    private let includesMatch: Bool
    private var held: [UInt8] = []

    /// Watches for `stops`; with `includesMatch` the one found is part of the released text.
    package init(_ stops: [String], includesMatch: Bool) {
        // Longest first, so that the first match at a byte is the longest.
        self.stops = stops.map { ($0, Array($0.utf8)) }
            .filter { !$0.1.isEmpty }
            .sorted { $0.1.count > $1.1.count }
        self.includesMatch = includesMatch
    }

    /// Takes more text; whole characters only.
    package mutating func append(_ text: String) -> Result {
        guard !stops.isEmpty else { return Result(released: text, match: nil) }
        let firstNewEnd = held.count + 1
        held.append(contentsOf: text.utf8)
        var end = firstNewEnd
        while end <= held.count {
            for stop in stops where held[..<end].ends(with: stop.bytes) {
                let kept = includesMatch ? end : end - stop.bytes.count
                let released = String(decoding: held[..<kept], as: UTF8.self)
                held = []
                return Result(released: released, match: stop.text)
            }
            end += 1
        }
        let keepFrom = held.count - longestOpenPrefix()
        let released = String(decoding: held[..<keepFrom], as: UTF8.self)
        held.removeFirst(keepFrom)
        return Result(released: released, match: nil)
    }

    /// The text is over: what was held back is ordinary text.
    package mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// The length of the longest end of the held text with which a stop string begins.
    private func longestOpenPrefix() -> Int {
        var longest = 0
        for stop in stops {
            var length = min(stop.bytes.count - 1, held.count)
            while length > longest {
                if held.ends(with: stop.bytes[..<length]) { longest = length }
                length -= 1
            }
        }
        return longest
    }
}

extension Collection<UInt8> {
    /// Whether the last elements are `suffix`.
    fileprivate func ends(with suffix: some Collection<UInt8>) -> Bool {
        count >= suffix.count && self.dropFirst(count - suffix.count).elementsEqual(suffix)
    }
}
