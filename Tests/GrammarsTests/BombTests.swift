import Grammars
import JSONDocuments
import TestData
import Testing

@Suite("Bombs")
struct BombTests {
    /// Sources made to cost much: expressions, schemas and grammars of growing size.
    static let all: [GrammarSource] = expressions + schemas + grammars

    private static let expressions: [GrammarSource] = {
        var patterns: [String] = []
        for size in [10, 100, 1000, 10_000, 100_000] {
            patterns += [
                "(a{\(size)}){\(size)}", "((a{\(size)}){\(size)}){\(size)}",
                "(a?){\(size)}a{\(size)}",
                "(a*){\(size)}", "((a|b)*c){\(size)}", "(){\(size)}", "((){\(size)}){\(size)}",
                ".*a.{\(size)}", "(.*a){\(size)}", "(a|a?){\(size)}", "[a-z]{0,\(size)}x{\(size)}",
                "(^|a){\(size)}", "(\\p{L}{\(size)}|\\P{L}*)*",
            ]
        }
        for size in [10, 1000, 8000] {
            patterns += [
                String(repeating: "(", count: size), String(repeating: "(a", count: size) + "*",
                String(repeating: "a?", count: size / 2) + String(repeating: "a", count: size / 2),
                String(repeating: "(a|", count: size / 4) + "b"
                    + String(repeating: ")", count: size / 4),
                "(" + String(repeating: "a|", count: size / 2) + "b)*",
                String(repeating: "[", count: size),
                String(repeating: "a{2}{", count: size / 5), String(repeating: "|", count: size),
            ]
        }
        return patterns.flatMap { pattern in
            [
                .regex(pattern),
                Sample.schema(["type": .string("string"), "pattern": .string(pattern)]),
            ]
        }
    }()

