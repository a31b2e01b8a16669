/// How one request's tokens are chosen and when its answer ends; names and defaults as in vLLM.
public struct SamplingParameters: Sendable, Equatable {
    /// Logits are divided by this; below 0.00001 the most probable token is always taken.
    public var temperature: Float = 1
    /// The smallest set of tokens with at least this probability stays; 1 keeps all.
    public var topP: Float = 1
    /// The number of most probable tokens that stay; 0 and -1 keep all.
    public var topK = 0
    /// Tokens less probable than this times the most probable one are dropped.
    public var minP: Float = 0
    /// Above 1 makes tokens of the prompt and of the output so far less likely, by a factor.
    public var repetitionPenalty: Float = 1
    /// Subtracted once from the logit of every token of the output so far.
    public var presencePenalty: Float = 0
    /// Subtracted from a token's logit once for every time the output has it.
    public var frequencyPenalty: Float = 0
    /// Added to the logits of these tokens.
    public var logitBias: [Int32: Float] = [:]
    /// Where the random draws begin; nil lets the engine choose.
    public var seed: UInt64?
    /// The longest answer in tokens; nil is what the context leaves.
    public var maxTokens: Int? = 16
    /// No token that would end the answer is chosen before the answer has this many.
    public var minTokens = 0
    /// Texts that end the answer.
    public var stop: [String] = []
    /// Tokens that end the answer, beside the model's own.
    public var stopTokenIDs: [Int32] = []
    /// The model's end-of-text tokens do not end the answer.
    public var ignoreEOS = false
    /// The number of answers to one prompt.
    public var n = 1
    /// The number of most probable tokens reported beside each chosen one; nil reports nothing.
    public var logprobs: Int?
    /// The same for each token of the prompt.
    public var promptLogprobs: Int?
    /// The text that ended the answer is part of it.
    public var includeStopStringInOutput = false
    /// Control tokens leave no trace in the text.
    public var skipSpecialTokens = true
    /// When given, no other token is chosen.
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
