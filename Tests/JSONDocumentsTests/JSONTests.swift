import JSONDocuments
import Testing

private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

@Suite("JSON")
struct JSONTests {
    @Test("documents of every kind are read")
    func reads() throws {
        #expect(try parse(" null ") == .null)
        #expect(try parse("[true,false]") == .array([.bool(true), .bool(false)]))
        #expect(try parse("-0") == .integer(0))
        #expect(try parse("9223372036854775807") == .integer(.max))
        #expect(try parse("9223372036854775808") == .wideInteger(9_223_372_036_854_775_808))
        #expect(try parse("9223372036854775808").number == 9_223_372_036_854_775_808)
        #expect(try parse("1" + String(repeating: "0", count: 39)) == .number(1e39))
        #expect(try parse("1.5e3") == .number(1500))
        #expect(try parse(#""a\u00e9\ud83d\ude00\n\/""#) == .string("aé😀\n/"))
        #expect(try parse(#"{"a":{"b":[1]}}"#)["a"]?["b"]?[0] == .integer(1))
    }

    @Test("a byte order mark is skipped")
    func byteOrderMark() throws {
        #expect(try JSONParser.parse([0xEF, 0xBB, 0xBF] + Array("1".utf8)) == .integer(1))
    }

    @Test(
        "what is not JSON is refused",
        arguments: [
            "", "{", "[1,", "[1,]", #"{"a"}"#, #"{"a":1,}"#, "01", "1.", ".5", "+1", "1e", "NaN",
            "Infinity", "1e400", "tru", "nulll", #""\x""#, #""\u12""#, #""\ud800""#, #""\udc00""#,
            #""\ud800\u0041""#, "\"\n\"", #"{"a":1,"a":2}"#, "1 2", "{'a':1}", "[1}", "\"",
        ]
    )
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try parse(text) }
    }

    @Test("bytes that are not UTF-8 are refused")
    func invalidBytes() {
        #expect(throws: JSONError.self) { try JSONParser.parse([0x22, 0xFF, 0xFE, 0x22]) }
    }

    @Test("nesting beyond the limit is refused, however deep", arguments: [65, 1_000_000])
    func depth(levels: Int) throws {
        let open = String(repeating: "[", count: levels)
        #expect(throws: JSONError.self) { try parse(open) }
        let fits = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try parse(fits)
    }

    @Test("what is written reads back the same")
    func roundTrip() throws {
        let document = JSONValue.object([
            JSONMember("text\u{1}\u{1F}\"\\\t\r\n", .string("é\u{2028}😀\u{0}")),
            JSONMember("numbers", .array([.integer(.min), .wideInteger(.min), .number(0.1)])),
            JSONMember("small", .number(1e-300)),
            JSONMember("empty", .array([.object([]), .array([]), .null])),
        ])
        var writer = JSONWriter()
        writer.value(document)
        #expect(try JSONParser.parse(writer.bytes) == document)
    }

    @Test("numbers that are not finite are written as null")
    func notFinite() {
        var writer = JSONWriter()
        writer.array([Double.nan, .infinity, 1]) { $0.number($1) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "[null,null,1.0]")
    }
}

@Suite("JSON in a program")
struct JSONLiteralTests {
    @Test("literals are the document they look like")
    func literals() throws {
        let value: JSONValue = ["b": [1, -2.5, true, "x", .null, [], [:]], "a": ["c": "é"]]
        #expect(try parse(#"{"b":[1,-2.5,true,"x",null,[],{}],"a":{"c":"é"}}"#) == value)
    }
}
