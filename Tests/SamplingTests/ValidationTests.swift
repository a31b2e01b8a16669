import Sampling
import Testing

@Suite("Validation of parameters")
struct ValidationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let parameter: String
        let value: String
        let isValid: Bool
        let change: @Sendable (inout SamplingParameters) -> Void
        var testDescription: String { "\(parameter) = \(value)" }
    }

    static func cases<Value: Sendable>(
        _ parameter: String,
        _ path: any WritableKeyPath<SamplingParameters, Value> & Sendable,
        valid: [Value],
        invalid: [Value]
    ) -> [Case] {
        let values = valid.map { ($0, true) } + invalid.map { ($0, false) }
        return values.map { value, isValid in
            Case(parameter: parameter, value: "\(value)", isValid: isValid) {
                $0[keyPath: path] = value
            }
        }
    }

    static let notNumbers: [Float] = [.nan, .infinity, -.infinity, .greatestFiniteMagnitude]

    static let numbers: [Case] = [
        cases(
            "temperature",
            \.temperature,
            valid: [0, 1e-30, 1, 2],
            invalid: [-0.001, 2.001, -1e30] + notNumbers
        ),
        cases("top_p", \.topP, valid: [1e-30, 0.5, 1], invalid: [0, -0.1, 1.0001] + notNumbers),
        cases("min_p", \.minP, valid: [0, 0.5, 1], invalid: [-0.0001, 1.0001] + notNumbers),
        cases(
            "repetition_penalty",
            \.repetitionPenalty,
            valid: [1e-3, 1, 10],
            invalid: [0, -1, 10.01] + notNumbers
        ),
        cases(
            "presence_penalty",
            \.presencePenalty,
            valid: [-2, 0, 2],
            invalid: [-2.001, 2.001] + notNumbers
        ),
        cases(
            "frequency_penalty",
            \.frequencyPenalty,
            valid: [-2, 0, 2],
            invalid: [-2.001, 2.001] + notNumbers
        ),
        cases("top_k", \.topK, valid: [-1, 0, 1, 99, .max], invalid: [-2, .min]),
        cases("n", \.n, valid: [1, 8], invalid: [0, -1, 9, .max, .min]),
        cases("logprobs", \.logprobs, valid: [nil, 0, 20], invalid: [-1, 21, .max, .min]),
        cases(
            "prompt_logprobs",
            \.promptLogprobs,
            valid: [nil, 0, 20],
            invalid: [-1, 21, .max, .min]
        ),
        cases("max_tokens", \.maxTokens, valid: [nil, 1, .max], invalid: [0, -1, .min]),
        cases("min_tokens", \.minTokens, valid: [0, 1, 16], invalid: [-1, 17, .max, .min]),
    ].flatMap { $0 }

    static let lists: [Case] = [
        cases(
            "stop",
            \.stop,
            valid: [[], ["a"], ["a", "b", "c", "d"], [String(repeating: "x", count: 256)]],
            invalid: [
                [""], ["a", ""], ["a", "b", "c", "d", "e"], [String(repeating: "x", count: 257)],
                [String(repeating: "é", count: 129)],
            ]
        ),
        cases(
            "stop_token_ids",
            \.stopTokenIDs,
            valid: [[], [0], [99], [Int32](repeating: 1, count: 64)],
            invalid: [[-1], [100], [.max], [.min], [Int32](repeating: 1, count: 65)]
        ),
        cases(
            "logit_bias",
            \.logitBias,
            valid: [[:], [0: -100], [99: 100]],
            invalid: [
                [-1: 0], [100: 0], [0: 100.001], [0: -100.001], [0: .nan], [0: .infinity],
                Dictionary(uniqueKeysWithValues: (0..<1025).map { ($0, 0) }),
            ]
        ),
        cases(
            "allowed_token_ids",
            \.allowedTokenIDs,
            valid: [nil, [0], [99, 99], [Int32](repeating: 1, count: 1024)],
            invalid: [[], [-1], [100], [.max], [Int32](repeating: 1, count: 1025)]
        ),
    ].flatMap { $0 }

    @Test("every bound of every field", arguments: numbers + lists)
    func bounds(bound: Case) {
        let parameters = parameters(bound.change)
        var refused: String?
        do throws(SamplingParameterError) {
            try parameters.validate(vocabularySize: 100)
        } catch {
            refused = error.parameter
        }
        #expect(refused == (bound.isValid ? nil : bound.parameter))
    }

    @Test("min_tokens has no upper bound where max_tokens is open")
    func openMaximum() throws {
        let open = parameters {
            $0.maxTokens = nil
            $0.minTokens = 5_000
        }
        try open.validate(vocabularySize: 100)
    }

    @Test("an operator can grant more")
    func operatorLimits() throws {
        let wide = parameters {
            $0.n = 128
            $0.stop = (1...16).map { "\($0)" }
        }
        try wide.validate(vocabularySize: 100, limits: .highest)
    }

    @Test("the message names field, value and range")
    func message() {
        let error = #expect(throws: SamplingParameterError.self) {
            try parameters { $0.topP = 1.5 }.validate(vocabularySize: 100)
        }
        #expect(error?.description == "top_p is 1.5; it must be greater than 0 and at most 1.")
        #expect(error?.shortDescription == "out_of_range")
        let token = #expect(throws: SamplingParameterError.self) {
            try parameters { $0.stopTokenIDs = [700] }.validate(vocabularySize: 100)
        }
        #expect(
            token?.description
                == "stop_token_ids names token 700; the model has tokens 0 to 99."
        )
    }

    @Test("whatever passes can be sampled with")
    func validCombinations() throws {
        var maker = RowMaker(seed: 41)
        let row = maker.row(100)
        let valid = (Self.numbers + Self.lists).filter(\.isValid)
        for first in valid {
            for second in valid {
                let parameters = parameters {
                    first.change(&$0)
                    second.change(&$0)
                }
                guard (try? parameters.validate(vocabularySize: 100)) != nil else { continue }
                let output = try sample(row, parameters, prompt: [1, 5, 7], stops: [2, 3])
                #expect(0..<100 ~= output.tokenID)
            }
        }
    }
}
