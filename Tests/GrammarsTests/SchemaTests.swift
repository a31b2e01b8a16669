import Grammars
import JSONDocuments
import Testing

@Suite("JSON schemas")
struct SchemaTests {
    @Test(
        "what is not supported is refused by its name and place",
        arguments: [
            (
                "{\"properties\":{\"a\":{\"unevaluatedProperties\":false}}}",
                "unevaluatedProperties", "#/properties/a"
            ),
            ("{\"items\":{\"$dynamicRef\":\"#x\"}}", "$dynamicRef", "#/items"),
            ("{\"frobnicate\":1}", "frobnicate", "#"),
            (
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"uniqueItems\":true}",
                "uniqueItems", "#"
            ),
            ("{\"$ref\":\"https://example.com/x\"}", "$ref", "#/$ref"),
            ("{\"format\":\"regex\"}", "format: regex", "#/format"),
            ("{\"contains\":{\"const\":1},\"maxContains\":2}", "maxContains", "#"),
            (
                "{\"not\":{\"properties\":{\"a\":{}},\"additionalProperties\":false}}",
                "additionalProperties", "#/not"
            ),
            (
                "{\"properties\":{\"a/b\":{\"pattern\":\"(?=x)\"}}}", "look-ahead",
                "#/properties/a~1b/pattern"
            ),
            ("{\"multipleOf\":123456789}", "multipleOf", "#/multipleOf"),
        ]
    )
    func unsupported(schema: String, feature: String, path: String) throws {
        guard
            case .refused(.unsupported(let name, let place, _)) = Outcome(
                of: try Sample.schema(schema)
            )
        else {
            Issue.record("\(schema) is not refused as unsupported")
            return
        }
        #expect(name == feature)
        #expect(place == path)
    }

    @Test(
        "what is wrong is reported with its place",
        arguments: [
            ("{\"type\":\"strin\"}", "#/type"), ("{\"type\":3}", "#/type"), ("3", "#"),
            ("{\"properties\":{\"a\":[]}}", "#/properties/a"),
            ("{\"properties\":[]}", "#/properties"),
            ("{\"required\":[1]}", "#/required"), ("{\"minLength\":-1}", "#/minLength"),
            ("{\"maxItems\":1.5}", "#/maxItems"), ("{\"minimum\":\"1\"}", "#/minimum"),
            ("{\"multipleOf\":0}", "#/multipleOf"), ("{\"pattern\":1}", "#/pattern"),
            ("{\"enum\":1}", "#/enum"), ("{\"anyOf\":{}}", "#/anyOf"), ("{\"$ref\":1}", "#/$ref"),
            ("{\"$ref\":\"#/$defs/a\"}", "#/$ref"), ("{\"$ref\":\"#a\"}", "#/$ref"),
            ("{\"$ref\":\"#\"}", "#"),
            ("{\"items\":{\"allOf\":[{\"$ref\":\"#/items\"}]}}", "#/items"),
        ]
    )
    func invalid(schema: String, path: String) throws {
        guard case .refused(.invalid(let place, _, _)) = Outcome(of: try Sample.schema(schema))
        else {
            Issue.record("\(schema) is not refused as invalid")
            return
        }
        #expect(place == path)
    }

    @Test("white space is free within bounds, and can be forbidden")
    func whitespace() throws {
        let schema = JSONValue.object([
            JSONMember("properties", .object([JSONMember("a", .object([]))])),
            JSONMember("type", .string("object")),
        ])
        try Sample.expect(
            .jsonSchema(schema),
            takes: [
                "{\"a\":1}", "{ \"a\" : 1 }", "{\n  \"a\": [\n\t1\r\n]\n}", "{}", "{ }",
                "{\"a\": 1, \n\"b\":2}",
            ],
            refuses: [" {}", "{}\n", "{\n\n}", "{\"a\":   1}", "{\t}", "{\"a\":\r1}"]
        )
        let indented = "{\n" + String(repeating: " ", count: 65) + "}"
        try Sample.expect(
            .jsonSchema(schema, options: JSONTextOptions(whitespace: .none)),
            takes: ["{\"a\":1,\"b\":[1,2]}"],
            refuses: ["{\"a\": 1}", indented]
        )
    }

    @Test("strings may be escaped in every way, and are valid")
    func strings() throws {
        try Sample.expect(
            Sample.schema(["type": .string("string"), "maxLength": .integer(2)]),
            takes: [
                "\"\\u0041\\/\"", "\"\\uD83D\\ude00x\"", "\"\\b\\f\"", "\"é日\"",
                "\"\\uFFFF\\uE000\"", "\"\u{7F}\"",
            ],
            refuses: [
                "\"\\uD83D\"", "\"\\uDE00\"", "\"\\uD83Dx\"", "\"\\uD83D\\u0041\"", "\"\\x41\"",
                "\"\n\"",
                "\"abc\"", "\"\\u00e\"", "\"\\u0041\\u0042\\u0043\"",
            ]
        )
        try Sample.expect(
            try Sample.schema("{\"pattern\":\"^[é-ü😀]$\",\"type\":\"string\"}"),
            takes: ["\"é\"", "\"\\u00e9\"", "\"\\u00FC\"", "\"😀\"", "\"\\uD83D\\uDE00\""],
            refuses: ["\"e\"", "\"\\u0065\"", "\"😁\"", "\"\\uD83D\\uDE01\"", "\"\\u00e8\""]
        )
    }

