import Grammars
import JSONDocuments
import Testing

@Suite("Matchers")
struct MatcherTests {
    private let vocabulary = SmallVocabulary.mixed

    private func matcher(_ source: GrammarSource) throws -> Walker {
        try Walker(Grammar.compile(source), vocabulary)
    }

    /// The first token that spells a text.
    private func id(_ text: String) -> Int32 {
        let bytes = Array(text.utf8)
        let ids = Int32(3)..<Int32(vocabulary.tokenCount)
        return ids.first { vocabulary.bytes(of: $0) == bytes } ?? -1
    }

    @Test("end tokens are allowed exactly where the text is complete")
    func ends() throws {
        let matcher = try matcher(.choice(["a", "abc"]))
        #expect(matcher.allowedTokens().tokenIDs == [id("a"), id("abc")])
        #expect(!matcher.isComplete)
        #expect(!matcher.accept(SmallVocabulary.endTokenID))
        #expect(matcher.accept(id("a")))
        #expect(matcher.isComplete)
        #expect(!matcher.isFinished)
        #expect(matcher.allowedTokens().tokenIDs == [SmallVocabulary.endTokenID, id("b")])
        #expect(!matcher.accept(id("c")))
        #expect(matcher.accept(id("b")))
        #expect(!matcher.isComplete)
        #expect(matcher.accept(id("c")))
        #expect(matcher.isFinished)
        #expect(matcher.allowedTokens().tokenIDs == [SmallVocabulary.endTokenID])
        #expect(matcher.accept(SmallVocabulary.endTokenID))
        #expect(matcher.allowedTokens().isEmpty)
        #expect(!matcher.accept(id("a")))
    }

    @Test("a copy goes its own way")
    func copies() throws {
        let first = try matcher(.choice(["ab", "ac"]))
        #expect(first.accept(id("a")))
        let second = first.copy()
        #expect(first.accept(id("b")))
        #expect(second.accept(id("c")))
        #expect(first.isFinished && second.isFinished)
    }

    @Test("a control token matches its name and no text")
    func controlTokens() throws {
        let source = GrammarSource.sequence([.specialToken("<tool>"), .literal("12")])
        let matcher = try matcher(source)
        #expect(matcher.allowedTokens().tokenIDs == [1])
        #expect(!matcher.accept(id("<")))
        #expect(matcher.accept(1))
        #expect(matcher.allowedTokens().tokenIDs.contains(id("12")))
        #expect(!matcher.accept(1))
        let text = try self.matcher(.text(excluding: []))
        #expect(!text.allowedTokens().contains(1))
        #expect(!text.accept(2))
        #expect(text.accept(id("<to")) && text.accept(id("ol>")))
    }

    @Test("a control token that the vocabulary lacks is named")
    func missingControlToken() throws {
        let grammar = try Grammar.compile(.specialToken("<other>"))
        #expect(throws: GrammarError.unknownSpecialToken(name: "<other>")) {
            try GrammarMatcher(grammar: grammar, vocabulary: vocabulary)
        }
    }

    @Test("ids outside the vocabulary and empty tokens are never allowed")
    func oddTokens() throws {
        let matcher = try matcher(.jsonValue)
        let mask = matcher.allowedTokens()
        for id in [-1, Int32(vocabulary.tokenCount), .max, .min] {
            #expect(!mask.contains(id))
            #expect(!matcher.accept(id))
        }
        let empty = Int32(vocabulary.tokenCount - 1)
        #expect(vocabulary.bytes(of: empty).isEmpty)
        #expect(!mask.contains(empty))
        #expect(!matcher.accept(empty))
    }

    @Test("a token may end within a character and within an escape")
    func splitCharacters() throws {
        let matcher = try matcher(.jsonSchema(.object([JSONMember("const", .string("日"))])))
        #expect(matcher.accept(id("\"")))
        let parts = Int32(3)..<Int32(vocabulary.tokenCount)
        let first = parts.first { vocabulary.bytes(of: $0) == [0xE6, 0x97] } ?? -1
        #expect(matcher.accept(first))
        #expect(!matcher.accept(id("\"")))
        #expect(matcher.accept(Int32(3 + 0xA5)))
        #expect(matcher.accept(id("\"")))
        #expect(matcher.isFinished)
    }

    @Test("forgetting what was worked out does not disturb a matcher")
    func forgetting() throws {
        var limits = GrammarLimits()
        limits.cacheByteCount = 1
        let text = "{\"name\": [1, {\"a\": \"éb\"}, null], \"x\": {}}"
        let small = try Grammar.compile(.jsonObject, limits: limits)
        let large = try Grammar.compile(.jsonObject)
        let first = try Walker(small, vocabulary)
        let second = try Walker(large, vocabulary)
        for byte in text.utf8 {
            #expect(first.allowedTokens() == second.allowedTokens())
            #expect(first.accept(Int32(byte) + 3) && second.accept(Int32(byte) + 3))
        }
        #expect(first.isFinished && second.isFinished)
    }

    @Test("a text too ambiguous to follow ends with an error, not with memory")
    func ambiguity() throws {
        var limits = GrammarLimits()
        limits.threads = 64
        let source = GrammarSource.regex("((a{1,1000}){1,1000}){1,1000}")
        let grammar = try Grammar.compile(source, limits: limits)
        let matcher = try Walker(grammar, vocabulary)
        var steps = 0
        while matcher.failure == nil, steps < 1000, matcher.accept(id("a")) {
            steps += 1
            _ = matcher.allowedTokens()
        }
        #expect(matcher.failure == .tooAmbiguous)
        #expect(matcher.allowedTokens().isEmpty)
        #expect(matcher.isFinished && !matcher.isComplete)
    }
}
