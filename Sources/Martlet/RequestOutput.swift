public import Inference
public import Sampling
public import Scheduling
public import TextGeneration

/// Everything generated for one prompt.
public struct RequestOutput: Sendable {
    /// The prompt as it was given; of a conversation, the token ids that were made of it.
    public let prompt: TextPrompt
    /// Its token ids.
    public let promptTokenIDs: [Int32]
    /// The prompt's log-probabilities, if asked for: one per token, the first nil.
    public let promptLogprobs: [PositionLogprobs?]?
    /// The `n` answers, in order of their index.
    public let outputs: [CompletionOutput]

    /// The text of the first answer; empty if there is none.
    public var text: String { outputs.first?.text ?? "" }
}

/// One answer to a prompt.
public struct CompletionOutput: Sendable {
    /// Which of the `n` answers this is, from 0 on.
    public let index: Int
    /// The text, without the prompt, and without the stop string unless that was asked for.
    public let text: String
    /// The tokens, the ending stop token included.
    public let tokenIDs: [Int32]
    /// The same tokens with their log-probabilities, as far as those were asked for.
    public let tokens: [SampledOutput]
    /// Why it ended.
    public let finishReason: FinishReason
    /// The stop string or stop token of the parameters that ended it; nil if none did.
    public let stopReason: TextEnd.StopReason?
    /// Times in seconds since the request was submitted, and token counts.
    public let metrics: RequestMetrics

    /// The sum of the tokens' log-probabilities, natural logarithms; nil if they were not asked
    /// for.
    public var cumulativeLogprob: Float? {
        var sum: Float = 0
        for token in tokens {
            guard let logprob = token.logprob else { return nil }
            sum += logprob.logprob
        }
        return sum
    }
}

extension RequestOutput {
    /// Runs the `n` answers of a request and waits for all.
    static func compute(
        _ request: TextRequest,
        promptTokenIDs: [Int32],
        on model: LanguageModel
    ) async throws -> RequestOutput {
        let streams = try model.generateAll([(request, promptTokenIDs)])
        var outputs: [CompletionOutput] = []
        var promptLogprobs: [PositionLogprobs?]?
        for (index, stream) in streams.enumerated() {
            let result = try await stream.result()
            promptLogprobs = promptLogprobs ?? result.promptLogprobs
            outputs.append(
                CompletionOutput(
                    index: index,
                    text: result.text,
                    tokenIDs: result.tokens.map(\.tokenID),
                    tokens: result.tokens,
                    finishReason: result.end.finishReason,
                    stopReason: result.end.stopReason,
                    metrics: result.end.metrics
                )
            )
        }
        return RequestOutput(
            prompt: request.prompt,
            promptTokenIDs: promptTokenIDs,
            promptLogprobs: promptLogprobs,
            outputs: outputs
        )
    }
}
