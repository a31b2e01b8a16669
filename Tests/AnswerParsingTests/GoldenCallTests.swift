import AnswerParsing
import JSONDocuments
import TestData
import Testing

/// A chat template with conversations as it prints them.
struct GoldenTemplate: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }

    static let all = TestData.names(in: "templates").filter { $0.hasSuffix(".jinja") }
        .map { GoldenTemplate(name: String($0.dropLast(6))) }

    var format: ToolCallFormat? { (try? template()).flatMap { .detect(template: $0) } }

    func template() throws -> String {
        let bytes = try TestData.bytes(TestData.path("templates/\(name).jinja"))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The conversations with calls that the template prints at all.
    func cases() throws -> [JSONValue] {
        let bytes = try TestData.bytes(TestData.path("templates/\(name).cases.json"))
        let cases = try JSONParser.parse(bytes)["cases"]?.array ?? []
        return cases.filter { each in
            each["expected"] != nil
                && each["messages"]?.array?.contains { $0["tool_calls"] != nil } == true
        }
    }
}

@Suite("Golden calls", .enabled(if: TestData.isPresent))
struct GoldenCallTests {
    static let templates = GoldenTemplate.all.filter { $0.format != nil }

    @Test("a printed conversation gives back the calls it was printed from", arguments: templates)
    func roundTrip(template: GoldenTemplate) throws {
        let format = try #require(template.format)
        for each in try template.cases() {
            let printed = try #require(each["expected"]?.string)
            guard let start = Self.endOfQuestion(printed) else { continue }
            let found = summary(String(printed[start...]), format, tools: Self.tools(of: each))
            let wanted = Self.calls(of: each, onePerMessage: format.syntax.separator == nil)
            // Some templates leave out calls that come with no content, or with some.
            guard printed[start...].contains(wanted.first?.name ?? "") else { continue }
            #expect(found.calls.map(\.name) == wanted.map(\.name), "\(each["id"]?.string ?? "")")
            for (call, wanted) in zip(found.calls, wanted) {
                let arguments = try JSONParser.parse(Array(call.arguments.utf8))
                #expect(call.isWhole)
                #expect(Self.sorted(arguments) == Self.sorted(wanted.arguments))
            }
        }
    }

    @Test("every family with tools is recognized")
    func detection() {
        let formats = Dictionary(
            uniqueKeysWithValues: GoldenTemplate.all.map { ($0.name, $0.format) }
        )
        for (name, format) in formats {
            let wanted = Self.families.first { name.hasPrefix($0.prefix) }
            #expect(format == wanted?.format, "\(name)")
        }
    }

    private static let families: [(prefix: String, format: ToolCallFormat)] = [
        ("command-r", .commandR), ("deepseek-r1", .deepseekV3), ("deepseek-v3.1", .deepseekV31),
        ("functionary", .functionary), ("glm-4", .glm45), ("gpt-oss", .gptOSS),
        ("granite-3.3", .granite), ("hermes", .hermes), ("kimi-k2", .kimiK2),
        ("llama3.", .llama3JSON), ("mistral-nemo", .mistral),
        ("mistral-small-3.2", .mistralNamed), ("qwen2.5", .hermes), ("qwen3-coder", .qwen3Coder),
        ("qwen3", .hermes),
    ]

    /// Behind the user's question, which is the letter q: in front of it stand the tools.
    private static func endOfQuestion(_ text: String) -> String.Index? {
        let bytes = Array(text.utf8)
        let place = bytes.indices.last { index in
            let neighbours = [index - 1, index + 1].filter(bytes.indices.contains)
            return bytes[index] == UInt8(ascii: "q")
                && !neighbours.contains { (bytes[$0] | 0x20) >= 0x61 && (bytes[$0] | 0x20) <= 0x7A }
        }
        return place.map { text.utf8.index(text.startIndex, offsetBy: $0 + 1) }
    }

    private static func calls(
        of each: JSONValue,
        onePerMessage: Bool
    ) -> [(name: String, arguments: JSONValue)] {
        (each["messages"]?.array ?? []).flatMap { message in
            (message["tool_calls"]?.array ?? []).prefix(onePerMessage ? 1 : .max)
                .map { call in
                    let arguments = call["function"]?["arguments"] ?? .null
                    let parsed = arguments.string.map { try? JSONParser.parse(Array($0.utf8)) }
                    return (call["function"]?["name"]?.string ?? "", (parsed ?? nil) ?? arguments)
                }
        }
    }

    private static func tools(of each: JSONValue) -> [AnswerTool] {
        let tools = (each["tools"]?.array ?? []).map { $0["function"] ?? $0 }
        let known = tools.map {
            AnswerTool(name: $0["name"]?.string ?? "", parameters: $0["parameters"])
        }
        // Conversations may have calls and no tools.
        let called = calls(of: each, onePerMessage: false).map(\.name)
        return known
            + called.filter { name in !known.contains { $0.name == name } }
            .map { AnswerTool(name: $0) }
    }

    /// Members in the order of their names: some templates sort them.
    private static func sorted(_ value: JSONValue) -> [JSONMember] {
        (value.object ?? []).sorted { $0.name < $1.name }
    }
}
