import Testing
import Tokenization

@Suite("Vocabularies of GGUF files")
struct GGUFVocabularyTests {
    private typealias TokenType = GGUFVocabulary.TokenType

    /// A `llama` vocabulary of some texts with scores; the first three tokens are marks.
    private func characters(_ texts: [(String, Float)]) -> GGUFVocabulary {
        let marks: [(String, Float)] = [("<unk>", 0), ("<s>", 0), ("</s>", 0)]
        let all = marks + texts
        var vocabulary = GGUFVocabulary(
            model: "llama",
            preTokenizer: "",
            tokens: all.map { Array($0.0.utf8) }
        )
        vocabulary.scores = all.map(\.1)
        let types: [TokenType] = [.unknown, .control, .control] + texts.map { _ in .normal }
        vocabulary.types = types.map(\.rawValue)
        return vocabulary
    }

    private func bytePairs(_ preTokenizer: String) -> GGUFVocabulary {
        let tokens = SmallTokenizer.alphabet + ["ab", "Ġab"]
        var vocabulary = GGUFVocabulary(
            model: "gpt2",
            preTokenizer: preTokenizer,
            tokens: tokens.map { Array($0.utf8) }
        )
        vocabulary.merges = ["a b", "Ġ ab"].map { Array($0.utf8) }
        return vocabulary
    }

    @Test("the better score joins first, of equal ones the leftmost")
    func scores() throws {
        var vocabulary = characters([("▁", 0), ("a", 0), ("b", 0), ("ba", -1), ("ab", -1)])
        vocabulary.addsSpacePrefix = false
        let equal = try Tokenizer(vocabulary)
        #expect(equal.encode("aba", addSpecialTokens: false) == [7, 4])
        #expect(equal.encode("bab", addSpecialTokens: false) == [6, 5])
        // Long texts take another way through the merging.
        let long = String(repeating: "ab", count: 40) + "a"
        #expect(
            equal.encode(long, addSpecialTokens: false) == Array(repeating: 7, count: 40) + [4]
        )
        vocabulary.scores[6] = -0.5
        let better = try Tokenizer(vocabulary)
        #expect(better.encode("aba", addSpecialTokens: false) == [4, 6])
    }

    @Test("spaces become marks and come back, with and without the first one")
    func spaces() throws {
        var vocabulary = characters([("▁", 0), ("a", 0), ("▁a", -1)])
        let tokenizer = try Tokenizer(vocabulary)
        #expect(tokenizer.encode("a a") == [1, 5, 5])
        #expect(tokenizer.encode("  a") == [1, 3, 3, 5])
        #expect(tokenizer.decode([1, 5, 5], skipSpecialTokens: true) == "a a")
        vocabulary.addsSpacePrefix = false
        vocabulary.addsBOS = false
        vocabulary.addsEOS = true
        let plain = try Tokenizer(vocabulary)
        #expect(plain.encode("a a") == [4, 5, 2])
        #expect(plain.decode([5, 4]) == " aa")
        vocabulary.removesExtraSpaces = true
        #expect(try Tokenizer(vocabulary).encode("  a   a ") == [4, 5, 2])
    }

    @Test("what no token covers becomes bytes, or one unknown token")
    func fallback() throws {
        var vocabulary = characters([("▁", 0), ("a", 0)])
        #expect(try Tokenizer(vocabulary).encode("éüa") == [1, 3, 0, 4])
        vocabulary.tokens += SmallTokenizer.byteTokens.map { Array($0.utf8) }
        vocabulary.types += SmallTokenizer.byteTokens.map { _ in TokenType.byte.rawValue }
        vocabulary.scores += SmallTokenizer.byteTokens.map { _ in 0 }
        let tokenizer = try Tokenizer(vocabulary)
        #expect(tokenizer.encode("éa") == [1, 3, 5 + 0xc3, 5 + 0xa9, 4])
        #expect(tokenizer.decode([1, 3, 5 + 0xc3, 5 + 0xa9, 4], skipSpecialTokens: true) == "éa")
    }

    @Test("marks and the user's tokens are found in a text")
    func addedTokens() throws {
        var vocabulary = bytePairs("gpt-2")
        vocabulary.tokens += [Array("<end>".utf8), Array("a b".utf8), []]
        vocabulary.types = Array(repeating: TokenType.normal.rawValue, count: 258)
        vocabulary.types += [TokenType.control, .userDefined, .unused].map(\.rawValue)
        vocabulary.eosTokenID = 258
        let tokenizer = try Tokenizer(vocabulary)
        #expect(tokenizer.encode("ab<end>a b ab") == [256, 258, 259, 257])
        #expect(tokenizer.isSpecial(258))
        #expect(!tokenizer.isSpecial(259))
        #expect(tokenizer.eosTokenID == 258)
        #expect(tokenizer.decode([258, 259], skipSpecialTokens: true) == "a b")
        #expect(!tokenizer.hasToken(260))
    }

    @Test(
        "pre-tokenizers are known by name",
        arguments: [
            "llama-bpe", "llama3", "llama-v3", "falcon3", "smaug-bpe", "dbrx", "qwen2",
            "deepseek-r1-qwen", "megrez", "gpt-2", "phi-2", "starcoder", "refact", "smollm",
            "falcon", "default", "tekken", "gpt-4o", "deepseek-coder", "deepseek-v3",
        ]
    )
    func preTokenizers(name: String) throws {
        let tokenizer = try Tokenizer(bytePairs(name))
        let text = "ab ab 12\r\n  \u{e9}!"
        let ids = tokenizer.encode(text)
        #expect(ids.first == 256)
        #expect(ids.contains(257))
        #expect(tokenizer.decode(ids) == text)
    }

    @Test("what is not supported or does not fit together is told")
    func refusals() {
        func message(_ change: (inout GGUFVocabulary) -> Void) -> String {
            var vocabulary = characters([("a", 0)])
            change(&vocabulary)
            let error = #expect(throws: TokenizerError.self) { try Tokenizer(vocabulary) }
            return error?.description ?? ""
        }
        #expect(message { $0.model = "bert" }.contains("the vocabulary 'bert' is not supported"))
        #expect(
            message { $0 = bytePairs("poro-chat") }
                .contains("tokenizer.ggml.pre: the pre-tokenizer 'poro-chat' is not supported")
        )
        #expect(message { $0.scores = [] }.contains("0 scores for 4 tokens"))
        #expect(message { $0.scores[1] = .nan }.contains("a score that is not a number"))
        #expect(message { $0.types = [1] }.contains("1 types for 4 tokens"))
        #expect(message { $0.tokens = [] }.contains("0 tokens, expected 1 to"))
        #expect(message { $0.tokens[3] = [0xff] }.contains("tokens[3]: it is not valid UTF-8"))
        #expect(message { $0.tokens[3] = $0.tokens[2] }.contains("'</s>' is there twice"))
        let merge = Array("a q".utf8)
        #expect(
            message {
                $0 = bytePairs("gpt-2")
                $0.merges.append(merge)
            }.contains("a piece that the vocabulary lacks")
        )
        #expect(
            message {
                $0 = bytePairs("gpt-2")
                $0.merges = [[0x61]]
            }.contains("tokenizer.ggml.merges[0]: expected two tokens with one space")
        )
    }
}
