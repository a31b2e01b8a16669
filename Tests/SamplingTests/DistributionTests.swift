import Sampling
import Testing

@Suite("Distribution of draws")
struct DistributionTests {
    static let filters: [SamplingParameters] = [
        parameters { _ in },
        parameters { $0.temperature = 0.5 },
        parameters { $0.temperature = 2 },
        parameters { $0.topK = 1 },
        parameters { $0.topK = 5 },
        parameters { $0.topK = 300 },
        parameters { $0.topP = 0.1 },
        parameters { $0.topP = 0.9 },
        parameters { $0.topP = 0.999 },
        parameters { $0.minP = 0.05 },
        parameters { $0.minP = 1 },
        parameters {
            $0.topK = 40
            $0.topP = 0.95
        },
        parameters {
            $0.temperature = 1.5
            $0.topK = 100
            $0.topP = 0.8
            $0.minP = 0.02
        },
        parameters {
            $0.topP = 0.7
            $0.minP = 0.1
        },
    ]

    @Test("draws follow the reference distribution", arguments: filters, [50, 1000, 2500])
    func followsReference(filter: SamplingParameters, vocabularySize: Int) throws {
        var maker = RowMaker(seed: UInt64(vocabularySize))
        let row = maker.row(vocabularySize, scale: 6)
        let expected = referenceDistribution(row, filter)
        let counts = try drawCounts(row, filter, draws: 20_000)
        for (tokenID, count) in counts.enumerated() where expected[tokenID] == 0 {
            #expect(count == 0, "token \(tokenID) was cut off and drawn \(count) times")
        }
        let (statistic, freedom) = chiSquare(counts, expected)
        #expect(statistic < chiSquareBound(freedom: freedom), "\(freedom) degrees of freedom")
    }

    @Test("a flat row is drawn evenly", arguments: [1, 2, 15, 16, 17, 1023, 1024, 1025])
    func flatRow(vocabularySize: Int) throws {
        let row = [Float](repeating: 3, count: vocabularySize)
        let counts = try drawCounts(row, SamplingParameters(), draws: 20_000)
        let expected = [Double](repeating: 1 / Double(vocabularySize), count: vocabularySize)
        let (statistic, freedom) = chiSquare(counts, expected)
        #expect(statistic < chiSquareBound(freedom: freedom))
    }

    @Test("of equal tokens at the edge of top-k the lower ids stay", arguments: [1, 3, 17, 200])
    func tiesAtTopK(topK: Int) throws {
        let row = [Float](repeating: 0, count: 300)
        let counts = try drawCounts(row, parameters { $0.topK = topK }, draws: 5_000)
        #expect(counts.prefix(topK).allSatisfy { $0 > 0 })
        #expect(counts.dropFirst(topK).allSatisfy { $0 == 0 })
    }

    @Test("of equal tokens at the edge of top-p the lower ids stay")
    func tiesAtTopP() throws {
        let row = [Float](repeating: 0, count: 64)
        let counts = try drawCounts(row, parameters { $0.topP = 0.25 }, draws: 2_000)
        #expect(counts.prefix(16).allSatisfy { $0 > 0 })
        #expect(counts.dropFirst(16).allSatisfy { $0 == 0 })
    }

    @Test("the first token that reaches top-p is the last one kept")
    func topPKeepsTheTokenThatCrosses() throws {
        // Probabilities 0.5, 0.25, 0.125, 0.125: 0.6 needs two tokens, 0.5 needs one.
        let row: [Float] = [0, -0.693_147_18, -1.386_294_4, -1.386_294_4]
        let two = try drawCounts(row, parameters { $0.topP = 0.6 }, draws: 500)
        #expect(two[0] > 0 && two[1] > 0 && two[2] == 0 && two[3] == 0)
        let one = try drawCounts(row, parameters { $0.topP = 0.49 }, draws: 500)
        #expect(one == [500, 0, 0, 0])
    }

    @Test("rows that are sorted are selected from as well", arguments: [true, false])
    func sortedRows(isAscending: Bool) throws {
        let ascending = (0..<5_000).map { Float($0) * 0.01 }
        let row = isAscending ? ascending : ascending.reversed()
        let filter = parameters {
            $0.topK = 1_000
            $0.topP = 0.5
        }
        let expected = referenceDistribution(row, filter)
        let counts = try drawCounts(row, filter, draws: 2_000)
        #expect(zip(counts, expected).allSatisfy { $0 == 0 || $1 > 0 })
    }

    @Test("temperatures near 0 choose the most probable token", arguments: [0, 1e-6, 1e-4, 0.001])
    func coldTemperature(temperature: Float) throws {
        var maker = RowMaker(seed: 3)
        var row = maker.row(500)
        row[321] = 12
        let counts = try drawCounts(row, parameters { $0.temperature = temperature }, draws: 50)
        #expect(counts[321] == 50)
    }
}
