import ArgumentParser
import FoundationEssentials
import Grammars
import JSONDocuments
import TextGeneration
import Tokenization

/// `martlet bench grammar`: what holding an answer to a form costs per token.
struct BenchGrammarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grammar",
        abstract: "Measure the masks of structured outputs over a real vocabulary.",
        discussion: """
            Follows the tokens of a JSON text through the grammar of its schema. Cold is the first
            answer to a schema, warm every later one: masks are kept with the grammar.
            """
    )

    @Argument(help: "Folder with a tokenizer.json.")
    var folder: String

    @Option(help: "File with a JSON Schema. Default: an order with nested lists and enumerations.")
    var schema: String?

    @Option(help: "File with a JSON text that fits the schema.")
    var text: String?

    @Option(help: "Answers to measure.")
    var repeatCount = 20

    func run() throws {
        let tokenizer = try Tokenizer(folder: folder)
        let schema = try JSONParser.parse(Self.bytes(schema, default: Self.exampleSchema))
        let text = try Self.bytes(text, default: Self.exampleText)
        let ids = tokenizer.encode(
            String(decoding: text, as: UTF8.self),
            addSpecialTokens: false
        )
        let clock = ContinuousClock()
        let start = clock.now
        let vocabulary = TokenVocabulary(
            tokenizer,
            endTokenIDs: Set([tokenizer.eosTokenID].compactMap { $0 })
        )
        let arranged = clock.now
        let grammar = try Grammar.compile(.jsonSchema(schema))
        let compiled = clock.now
        let size = tokenizer.vocabularySize
        print("vocabulary      \(size) tokens, arranged in \(milli(start, arranged))")
        let states = grammar.stateCount
        print("schema          \(states) states, compiled in \(milli(arranged, compiled))")
        for round in 0...max(repeatCount, 1) {
            let costs = try costs(ids, tokenizer, grammar, vocabulary)
            guard round == 0 || round == max(repeatCount, 1) else { continue }
            let mean = costs.reduce(0, +) / Double(max(costs.count, 1))
            print(
                "\(round == 0 ? "cold" : "warm")            \(costs.count) tokens, mean "
                    + "\(micro(mean)), worst \(micro(costs.max() ?? 0)) per token"
            )
        }
    }

    /// Seconds per token: the mask and the step.
    private func costs(
        _ ids: [Int32],
        _ tokenizer: Tokenizer,
        _ grammar: Grammar,
        _ vocabulary: TokenVocabulary
    ) throws -> [Double] {
        let clock = ContinuousClock()
        var matcher = try GrammarMatcher(grammar: grammar, vocabulary: vocabulary)
        var costs: [Double] = []
        for id in ids {
            let start = clock.now
            let mask = matcher.allowedTokens()
            let isAccepted = mask.contains(id) && matcher.accept(id)
            costs.append(start.duration(to: clock.now) / .seconds(1))
            guard isAccepted else {
                throw ValidationError(
                    "The text leaves the grammar at token \(costs.count) "
                        + "('\(tokenizer.token(for: id) ?? "")')."
                )
            }
        }
        return costs
    }

    private func milli(
        _ start: ContinuousClock.Instant,
        _ end: ContinuousClock.Instant
    ) -> String {
        "\((start.duration(to: end) / .microseconds(100)).rounded() / 10) ms"
    }

    private func micro(_ seconds: Double) -> String {
        "\((seconds * 1e7).rounded() / 10) µs"
    }

    private static func bytes(_ path: String?, default text: String) throws -> [UInt8] {
        guard let path else { return Array(text.utf8) }
        return [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    private static let exampleSchema = #"""
        {"type":"object","properties":{"order":{"type":"string","maxLength":40},
         "status":{"enum":["open","paid","sent"]},"total":{"type":"number","minimum":0},
         "customer":{"type":"object","properties":{"name":{"type":"string"},
          "email":{"type":"string","format":"email"}},"required":["name"]},
         "items":{"type":"array","minItems":1,"maxItems":20,"items":{"type":"object",
          "properties":{"name":{"type":"string"},"count":{"type":"integer","minimum":1,
           "maximum":999},"tags":{"type":"array","items":{"type":"string"}}},
          "required":["name","count"]}}},
         "required":["order","status","items"],"additionalProperties":false}
        """#

    private static let exampleText = #"""
        {"order": "2026-0042", "status": "paid", "total": 129.95, "customer": {"name": \#
        "Ada Lovelace", "email": "ada@example.org"}, "items": [{"name": "A bird, carved", \#
        "count": 2, "tags": ["wood", "by hand"]}, {"name": "Nest box", "count": 12}]}
        """#
}
