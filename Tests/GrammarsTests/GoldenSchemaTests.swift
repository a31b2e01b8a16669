import Grammars
import JSONDocuments
import TestData
import Testing

/// Schemas of the test data with values and texts that are valid, and such that are not.
enum GoldenSchemas {
    /// A schema with instances, from the JSON Schema test suite.
    struct Group: CustomTestStringConvertible, Sendable {
        let id: String
        let keyword: String
        let schema: JSONValue
        let valid: [JSONValue]
        let invalid: [JSONValue]

        var testDescription: String { id }
    }

    /// A schema with texts.
    struct Case: CustomTestStringConvertible, Sendable {
        let id: String
        let schema: JSONValue
        let accepted: [String]
        let rejected: [String]

        var testDescription: String { id }
    }

    private static let documents: [JSONValue] = TestData.names(in: "jsonschema")
        .filter { $0.hasSuffix(".json") }
        .compactMap { name in
            let bytes = try? TestData.bytes(TestData.path("jsonschema/\(name)"))
            return bytes.flatMap { try? JSONParser.parse($0, depthLimit: 200) }
        }

    static let groups: [Group] = documents.flatMap { document in
        (document["groups"]?.array ?? []).map { group in
            Group(
                id: group["id"]?.string ?? "",
                keyword: group["keyword"]?.string ?? "",
                schema: group["schema"] ?? .null,
                valid: group["valid"]?.array ?? [],
                invalid: group["invalid"]?.array ?? []
            )
        }
    }

    static let cases: [Case] = documents.flatMap { document in
        (document["cases"]?.array ?? []).map { each in
            Case(
                id: each["id"]?.string ?? "",
                schema: each["schema"] ?? .null,
                accepted: (each["accept_texts"]?.array ?? []).compactMap(\.string),
                rejected: (each["reject_texts"]?.array ?? []).compactMap(\.string)
            )
        }
    }

    /// The suite's groups `format/…` take a format as a note, those `format-…/…` as a rule.
    static func options(_ group: Group) -> JSONTextOptions {
        JSONTextOptions(assertsFormats: group.keyword != "format")
    }
}

@Suite("Golden JSON schemas", .enabled(if: TestData.isPresent))
struct GoldenSchemaTests {
    @Test("a text is accepted exactly when it is valid", arguments: GoldenSchemas.cases)
    func texts(golden: GoldenSchemas.Case) throws {
        let grammar = try Grammar.compile(.jsonSchema(golden.schema))
        for text in golden.accepted {
            #expect(grammar.accepts(Array(text.utf8)), "\(golden.id) takes \(text)")
        }
        for text in golden.rejected {
            #expect(!grammar.accepts(Array(text.utf8)), "\(golden.id) refuses \(text)")
        }
    }

    @Test("a value is accepted exactly when it is valid", arguments: GoldenSchemas.groups)
    func suite(golden: GoldenSchemas.Group) throws {
        let source = GrammarSource.jsonSchema(
            golden.schema,
            options: GoldenSchemas.options(golden)
        )
        let grammar: Grammar
        switch Outcome(of: source) {
        case .compiled(let made): grammar = made
        case .refused(.unsatisfiable):
            #expect(golden.valid.isEmpty, "\(golden.id) has valid values")
            return
        case .refused(.unsupported(let feature, _, _)):
            #expect(Self.keywords(of: golden.schema).contains(feature), "\(feature)")
            return
        case .refused(let error):
            Issue.record("\(golden.id): \(error)")
            return
        }
        for value in golden.valid {
            let text = Self.text(value)
            #expect(grammar.accepts(text), "\(String(decoding: text, as: UTF8.self)) is valid")
        }
        for value in golden.invalid {
            let text = Self.text(value)
            #expect(!grammar.accepts(text), "\(String(decoding: text, as: UTF8.self)) is not")
        }
    }

    @Test("few groups are refused, each by the name of a keyword")
    func refusals() {
        let refused = GoldenSchemas.groups.filter { group in
            let source = GrammarSource.jsonSchema(
                group.schema,
                options: GoldenSchemas.options(group)
            )
            if case .refused(.unsupported) = Outcome(of: source) { return true }
            return false
        }
        let count = GoldenSchemas.groups.count
        #expect(refused.count * 20 <= count, "\(refused.map(\.id)) of \(count) are refused")
    }

    /// The names of all members, at any depth.
    private static func keywords(of value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { names, member in
                names.insert(member.name)
                names.formUnion(keywords(of: member.value))
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(keywords(of: $1)) }
        default: []
        }
    }

    private static func text(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }
}
