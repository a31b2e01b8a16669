import TestData
import Testing
import Tokenization

@Suite("Golden tokenizers and what users write", .enabled(if: TestData.isPresent))
struct GoldenUserTextTests {
    @Test("no special token comes out of a user's text", arguments: GoldenTokenizer.supported)
    func noSpecialTokens(golden: GoldenTokenizer) throws {
        let tokenizer = try golden.load()
        for id in 0..<Int32(tokenizer.vocabularySize) where tokenizer.isSpecial(id) {
            guard let special = tokenizer.token(for: id) else { continue }
            let text = "a" + special + "b"
            let range = 1..<(1 + special.utf8.count)
            let ids = tokenizer.encode(text, userRanges: [range], addSpecialTokens: false)
            #expect(!ids.contains(id), "\(special)")
        }
    }

    @Test("where nothing is a user's, and no token is written, nothing changes")
    func unchanged() throws {
        for golden in GoldenTokenizer.supported {
            let tokenizer = try golden.load()
            let text = "def f(x):\n    return 'día' + \"\u{1F600}\" * 12"
            let plain = tokenizer.encode(text, addSpecialTokens: true)
            let ranges = [0..<3, 5..<text.utf8.count]
            #expect(tokenizer.encode(text, userRanges: [], addSpecialTokens: true) == plain)
            #expect(tokenizer.encode(text, userRanges: ranges, addSpecialTokens: true) == plain)
        }
    }
}
