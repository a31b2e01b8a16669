import Testing
import Tokenization

@Suite("Stages of a tokenizer")
struct StageTests {
    /// The pieces a text is cut into: with one token per piece, tokens would hide the cuts.
    private func pieces(_ text: String, splitBy pattern: String) throws -> [String] {
        let tokenizer = try SmallTokenizer.byteLevel(
            with: [
                "normalizer": "null",
                "pre_tokenizer": """
                {"type": "Sequence", "pretokenizers": [{"type": "Split", "behavior": "Isolated",
                "pattern": {"Regex": \(pattern)}}, {"type": "ByteLevel", "use_regex": false,
                "add_prefix_space": true}]}
                """,
            ])
        // Every piece that has no space in front gets one, so pieces can be told apart.
        return tokenizer.decode(tokenizer.encode(text)).split(separator: " ").map { String($0) }
    }

    @Test("Llama 3's pattern takes three digits at a time, Qwen's one")
    func digits() throws {
        let llama =
            #""(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"#
            + #" ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+""#
        #expect(try pieces("It'S12345!?", splitBy: llama) == ["It", "'S", "123", "45", "!?"])
        let qwen = llama.replacing("{1,3}", with: "")
        #expect(try pieces("a12", splitBy: qwen) == ["a", "1", "2"])
    }

    @Test("a pattern that could look at a run again and again is refused")
    func quadraticPattern() {
        #expect(throws: TokenizerError.self) {
            try pieces("a", splitBy: #""\\s*[\\r\\n]+""#)
        }
    }

    @Test("canonical equivalents become one, and only if the file says so")
    func composition() throws {
        let composing = try SmallTokenizer.byteLevel.load()
        #expect(composing.encode("e\u{301}") == composing.encode("\u{E9}"))
        #expect(composing.encode("\u{1112}\u{1161}\u{11AB}") == composing.encode("\u{D55C}"))
        #expect(composing.encode("q\u{323}\u{307}") == composing.encode("q\u{307}\u{323}"))
        let plain = try SmallTokenizer.byteLevel(with: ["normalizer": "null"])
        #expect(plain.encode("e\u{301}") != plain.encode("\u{E9}"))
        #expect(plain.decode(plain.encode("e\u{301}")).utf8.count == 3)
    }

    @Test("added tokens are found in the text, the longest of those that begin first")
    func addedTokens() throws {
        let tokenizer = try SmallTokenizer.byteLevel(
            with: [
                "added_tokens": """
                [{"id": 300, "content": "<x>", "special": true, "normalized": false},
                {"id": 301, "content": "<x>y", "lstrip": true, "rstrip": true, "normalized": false},
                {"id": 302, "content": "word", "single_word": true, "normalized": false}]
                """
            ])
        let a = try #require(tokenizer.id(of: "a"))
        #expect(tokenizer.encode("a<x>a") == [a, 300, a])
        #expect(tokenizer.encode("a  <x>y \n a") == [a, 301, a])
        #expect(tokenizer.encode("word") == [302])
        #expect(!tokenizer.encode("words").contains(302))
        #expect(tokenizer.decode([a, 300, 301], skipSpecialTokens: true) == "a<x>y")
        #expect(tokenizer.isSpecial(300) && !tokenizer.isSpecial(301))
        #expect(tokenizer.vocabularySize == 303)
    }

    @Test("a stream shows whole characters only, and what cannot become one as U+FFFD")
    func wholeCharacters() throws {
        let tokenizer = try SmallTokenizer.byteLevel.load()
        let ids = tokenizer.encode("é€🙂", addSpecialTokens: false)
        var detokenizer = IncrementalDetokenizer(tokenizer, skipSpecialTokens: true)
        #expect(ids.map { detokenizer.append($0) } == ["", "é", "", "", "€", "", "", "", "🙂"])
        #expect(detokenizer.append(ids[0]) == "")
        let a = try #require(tokenizer.id(of: "a"))
        #expect(detokenizer.append(a) == "\u{FFFD}a")
        #expect(detokenizer.append(ids[2]) == "")
        #expect(detokenizer.finish() == "\u{FFFD}")
    }

    @Test("the configuration names bos and eos, and may leave bos out")
    func configuration() throws {
        let plain = try SmallTokenizer.fallback.load(
            configuration: #"{"bos_token": "<s>", "eos_token": {"content": "<|end|>"}}"#
        )
        #expect(plain.bosTokenID == 1 && plain.eosTokenID == 300 && plain.addsBOSToken)
        let without = try SmallTokenizer.fallback.load(
            configuration: """
                {"bos_token": "<s>", "add_bos_token": false, "tokenizer_class": "LlamaTokenizer"}
                """
        )
        #expect(!without.addsBOSToken)
        #expect(without.encode("a") == plain.encode("a", addSpecialTokens: false))
    }
}