    @Test("bytes that are not UTF-8 are refused inside strings")
    func brokenUTF8() throws {
        let grammar = try Grammar.compile(Sample.schema(["type": .string("string")]))
        let contents: [[UInt8]] = [
            [0xC0, 0x80], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xC3], [0xE6, 0x97],
        ]
        for content in contents { #expect(!grammar.accepts([0x22] + content + [0x22])) }
    }

    @Test("bounds of numbers are exact")
    func numbers() throws {
        try Sample.expect(
            try Sample.schema("{\"type\":\"number\",\"exclusiveMinimum\":-1.25,\"maximum\":1000}"),
            takes: [
                "-1.2499", "-1", "0", "-0.0", "999.999", "1000", "1000.000", "1e3", "-1.249e0",
                "1E-20",
            ],
            refuses: [
                "-1.25", "-1.250", "-2", "1000.0001", "1001", "1.1e3", "-1.25e0", "01", "1.",
                "1e400",
            ]
        )
        try Sample.expect(
            try Sample.schema("{\"type\":\"integer\",\"minimum\":-12,\"exclusiveMaximum\":205}"),
            takes: ["-12", "0", "204", "99", "100.0", "-9"],
            refuses: ["-13", "205", "300", "1000", "1.5", "1e1", "-100", "00"]
        )
        try Sample.expect(
            try Sample.schema("{\"multipleOf\":0.25,\"minimum\":1,\"type\":\"number\"}"),
            takes: ["1", "1.25", "1.50", "100.75"],
            refuses: ["0.25", "1.2", "1.255", "1.1"]
        )
        try Sample.expect(
            try Sample.schema("{\"multipleOf\":7,\"type\":\"integer\",\"not\":{\"enum\":[14,28]}}"),
            takes: ["7", "21", "700", "-7", "0"],
            refuses: ["14", "14.0", "28", "8"]
        )
    }

    @Test("members are counted, and come in the order of the schema")
    func members() throws {
        try Sample.expect(
            try Sample.schema(
                "{\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{}},"
                    + "\"required\":[\"b\",\"c\"],"
                    + "\"minProperties\":3,\"maxProperties\":3}"
            ),
            takes: [
                "{\"a\":1,\"b\":1,\"c\":1}", "{\"b\":1,\"c\":1,\"d\":1}",
                "{\"b\":1,\"d\":1,\"c\":1}",
            ],
            refuses: [
                "{\"b\":1,\"c\":1}", "{\"b\":1,\"a\":1,\"c\":1}", "{\"a\":1,\"b\":1,\"d\":1}",
                "{\"a\":1,\"b\":1,\"c\":1,\"d\":1}",
            ]
        )
    }

    @Test("a name is the same however it is escaped")
    func escapedNames() throws {
        try Sample.expect(
            try Sample.schema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1}},"
                    + "\"additionalProperties\":{\"const\":2}}"
            ),
            takes: ["{\"a\":1}", "{\"\\u0062\":2}"],
            refuses: ["{\"\\u0061\":2}", "{\"\\u0062\":1}"]
        )
    }

    @Test("distinct elements of a few fixed values")
    func distinct() throws {
        try Sample.expect(
            try Sample.schema(
                "{\"type\":\"array\",\"items\":{\"enum\":[\"x\",\"y\",null]},"
                    + "\"uniqueItems\":true,\"minItems\":1}"
            ),
            takes: ["[\"x\"]", "[\"y\",\"x\"]", "[null, \"x\", \"y\"]"],
            refuses: ["[]", "[\"x\",\"x\"]", "[null,\"y\",null]", "[\"z\"]"]
        )
    }

    @Test("branches that a constant tells apart need no inverse")
    func discriminated() throws {
        let cat =
            "{\"properties\":{\"kind\":{\"const\":\"cat\"},"
            + "\"n\":{\"type\":\"integer\"}},\"required\":[\"kind\"],"
            + "\"additionalProperties\":false,\"type\":\"object\"}"
        let dog = cat.replacing("cat", with: "dog").replacing("integer", with: "null")
        try Sample.expect(
            try Sample.schema(
                "{\"oneOf\":[\(cat),\(dog)],\"discriminator\":{\"propertyName\":\"kind\"}}"
            ),
            takes: [
                "{\"kind\":\"cat\",\"n\":1}", "{\"kind\":\"dog\",\"n\":null}", "{\"kind\":\"dog\"}",
            ],
            refuses: ["{\"kind\":\"cat\",\"n\":null}", "{\"kind\":\"cow\"}", "{\"n\":1}"]
        )
    }
}
