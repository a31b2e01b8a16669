import MartletClient
import NIOHTTP1
import Testing

@Suite("Waiting before a repetition")
struct RetryPolicyTests {
    let policy = RetryPolicy(limit: 5, firstDelay: .seconds(1), longestDelay: .seconds(6))

    @Test("waits double up to the longest, and half of each is chance")
    func backoff() {
        let shortest = (0..<6).map { policy.delay(after: $0, asked: nil, random: 0) }
        #expect(
            shortest == [.seconds(0.5), .seconds(1), .seconds(2), .seconds(3), .seconds(3), nil]
        )
        #expect(policy.delay(after: 1, asked: nil, random: 0.5) == .seconds(1.5))
        #expect(RetryPolicy.never.delay(after: 0, asked: nil, random: 0) == nil)
        let patient = RetryPolicy(limit: .max, firstDelay: .seconds(1), longestDelay: .seconds(6))
        #expect(patient.delay(after: 1_000_000, asked: nil, random: 0) == .seconds(3))
    }

    @Test("what the server asks for comes first, with a little chance on top")
    func asked() {
        #expect(policy.delay(after: 3, asked: .seconds(20), random: 0.5) == .seconds(20.5))
        #expect(policy.delay(after: 3, asked: .seconds(61), random: 0) == nil)
    }

    @Test(
        "Retry-After is seconds or a date",
        arguments: [
            ("7", 7), ("0", 0), ("1.5", 1.5), ("-1", nil), ("nan", nil), ("inf", nil),
            ("1e300", nil), ("soon", nil), ("", nil),
            ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
            ("Mon, 07 Nov 1994 08:49:37 GMT", 86_400),
            ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
            ("Wed, 01 Mar 1995 08:49:37 GMT", 115 * 86_400),
            ("Sun, 06 Nov 99999 08:49:37 GMT", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 08:49 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
        ] as [(String, Double?)]
    )
    func header(text: String, seconds: Double?) {
        let headers: HTTPHeaders = ["Retry-After": text, "Date": "Sun, 06 Nov 1994 08:49:37 GMT"]
        #expect(retryAfter(headers) == seconds.map { .seconds($0) })
    }

    @Test("a date means nothing without the server's own")
    func noDate() {
        #expect(retryAfter(["Retry-After": "Sun, 06 Nov 1994 08:50:07 GMT"]) == nil)
        #expect(retryAfter([:]) == nil)
    }
}
