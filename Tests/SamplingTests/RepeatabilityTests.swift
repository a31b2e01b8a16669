import Sampling
import Testing

@Suite("Repeatability of draws")
struct RepeatabilityTests {
    static let kinds: [SamplingParameters] = [
        parameters { _ in },
        parameters { $0.topK = 20 },
        parameters { $0.topP = 0.9 },
        parameters { $0.presencePenalty = 1 },
    ]

    @Test("an index draws the same in any order and with any workspace", arguments: kinds.prefix(3))
    func orderDoesNotMatter(parameters: SamplingParameters) throws {
        var maker = RowMaker(seed: 11)
        let rows = (0..<20).map { _ in maker.row(700) }
        var forward = Sampler(parameters: parameters, seed: 5, vocabularySize: 700)
        var backward = Sampler(parameters: parameters, seed: 5, vocabularySize: 700)
        var workspace = SamplingWorkspace()
        var first: [Int32] = []
        var second: [Int32] = []
        for (index, row) in rows.enumerated() {
            let output = try forward.sample(row.span, outputIndex: index, workspace: &workspace)
            first.append(output.tokenID)
        }
        for (index, row) in rows.enumerated().reversed() {
            var fresh = SamplingWorkspace()
            let output = try backward.sample(row.span, outputIndex: index, workspace: &fresh)
            second.append(output.tokenID)
        }
        #expect(first == second.reversed())
        #expect(Set(first).count > 5)
    }

    @Test("requests in turn on one workspace draw as they do alone", arguments: kinds)
    func neighboursDoNotMatter(parameters: SamplingParameters) throws {
        var maker = RowMaker(seed: 12)
        let rows = (0..<30).map { _ in maker.row(400) }
        func alone(_ seed: UInt64) throws -> [Int32] {
            var sampler = Sampler(parameters: parameters, seed: seed, vocabularySize: 400)
            var workspace = SamplingWorkspace()
            return try rows.enumerated().map { index, row in
                try sampler.sample(row.span, outputIndex: index, workspace: &workspace).tokenID
            }
        }
        var samplers = (1...3).map {
            Sampler(parameters: parameters, seed: $0, vocabularySize: 400)
        }
        var other = Sampler(parameters: parameters, seed: 9, vocabularySize: 1_111)
        let otherRow = maker.row(1_111)
        var workspace = SamplingWorkspace()
        var together = [[Int32]](repeating: [], count: 3)
        for (index, row) in rows.enumerated() {
            for request in samplers.indices {
                let output = try samplers[request].sample(
                    row.span,
                    outputIndex: index,
                    workspace: &workspace
                )
                together[request].append(output.tokenID)
                _ = try other.sample(otherRow.span, outputIndex: index, workspace: &workspace)
            }
        }
        #expect(try together == (1...3).map(alone))
        #expect(Set(together).count == 3, "different seeds draw differently")
    }

    @Test("Philox gives the published numbers")
    func philox() {
        let zero = CounterRandom.block(counter: [0, 0, 0, 0], key: [0, 0])
        #expect(zero == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
        let ones = CounterRandom.block(counter: .init(repeating: .max), key: [.max, .max])
        #expect(ones == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
        let digits = CounterRandom.block(
            counter: [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            key: [0xa409_3822, 0x299f_31d0]
        )
        #expect(digits == [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1])
    }

    @Test("seeds and indices that differ in one bit give unrelated numbers")
    func uniform() {
        var counts = [Int](repeating: 0, count: 64)
        for seed in 0..<64 {
            for index in 0..<200 {
                let number = CounterRandom(seed: 1 << UInt64(seed)).uniform(UInt64(index))
                #expect(number >= 0 && number < 1)
                counts[Int(number * 64)] += 1
            }
        }
        let even = [Double](repeating: 1 / 64, count: 64)
        let (statistic, freedom) = chiSquare(counts, even)
        #expect(statistic < chiSquareBound(freedom: freedom))
    }
}
