import Checkpoints
import Testing

@Suite struct JSONReaderTests {
    private func parse(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8), file: "test.json")
    }

    @Test("values of every kind are read")
    func values() throws {
        #expect(
            try parse(" [1, -2.5, 1e2, true, false, null, \"a\"] ")
                == .array([
                    .integer(1), .double(-2.5), .double(100), .bool(true), .bool(false), .null,
                    .string("a"),
                ])
        )
        #expect(try parse("{}") == .object([]))
        #expect(try parse("{\"a\":{\"b\":[]}}")["a"]?["b"] == .array([]))
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("9223372036854775808") == .double(9_223_372_036_854_775_808))
    }

    @Test("escapes become what they stand for")
    func escapes() throws {
        let text = #""\" \\ \/ \b\f\n\r\t \u0041 \u00e9 \ud83d\ude00""#
        let expected = "\" \\ / \u{8}\u{c}\n\r\t A \u{e9} \u{1F600}"
        guard case .string(let string) = try parse(text) else {
            Issue.record("not a string")
            return
        }
        #expect(Array(string.utf8) == Array(expected.utf8))
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "[1", "[1,", "[1,]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}",
            "{a:1}", "{\"a\" 1}", "01", "-", "-01", "1.", ".5", "1e", "1e+", "+1", "0x10", "NaN",
            "Infinity", "tru", "truex", "nulll", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"",
            "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"\\ud800\\n\"", "\"\n\"", "1 2",
            "[] []", "{\"a\":1,\"a\":2}", "1e999", "'a'", "// a\n1", "\u{feff}1",
        ]
    )
    func refused(_ text: String) {
        #expect(throws: CheckpointError.self) { try parse(text) }
    }

    @Test("text that is not UTF-8 is refused")
    func invalidUTF8() {
        for bytes: [UInt8] in [
            [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
        ] {
            #expect(throws: CheckpointError.self) {
                try JSONValue(parsing: [0x22] + bytes + [0x22], file: "test.json")
            }
        }
    }

    @Test("keys that differ only in their normalisation are two keys")
    func normalisation() throws {
        let value = try parse("{\"\u{e9}\":1,\"e\u{301}\":2}")
        #expect(value["\u{e9}"] == .integer(1))
        #expect(value["e\u{301}"] == .integer(2))
    }

    @Test("nesting has a limit and does not end the process")
    func nesting() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try parse(deep)
        #expect(throws: CheckpointError.self) { try parse("[" + deep + "]") }
        #expect(throws: CheckpointError.self) {
            try parse(String(repeating: "{\"a\":", count: 1_000_000))
        }
    }

    @Test("an error tells the file and the place")
    func message() {
        let expected = CheckpointError.invalidJSON(
            file: "test.json",
            offset: 5,
            problem: "a number begins with 0"
        )
        #expect(throws: expected) { try parse("[1,01]") }
    }
}