    private static let schemas: [GrammarSource] = {
        var sources: [GrammarSource] = []
        for keyword in ["allOf", "anyOf", "oneOf", "not", "items", "prefixItems", "properties"] {
            for size in [8, 30, 300] { sources.append(.jsonSchema(nested(keyword, size))) }
        }
        for size in [4, 12, 24] {
            for keyword in ["allOf", "anyOf", "oneOf"] {
                sources.append(.jsonSchema(doubling(keyword, size)))
            }
        }
        let many = (0..<30_000).map { JSONValue.string("value \($0)") }
        sources.append(Sample.schema(["enum": .array(many)]))
        sources.append(Sample.schema(["enum": .array((0..<9000).map { .integer(Int64($0 * 7)) })]))
        for text in [
            "{\"$ref\":\"#\"}", "{\"allOf\":[{\"$ref\":\"#\"}]}", "{\"not\":{\"$ref\":\"#\"}}",
            "{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}",
            "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"],\"type\":\"object\"}",
            "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},"
                + "\"b\":{\"$ref\":\"#/$defs/a\"}}}",
            "{\"items\":{\"$ref\":\"#\"},\"minItems\":1,\"type\":\"array\"}",
            "{\"minLength\":1000000,\"pattern\":\"a\"}",
            "{\"maxLength\":99999999999,\"pattern\":\"^a\"}",
            "{\"type\":\"array\",\"minItems\":99999999}",
            "{\"type\":\"object\",\"minProperties\":9999999}",
            "{\"contains\":{\"const\":1},\"minContains\":5000,\"minItems\":5000}",
            "{\"multipleOf\":0.00000000000001}", "{\"multipleOf\":99999999999}",
            "{\"multipleOf\":49999,\"minimum\":3}", "{\"minimum\":1e300}", "{\"maximum\":-1e-300}",
            "{\"multipleOf\":997,\"not\":{\"multipleOf\":991}}",
        ] {
            if let source = try? Sample.schema(text) { sources.append(source) }
        }
        let patterns = (0..<24).map { JSONMember("a\($0)*b", .object([])) }
        sources.append(Sample.schema(["patternProperties": .object(patterns)]))
        let optional = (0..<3000).map { JSONMember("p\($0)", .object([])) }
        sources.append(
            Sample.schema(["properties": .object(optional), "maxProperties": .integer(1500)])
        )
        return sources
    }()

    private static let grammars: [GrammarSource] = {
        var texts = [
            "root ::= root", "root ::= a\na ::= b\nb ::= c\nc ::= a",
            "root ::= (root | \"\") \"a\"",
            "root ::= (\"\"{1000}){1000}", "root ::= ((\"a\"?){1000}){1000}",
            "root ::= \"a\" root root | \"a\"",
            "root ::= \"a\"" + String(repeating: "*", count: 500),
            "root ::= " + String(repeating: "(", count: 5000),
        ]
        for size in [20, 200, 5000] {
            let doubling = (0..<size).map { "r\($0) ::= r\($0 + 1) r\($0 + 1)" }
            texts.append(
                "root ::= r0\n" + doubling.joined(separator: "\n") + "\nr\(size) ::= \"a\""
            )
            texts.append(
                "root ::= r0\n" + doubling.joined(separator: "\n") + "\nr\(size) ::= \"a\"?"
            )
        }
        return texts.map { .gbnf($0) }
    }()

    private static func nested(_ keyword: String, _ depth: Int) -> JSONValue {
        var schema = JSONValue.object([JSONMember("type", .string("null"))])
        for _ in 0..<depth {
            let content: JSONValue =
                switch keyword {
                case "not", "items": schema
                case "properties": .object([JSONMember("p", schema)])
                default: .array([schema])
                }
            schema = .object([JSONMember(keyword, content)])
        }
        return schema
    }

    /// Each level refers twice to the next one.
    private static func doubling(_ keyword: String, _ depth: Int) -> JSONValue {
        var definitions: [JSONMember] = []
        for level in 0..<depth {
            let next = JSONValue.object([JSONMember("$ref", .string("#/$defs/d\(level + 1)"))])
            let other = JSONValue.object([
                JSONMember("$ref", .string("#/$defs/d\(level + 1)")),
                JSONMember("minProperties", .integer(Int64(level))),
            ])
            definitions.append(
                JSONMember("d\(level)", .object([JSONMember(keyword, .array([next, other]))]))
            )
        }
        let leaf = JSONMember("type", .array([.string("object"), .string("integer")]))
        definitions.append(JSONMember("d\(depth)", .object([leaf])))
        return .object([
            JSONMember("$ref", .string("#/$defs/d0")), JSONMember("$defs", .object(definitions)),
        ])
    }

    @Test("there are enough of them")
    func count() { #expect(Self.all.count >= 200) }

    @Test("each is compiled within its fuel, or refused")
    func compiled() {
        var limits = GrammarLimits()
        limits.compileFuel = 400_000
        limits.compileSeconds = 3600
        for source in Self.all {
            guard case .compiled(let grammar) = Outcome(of: source, limits: limits) else {
                continue
            }
            #expect(grammar.compileSteps <= limits.compileFuel)
            #expect(grammar.stateCount <= limits.states)
        }
    }

    @Test("each that is compiled can be followed within its bounds")
    func followed() throws {
        var limits = GrammarLimits()
        limits.compileFuel = 400_000
        limits.compileSeconds = 3600
        limits.stepFuel = 100_000
        limits.threads = 256
        var generator = SeededGenerator(seed: 7)
        for source in Self.all {
            guard case .compiled(let grammar) = Outcome(of: source, limits: limits) else {
                continue
            }
            var matcher = try GrammarMatcher(
                grammar: grammar,
                vocabulary: SmallVocabulary.mixed
            )
            for _ in 0..<20 {
                let allowed = matcher.allowedTokens().tokenIDs
                guard let next = allowed.randomElement(using: &generator) else { break }
                let isAccepted = matcher.accept(next)
                #expect(isAccepted || matcher.failure != nil)
            }
            #expect(grammar.byteCount < 2 * limits.cacheByteCount)
        }
    }

    @Test("an honest set of many tools is compiled")
    func manyTools() throws {
        let tools = (0..<400).map { index -> GrammarSource in
            let properties = (0..<6).map { place in
                JSONMember(
                    "parameter_\(index)_\(place)",
                    .object([
                        JSONMember("type", .string(place % 2 == 0 ? "string" : "integer")),
                        JSONMember("description", .string("What parameter \(place) means here.")),
                    ])
                )
            }
            let schema = JSONValue.object([
                JSONMember("type", .string("object")),
                JSONMember("properties", .object(properties)),
                JSONMember("required", .array([.string("parameter_\(index)_0")])),
            ])
            return .sequence([
                .literal("{\"name\": \"tool_\(index)\", \"arguments\": "), .jsonSchema(schema),
                .literal("}"),
            ])
        }
        var limits = GrammarLimits()
        limits.compileSeconds = 3600
        let grammar = try Grammar.compile(.alternatives(tools), limits: limits)
        let text = "{\"name\": \"tool_399\", \"arguments\": {\"parameter_399_0\": \"x\"}}"
        #expect(grammar.accepts(Array(text.utf8)))
        #expect(!grammar.accepts(Array(text.replacing("399", with: "400").utf8)))
    }

    @Test("the cache of compiled grammars is bounded")
    func cache() throws {
        let compiler = GrammarCompiler(entryLimit: 64, byteLimit: 1024 * 1024)
        for index in 0..<10_000 {
            let schema = Sample.schema(["const": .string("value \(index)")])
            let grammar = try compiler.compiled(schema)
            if index % 100 == 0 {
                #expect(grammar.accepts(Sample.text("value \(index)")))
                #expect(compiler.count <= 64)
                #expect(compiler.byteCount <= 1024 * 1024)
            }
        }
        let known = try compiler.compiled(Sample.schema(["const": .string("value 9999")]))
        let again = try compiler.compiled(Sample.schema(["const": .string("value 9999")]))
        #expect(known === again)
    }
}
