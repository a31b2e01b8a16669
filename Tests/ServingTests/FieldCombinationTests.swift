import Inference
import OpenAIProtocol
import Serving
import TestData
import Testing
import TextGeneration

/// Many fields at once, valid and not, through everything in front of the engine.
@Suite("Combinations of fields")
struct FieldCombinationTests {
    /// Which route, what it cannot do without, and the fields it may have.
    private static let subjects: [(route: Route, base: [(String, String)], fields: [String])] = [
        (.completions, [("prompt", "\"Once\"")], FieldValues.completions),
        (.tokenize, [("prompt", "\"Once\"")], FieldValues.completions),
        (.detokenize, [("tokens", "[5,6]")], FieldValues.completions + ["tokens"]),
        (.chatCompletions, conversation, FieldValues.completions + FieldValues.conversations),
        (.renderChat, conversation, FieldValues.completions + FieldValues.conversations),
        (.responses, [("input", "\"Hi\"")], FieldValues.completions + FieldValues.conversations),
        (
            .messages, conversation + [("max_tokens", "9")],
            FieldValues.completions + FieldValues.conversations
        ),
        (.embeddings, [("input", "\"Hi\"")], ["input", "encoding_format", "pooling", "model"]),
    ]

    private static let conversation = [("messages", #"[{"role":"user","content":"Hi"}]"#)]

    /// Values that are right for many fields, so that not every combination fails at once.
    private static let common = [
        "null", "true", "false", "0", "1", "2", "0.5", "0.9", "1.0", "16", "\"a\"", "[\"a\",\"b\"]",
        "[5]", "[5,6,7]", "{}", "{\"5\":1.5}", "[]", "-1", "\"left\"", "{\"type\":\"text\"}",
    ]

    @Test("100,000 of them get through or get a 4xx, and none traps")
    func combinations() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let calls = DirectCalls(model: server.model)
            // Whoever passes all checks is refused at the engine's door: nothing is computed.
            server.model.engine.startDraining()
            var generator = SeededGenerator(seed: 20_240_607)
            var counts: [Int: Int] = [:]
            for round in 0..<100_000 {
                let subject = Self.subjects[round % Self.subjects.count]
                let body = Self.body(subject.base, subject.fields, &generator)
                let answer = await calls.answer(subject.route, Array(body.utf8))
                counts[answer.status, default: 0] += 1
                #expect(
                    [200, 400, 404, 503].contains(answer.status),
                    "\(subject.route) \(answer) \(body.prefix(400))"
                )
            }
            // Not all of one kind, or nothing would be shown.
            #expect(counts[400, default: 0] > 10_000, "\(counts)")
            #expect(counts[503, default: 0] > 1_000, "\(counts)")
            #expect(server.model.engine.status.unfinishedRequestCount == 0)
        }
    }

    /// A body with up to six fields beside what is needed, each once.
    private static func body(
        _ base: [(String, String)],
        _ fields: [String],
        _ generator: inout SeededGenerator
    ) -> String {
        var members: [String: String] = [:]
        for (name, value) in base where generator.next() % 10 > 0 { members[name] = value }
        for _ in 0..<generator.next() % 7 {
            let name = fields[Int(generator.next() % UInt64(fields.count))]
            // Long values are rare: they cost a thousand times the time of the others.
            let isStrange = generator.next() % 3 == 0
            let values = isStrange ? FieldValues.strange : Self.common
            var value = values[Int(generator.next() % UInt64(values.count))]
            if value.utf8.count > 100, generator.next() % 20 > 0 { value = "7" }
            members[name] = value
        }
        return "{"
            + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
            .joined(separator: ",") + "}"
    }
}
