import Testing
import Tokenization

@Suite("Linear time")
struct LinearTimeTests {
    @Test(
        "merge steps grow with the text as n log n, whatever the text",
        arguments: SmallTokenizer.allCases,
        ["a", " ", "ab", "\n", "\u{301}", "aab "]
    )
    func mergeSteps(small: SmallTokenizer, unit: String) throws {
        let tokenizer = try small.load()
        let short = 64 * 1024 / unit.utf8.count
        let few = tokenizer.encodeCountingSteps(String(repeating: unit, count: short))
        let many = tokenizer.encodeCountingSteps(String(repeating: unit, count: 16 * short))
        // Sixteen times the text, and a heap that is 20 levels deep instead of 16.
        #expect(many.stepCount <= 21 * few.stepCount)
        #expect(many.ids.count > few.ids.count)
    }

    @Test("a long piece is merged as a short one")
    func longPieces() throws {
        let tokenizer = try SmallTokenizer.byteLevel.load()
        let eight = try #require(tokenizer.id(of: "aaaaaaaa"))
        for count in [8, 16, 800, 8_000] {
            let ids = tokenizer.encode(String(repeating: "a", count: count))
            #expect(ids == Array(repeating: eight, count: count / 8))
        }
    }
}
