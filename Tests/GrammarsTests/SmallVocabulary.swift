import Grammars
import TestData
import Tokenization

/// Vocabularies for tests.
enum SmallVocabulary {
    static let endTokenID: Int32 = 0

    /// Every byte, pieces of JSON, parts of characters, two control tokens.
    static let mixed: TokenVocabulary = {
        var bytes: [[UInt8]] = [Array("</s>".utf8), Array("<tool>".utf8), Array("<pad>".utf8)]
        bytes += (0...255).map { [UInt8($0)] }
        let pieces = [
            "{\"", "\":", "\": \"", "\",\"", "\"}", "\"]", "}}", "]}", "[[", "{}", "[]", ", \"",
            "true", "false", "null", "tru", "e}", "12", "123", "1.5", "0.", "e-3", "-1", "\\u00",
            "\\\"", "\\n", "name", "age", "abc", " a", "  ", "\n  ", "\n", "a\"", "é", "日本",
            "😀", "é\"", "\\ud83d", "\\ude00", "<to", "ol>", "<tool_call>", "aaaaaaaaaaaaaaaa",
            "name", "{\"name\":", "x\\", "\"\"", "\":\"\"", "\",", "9\"", "日\"",
        ]
        bytes += pieces.map { Array($0.utf8) }
        // Halves of characters, as byte-level tokenizers have them.
        bytes += [[0xE6, 0x97], [0xA5, 0xE6], [0xF0, 0x9F], [0x98, 0x80], [0xC3], []]
        return TokenVocabulary(
            bytes: bytes,
            special: [0, 1, 2],
            names: [0: "</s>", 1: "<tool>", 2: "<pad>"],
            endTokenIDs: [endTokenID]
        )
    }()

    /// The bytes of a token of ``mixed``; nil for control tokens.
    static func isText(_ id: Int32) -> Bool { id > 2 }

    /// A tokenizer of the test data with its vocabulary, where it loads.
    static func golden(_ name: String) throws -> (Tokenizer, TokenVocabulary) {
        let folder = TestData.path("tokenizers/\(name)")
        let plain = folder + "/tokenizer.json"
        let file =
            try TestData.exists(plain)
            ? TestData.bytes(plain) : Gunzip.unpack(TestData.bytes(plain + ".gz"))
        let tokenizer = try Tokenizer(tokenizerJSON: file)
        let entries = (0..<Int32(tokenizer.vocabularySize)).map { id in
            TokenVocabulary.Entry(
                bytes: tokenizer.bytes(of: id),
                isSpecial: tokenizer.isSpecial(id),
                name: tokenizer.token(for: id)
            )
        }
        let ends = Set([tokenizer.eosTokenID].compactMap { $0 })
        return (tokenizer, TokenVocabulary(tokens: entries, endTokenIDs: ends))
    }
}
