import MartletClient
import Testing

@Suite("Server-sent events")
struct EventParserTests {
    /// What the parser makes of a stream that comes in pieces of so many bytes.
    private func events(_ text: String, pieceLength: Int) throws -> [String] {
        var parser = EventParser(limit: 100)
        var events: [[UInt8]] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            events += try parser.append(rest.prefix(pieceLength))
            rest = rest.dropFirst(pieceLength)
        }
        return events.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("events are the same however the stream is cut", arguments: [1, 2, 3, 5, 1000])
    func pieces(length: Int) throws {
        let text =
            "data: one\n\n" + ": a comment\n\n" + "data:two\r\n\r\n" + "data: thr\u{e9}e\r\r"
            + "event: message\ndata: first line\ndata:  second line\nid: 7\n\n"
            + "data\n\n" + "database: no\n\n" + "\n\r\n" + "data: [DONE]\n\n"
        let expected = ["one", "two", "thrée", "first line\n second line", "", "[DONE]"]
        #expect(try events(text, pieceLength: length) == expected)
    }

    @Test("an event that is not finished is not given")
    func unfinished() throws {
        #expect(try events("data: one\n\ndata: two\n", pieceLength: 4) == ["one"])
    }

    @Test("a line without end is refused", arguments: ["data: ", ": ", ""])
    func lineLimit(start: String) {
        let text = start + String(repeating: "a", count: 101)
        #expect(throws: ClientError.malformedAnswer("an event has more than 100 bytes")) {
            try events(text, pieceLength: 7)
        }
    }

    @Test("an event of endless lines is refused")
    func eventLimit() {
        let text = String(repeating: "data: 123456789\n", count: 11)
        #expect(throws: ClientError.self) { try events(text, pieceLength: 7) }
    }
}
