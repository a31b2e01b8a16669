import Sampling
import Testing

@Suite("Greedy choice")
struct GreedyTests {
    let greedy = parameters { $0.temperature = 0 }

    @Test("takes the greatest logit wherever it is", arguments: [1, 2, 15, 16, 17, 31, 33, 100])
    func everyPlace(vocabularySize: Int) throws {
        for place in 0..<vocabularySize {
            var row = [Float](repeating: -5, count: vocabularySize)
            row[place] = -4
            #expect(try sample(row, greedy).tokenID == Int32(place))
        }
    }

    @Test("takes the lowest id of equal logits", arguments: [3, 16, 40, 70])
    func ties(first: Int) throws {
        var row = [Float](repeating: 0, count: 90)
        for place in stride(from: first, to: 90, by: 5) { row[place] = 2 }
        #expect(try sample(row, greedy).tokenID == Int32(first))
    }

    @Test("holds 0 and -0 for equal")
    func zeros() throws {
        #expect(try sample([-1, -0.0, 0, -0.0], greedy).tokenID == 1)
        let counts = try drawCounts(
            [-1, -0.0, 0, -0.0],
            parameters { $0.topK = 1 },
            draws: 20
        )
        #expect(counts == [0, 20, 0, 0])
    }

    @Test("refuses rows with a number that is not finite", arguments: [1, 16, 37])
    func nonFinite(vocabularySize: Int) throws {
        for parameters in [greedy, SamplingParameters(), parameters { $0.topK = 2 }] {
            for place in 0..<vocabularySize {
                for value in [Float.infinity, -.infinity, .nan] {
                    var row = [Float](repeating: 1, count: vocabularySize)
                    row[place] = value
                    #expect(throws: SamplingError.nonFiniteLogits) {
                        try sample(row, parameters)
                    }
                }
            }
        }
    }

    @Test("the largest finite logits are no fault")
    func largestFinite() throws {
        let greatest = Float.greatestFiniteMagnitude
        let row: [Float] = [-greatest, 0, greatest, -greatest]
        #expect(try sample(row, greedy).tokenID == 2)
        #expect(try sample(row, SamplingParameters()).tokenID == 2)
        let hot = parameters {
            $0.temperature = 2
            $0.repetitionPenalty = 0.001
            $0.logprobs = 2
        }
        let output = try sample(row, hot, prompt: [2, 0])
        #expect(output.tokenID == 2)
        #expect(output.logprob?.logprob == 0)
    }
}
