import Grammars
import JSONDocuments
import TestData
import Testing
import Tokenization

@Suite("Token masks")
struct MaskTests {
    /// What a random way through a grammar came to.
    private struct Walk {
        var text: [UInt8] = []
        var isComplete = false
        /// Whether every mask allowed exactly the tokens that are accepted one by one.
        var masksAgree = true
        var isStuck = false
    }

    private static func parseError(_ text: [UInt8]) -> JSONError? {
        do throws(JSONError) {
            _ = try JSONParser.parse(text, depthLimit: 1000)
            return nil
        } catch {
            return error
        }
    }

    /// Takes allowed tokens at random until nothing but the end may follow; with some patience it
    /// prefers what closes.
    private static func walk(
        _ grammar: Grammar,
        _ vocabulary: TokenVocabulary,
        compareEvery period: Int,
        _ generator: inout SeededGenerator
    ) throws -> Walk {
        var result = Walk()
        var matcher = try GrammarMatcher(grammar: grammar, vocabulary: vocabulary)
        for step in 0..<600 where !matcher.isFinished {
            let mask = matcher.allowedTokens()
            if step % period == 0 {
                let ids = Int32(-1)...Int32(vocabulary.tokenCount)
                result.masksAgree =
                    result.masksAgree
                    && ids.allSatisfy { id in
                        var copy = matcher
                        return copy.accept(id) == mask.contains(id)
                    }
            }
            let allowed = mask.tokenIDs.filter { !vocabulary.endTokenIDs.contains($0) }
            let closing = allowed.filter {
                let bytes = vocabulary.bytes(of: $0)
                return bytes.count == 1 && "\"]},:0tfnl".utf8.contains(bytes[0])
            }
            if step > 30, matcher.isComplete { break }
            let choice = step > 30 && !closing.isEmpty && step % 5 > 0 ? closing : allowed
            guard let next = choice.randomElement(using: &generator), matcher.accept(next) else {
                result.isStuck = !matcher.isComplete
                break
            }
            result.text += vocabulary.bytes(of: next)
        }
        result.isComplete = matcher.isComplete
        return result
    }

    @Test("random answers to random schemas are JSON, and masks are exact", arguments: 0..<120)
    func randomSchemas(seed: Int) throws {
        var schemas = RandomSchemas(seed: UInt64(seed))
        var generator = SeededGenerator(seed: UInt64(seed) + 1000)
        let schema = schemas.schema()
        guard case .compiled(let grammar) = Outcome(of: .jsonSchema(schema)) else {
            Issue.record("\(schema) is not compiled")
            return
        }
        for _ in 0..<4 {
            let walk = try Self.walk(
                grammar,
                SmallVocabulary.mixed,
                compareEvery: 3,
                &generator
            )
            #expect(walk.masksAgree, "\(schema)")
            #expect(!walk.isStuck, "\(schema): \(String(decoding: walk.text, as: UTF8.self))")
            guard walk.isComplete else { continue }
            #expect(grammar.accepts(walk.text))
            // No automaton remembers the names it has seen; see the documentation.
            let error = Self.parseError(walk.text)
            #expect(error == nil || error?.reason == "an object names a member twice")
        }
    }

    @Test(
        "masks over a real vocabulary are exact",
        .enabled(if: TestData.isPresent),
        arguments: ["llama2", "qwen3", "small-unigram"]
    )
    func realVocabulary(name: String) throws {
        let (_, vocabulary) = try SmallVocabulary.golden(name)
        var generator = SeededGenerator(seed: 3)
        let sources: [GrammarSource] = [
            try Sample.schema(
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\",\"maxLength\":9},"
                    + "\"b\":{\"type\":\"string\",\"pattern\":\"^[a-z]+$\"},"
                    + "\"c\":{\"enum\":[\"x\",\"yé\",3]},\"d\":{}},\"required\":[\"a\",\"b\"]}"
            ),
            .tagged([GrammarTag(begin: "<a>", content: .regex("[0-9]{3}"), end: "</a>")]),
        ]
        for source in sources {
            let grammar = try Grammar.compile(source)
            let walk = try Self.walk(grammar, vocabulary, compareEvery: 100, &generator)
            #expect(walk.masksAgree)
            #expect(!walk.isStuck)
        }
    }

    @Test(
        "an honest answer is allowed token by token",
        .enabled(if: TestData.isPresent),
        arguments: ["llama3", "qwen3", "gpt2", "mistral-tekken", "small-o200k"]
    )
    func honestAnswer(name: String) throws {
        let (tokenizer, vocabulary) = try SmallVocabulary.golden(name)
        let source = try Sample.schema(
            "{\"type\":\"object\",\"properties\":{\"title\":{\"type\":\"string\",\"maxLength\":60},"
                + "\"tags\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}},"
                + "\"score\":{\"type\":\"number\",\"minimum\":0}},\"additionalProperties\":false}"
        )
        let text = """
            {
              "title": "Über \\"Schwalben\\" — 日本の😀",
              "tags": ["birds", "naïve\\n"],
              "score": 12.75
            }
            """
        var matcher = try GrammarMatcher(
            grammar: Grammar.compile(source),
            vocabulary: vocabulary
        )
        for id in tokenizer.encode(text, addSpecialTokens: false) {
            let mask = matcher.allowedTokens()
            let isAccepted = matcher.accept(id)
            #expect(mask.contains(id) && isAccepted, "\(tokenizer.token(for: id) ?? "")")
        }
        #expect(matcher.isFinished && matcher.isComplete)
    }
}
