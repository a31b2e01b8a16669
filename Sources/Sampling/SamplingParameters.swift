/// How one request's tokens are chosen and when its answer ends; names and defaults as in vLLM.
///
/// A value outside the range that is named here is refused together with the request.
public struct SamplingParameters: Sendable, Equatable {
    /// Logits are divided by this, 0 to 2; below 0.00001 the most probable token is always taken.
    public var temperature: Float = 1
    /// The smallest set of tokens with at least this probability stays; above 0, and 1 keeps all.
    public var topP: Float = 1
    /// The number of most probable tokens that stay; 0 and -1 keep all.
    public var topK = 0
    /// Tokens less probable than this times the most probable one are dropped; 0 to 1, and 0
    /// keeps all.
    public var minP: Float = 0
    /// Above 1 makes tokens of the prompt and of the output so far less likely, by a factor; above
    /// 0, at most 10.
    public var repetitionPenalty: Float = 1
    /// Subtracted once from the logit of every token of the output so far; -2 to 2.
    public var presencePenalty: Float = 0
    /// Subtracted from a token's logit once for every time the output has it; -2 to 2.
    public var frequencyPenalty: Float = 0
    /// Added to the logits of these tokens; -100 to 100 each, at most 1024 tokens.
    public var logitBias: [Int32: Float] = [:]
    /// Where the random draws begin; nil lets the engine choose.
    public var seed: UInt64?
    /// The longest answer in tokens; nil is what the context leaves.
    public var maxTokens: Int? = 16
    /// No token that would end the answer is chosen before the answer has this many.
    public var minTokens = 0
    /// Texts that end the answer; at most 4, each of 1 to 256 bytes.
    public var stop: [String] = []
    /// Tokens that end the answer, beside the model's own; at most 64.
    public var stopTokenIDs: [Int32] = []
    /// The model's end-of-text tokens do not end the answer.
    public var ignoreEOS = false
    /// The number of answers to one prompt, 1 to 8.
    public var n = 1
    /// The number of most probable tokens reported beside each chosen one, up to 20; nil reports
    /// nothing.
    public var logprobs: Int?
    /// The same for each token of the prompt but the first, which nothing comes before.
    public var promptLogprobs: Int?
    /// The text that ended the answer is part of it.
    public var includeStopStringInOutput = false
    /// Control tokens leave no trace in the text.
    public var skipSpecialTokens = true
    /// When given, no other token is chosen; 1 to 1024 of them, and no form beside them.
    public var allowedTokenIDs: [Int32]?

    /// Parameters with vLLM's defaults; what is not named here can be set afterwards.
    public init(
        temperature: Float = 1,
        topP: Float = 1,
        topK: Int = 0,
        minP: Float = 0,
        maxTokens: Int? = 16,
        seed: UInt64? = nil,
        stop: [String] = [],
        n: Int = 1,
        logprobs: Int? = nil,
        ignoreEOS: Bool = false
    ) {
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.minP = minP
        self.maxTokens = maxTokens
        self.seed = seed
        self.stop = stop
        self.n = n
        self.logprobs = logprobs
        self.ignoreEOS = ignoreEOS
    }

    /// Whether the most probable token is always taken; the smallest temperatures count as 0, since
    /// the quotient of a logit and such a number has no meaning left in 32 bits.
    public var isGreedy: Bool { temperature < 1e-5 }
}
