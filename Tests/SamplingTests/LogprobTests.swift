import Sampling
import Testing

@Suite("Log-probabilities")
struct LogprobTests {
    /// The logarithm of a sum of exponentials, by bisection: slow and independent.
    func logSumExp(_ row: [Float]) -> Double {
        let greatest = Double(row.max() ?? 0)
        let sum = row.reduce(0) { $0 + exponential(Double($1) - greatest) }
        var low = 0.0
        var high = 20.0
        for _ in 0..<80 {
            let middle = (low + high) / 2
            if exponential(-middle) * sum > 1 { low = middle } else { high = middle }
        }
        return greatest + low
    }

    @Test(
        "agree with double precision",
        arguments: [1, 2, 15, 16, 17, 100, 1023, 1025, 32_000],
        [Float(0.1), 10, 80]
    )
    func agree(vocabularySize: Int, scale: Float) throws {
        var maker = RowMaker(seed: 31)
        let row = maker.row(vocabularySize, scale: scale)
        let normalizer = logSumExp(row)
        let sorted = row.indices.sorted { (row[$0], $1) > (row[$1], $0) }
        for place in [0, 1, vocabularySize / 2, vocabularySize - 1] where place < vocabularySize {
            let tokenID = sorted[place]
            let result = try PositionLogprobs(of: Int32(tokenID), in: row.span, topCount: 20)
            let expected = Double(row[tokenID]) - normalizer
            #expect(abs(Double(result.chosen.logprob) - expected) < 2e-6 * (1 + abs(expected)))
            #expect(result.chosen.rank == place + 1)
            #expect(result.top.map { Int($0.tokenID) } == Array(sorted.prefix(20)))
            #expect(result.top.map(\.rank) == Array(1...min(20, vocabularySize)))
            for token in result.top {
                let expected = Double(row[Int(token.tokenID)]) - normalizer
                #expect(abs(Double(token.logprob) - expected) < 2e-6 * (1 + abs(expected)))
            }
        }
    }

    @Test("of equal tokens the lower id has the better rank")
    func ties() throws {
        var row = [Float](repeating: 0, count: 40)
        for place in [5, 20, 21, 39] { row[place] = 1 }
        for (place, tokenID) in [5, 20, 21, 39].enumerated() {
            let result = try PositionLogprobs(of: Int32(tokenID), in: row.span, topCount: 4)
            #expect(result.chosen.rank == place + 1)
            #expect(result.top.map(\.tokenID) == [5, 20, 21, 39])
        }
    }

    @Test("come with the sample in the number asked for", arguments: [nil, 0, 1, 5])
    func requested(count: Int?) throws {
        let output = try sample([1, 2, 3, 4, 5, 6], parameters { $0.logprobs = count })
        #expect((output.logprob != nil) == (count != nil))
        #expect(output.top.count == count ?? 0)
        #expect(output.logprob?.tokenID ?? output.tokenID == output.tokenID)
    }

    @Test("of a row that is not finite are an error")
    func nonFinite() {
        let row: [Float] = [0, .nan]
        #expect(throws: SamplingError.nonFiniteLogits) {
            try PositionLogprobs(of: 0, in: row.span, topCount: 1)
        }
    }
}
