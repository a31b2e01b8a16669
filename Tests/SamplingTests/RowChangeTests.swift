import Sampling
import Testing

@Suite("Masks, bias and penalties")
struct RowChangeTests {
    /// The token a greedy sampler takes at each index, always from the same row.
    func tokens(
        _ row: [Float],
        count: Int,
        prompt: [Int32] = [],
        stops: [Int32] = [],
        _ change: (inout SamplingParameters) -> Void
    ) throws -> [Int32] {
        var greedy = parameters(change)
        greedy.temperature = 0
        var sampler = Sampler(
            parameters: greedy,
            seed: 0,
            vocabularySize: row.count,
            promptTokenIDs: prompt,
            stopTokenIDs: stops
        )
        var workspace = SamplingWorkspace()
        return try (0..<count).map {
            try sampler.sample(row.span, outputIndex: $0, workspace: &workspace).tokenID
        }
    }

    @Test("repetition penalty divides positive and multiplies negative logits, prompt and output")
    func repetition() throws {
        // 4 / 2 = 2 < 3; then 3 / 2 = 1.5 < 2: back to token 0, which is penalized only once.
        #expect(try tokens([4, 3, 1], count: 4) { $0.repetitionPenalty = 2 } == [0, 1, 0, 0])
        #expect(try tokens([-1, -1.5], count: 3) { $0.repetitionPenalty = 2 } == [0, 1, 0])
        #expect(
            try tokens([4, 3, 1], count: 1, prompt: [0, 0]) { $0.repetitionPenalty = 2 } == [1]
        )
    }

    @Test("presence penalty counts once and only the output")
    func presence() throws {
        #expect(try tokens([4, 3], count: 4) { $0.presencePenalty = 1.5 } == [0, 1, 0, 0])
        #expect(try tokens([4, 3], count: 1, prompt: [0]) { $0.presencePenalty = 1.5 } == [0])
        #expect(try tokens([4, 3], count: 3) { $0.presencePenalty = -2 } == [0, 0, 0])
    }

    @Test("frequency penalty counts every time and only the output")
    func frequency() throws {
        #expect(try tokens([4, 3], count: 6) { $0.frequencyPenalty = 0.4 } == [0, 0, 0, 1, 0, 1])
        #expect(
            try tokens([4, 3], count: 1, prompt: [0, 0, 0]) { $0.frequencyPenalty = 2 } == [0]
        )
    }

    @Test("bias is added before the repetition penalty")
    func biasThenPenalty() throws {
        // (2 + 6) / 2 = 4 beats 3; the other way round, 2 / 2 + 6 = 7 would beat 6.
        let choice = try tokens([2, 3], count: 1, prompt: [0]) {
            $0.logitBias = [0: 6]
            $0.repetitionPenalty = 2
        }
        #expect(choice == [0])
        let other = try tokens([2, 6], count: 1, prompt: [0]) {
            $0.logitBias = [0: 6]
            $0.repetitionPenalty = 2
        }
        #expect(other == [1])
    }

    @Test("bias lifts and sinks tokens; ids beyond the row change nothing")
    func bias() throws {
        #expect(try tokens([1, 0, 0], count: 1) { $0.logitBias = [2: 1.5] } == [2])
        #expect(try tokens([1, 0.5, 0], count: 1) { $0.logitBias = [0: -100, 9: 100] } == [1])
        #expect(try tokens([1, 0.5, 0], count: 1) { $0.logitBias = [-1: 100] } == [0])
    }

    @Test("only allowed tokens are drawn")
    func allowed() throws {
        var maker = RowMaker(seed: 21)
        let row = maker.row(300)
        let filters: [(inout SamplingParameters) -> Void] = [
            { _ in }, { $0.topK = 2 }, { $0.topP = 0.99 }, { $0.temperature = 0 },
            { $0.minP = 0.001 }, { $0.topK = 200 },
        ]
        for change in filters {
            var filter = parameters(change)
            filter.allowedTokenIDs = [250, 3, 3, 77]
            let counts = try drawCounts(row, filter, draws: 300)
            let drawn = Set(counts.indices.filter { counts[$0] > 0 })
            #expect(drawn.isSubset(of: [3, 77, 250]))
            #expect(!drawn.isEmpty)
        }
    }

    @Test("stop tokens wait until the answer has its minimum length")
    func minimumLength() throws {
        let row: [Float] = [9, 8, 7, 6]
        #expect(try tokens(row, count: 4, stops: [0, 1]) { $0.minTokens = 2 } == [2, 2, 0, 0])
        #expect(try tokens(row, count: 2, stops: [0, 1]) { _ in } == [0, 0])
    }

    @Test("where only stop tokens are allowed, the minimum length gives way")
    func onlyStopsAllowed() throws {
        let choice = try tokens([9, 8, 7], count: 2, stops: [1]) {
            $0.minTokens = 5
            $0.allowedTokenIDs = [1]
        }
        #expect(choice == [1, 1])
    }

    @Test("log-probabilities are those of the row before any change")
    func rawLogprobs() throws {
        let changed = parameters {
            $0.temperature = 0
            $0.logitBias = [2: 50]
            $0.logprobs = 1
        }
        let output = try sample([0, 0, 0, 0], changed)
        #expect(output.tokenID == 2)
        #expect(output.logprob?.rank == 3)
        #expect(abs((output.logprob?.logprob ?? 0) + 1.386_294_4) < 1e-6)
        #expect(output.top.map(\.tokenID) == [0])
    }
}
