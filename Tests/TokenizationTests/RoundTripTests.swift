import Testing
import Tokenization

@Suite("Round trips")
struct RoundTripTests {
    static let seed: UInt64 = 20_261_124

    @Test("a byte-level tokenizer gives any text back")
    func byteLevel() throws {
        let tokenizer = try SmallTokenizer.byteLevel(with: ["normalizer": "null"])
        try expectRoundTrips(tokenizer) { $0 }
    }

    @Test("a tokenizer with byte fallback gives any text back")
    func fallback() throws {
        let tokenizer = try SmallTokenizer.fallback.load()
        // The mark itself comes back as the space that it stands for.
        try expectRoundTrips(tokenizer) { text in
            let scalars = String(decoding: text, as: UTF8.self).unicodeScalars
            return scalars.flatMap { Array(String($0 == "▁" ? " " : $0).utf8) }
        }
    }

    private func expectRoundTrips(
        _ tokenizer: Tokenizer,
        _ expected: ([UInt8]) -> [UInt8]
    ) throws {
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<20_000 {
            let text = random.text(scalarCount: Int.random(in: 0..<40, using: &random))
            let ids = tokenizer.encode(text, addSpecialTokens: false)
            let decoded = Array(tokenizer.decode(ids).utf8)
            try #require(decoded == expected(Array(text.utf8)), "seed \(Self.seed): '\(text)'")
        }
    }

    @Test("a stream of any tokens is their decoding", arguments: SmallTokenizer.allCases)
    func streams(small: SmallTokenizer) throws {
        let tokenizer = try small.load()
        var random = SeededGenerator(seed: Self.seed)
        for _ in 0..<2_000 {
            let ids = (0..<Int.random(in: 0..<30, using: &random)).map { _ in
                Int32.random(in: -1...310, using: &random)
            }
            var detokenizer = IncrementalDetokenizer(tokenizer, skipSpecialTokens: false)
            var shown: [UInt8] = []
            for id in ids { shown += detokenizer.append(id).utf8 }
            shown += detokenizer.finish().utf8
            try #require(shown == Array(tokenizer.decode(ids).utf8), "seed \(Self.seed): \(ids)")
        }
    }
}
