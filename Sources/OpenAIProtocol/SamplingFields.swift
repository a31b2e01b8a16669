import JSONDocuments

/// The request fields that shape sampling, as the client sent them; nil where it left them open.
public struct SamplingFields: Sendable, Equatable {
    /// 0 is greedy.
    public var temperature: Double?
    /// Keep the most likely tokens up to this sum of probability.
    public var topP: Double?
    /// Keep this many most likely tokens; 0 or -1 keeps all.
    public var topK: Int?
    /// Drop tokens below this share of the likeliest one's probability.
    public var minP: Double?
    /// Divides the logits of tokens seen before; 1 is off.
    public var repetitionPenalty: Double?
    /// Taken from the logits of tokens generated before.
    public var presencePenalty: Double?
    /// Taken once per occurrence of a generated token.
    public var frequencyPenalty: Double?
    /// Added to logits, by token id.
    public var logitBias: [Int32: Double] = [:]
    /// Same seed, same tokens.
    public var seed: Int64?
    /// Tokens to generate at most.
    public var maxTokens: Int?
    /// Tokens to generate before anything may stop.
    public var minTokens: Int?
    /// Continuations per prompt.
    public var n: Int?
    /// Texts that end a continuation.
    public var stop: [String] = []
    /// Tokens that end a continuation.
    public var stopTokenIDs: [Int32] = []
    /// The model's own end tokens do not end it.
    public var ignoreEOS = false
    /// The text keeps the stop string.
    public var includeStopStringInOutput = false
    /// Special tokens leave no text.
    public var skipSpecialTokens = true
    /// How many most likely tokens to report per token; nil reports nothing.
    public var logprobs: Int?
    /// The same for the tokens of the prompt.
    public var promptLogprobs: Int?
    /// Only these tokens may be chosen.
    public var allowedTokenIDs: [Int32]?

    /// Nothing said: every field open.
    public init() {}

    /// Reads the fields; `logprobs` means something else in each protocol and is the caller's.
    init(_ fields: FieldReader, logprobs: Int?) throws(APIError) {
        self.logprobs = logprobs
        temperature = try fields.double("temperature")
        topP = try fields.double("top_p")
        topK = try fields.int("top_k")
        minP = try fields.double("min_p")
        repetitionPenalty = try fields.double("repetition_penalty")
        presencePenalty = try fields.double("presence_penalty")
        frequencyPenalty = try fields.double("frequency_penalty")
        logitBias = try Self.logitBias(fields)
        seed = try fields.int("seed").map(Int64.init)
        maxTokens = try fields.int("max_tokens")
        minTokens = try fields.int("min_tokens")
        n = try fields.int("n")
        stop = try fields.strings("stop") ?? []
        stopTokenIDs = try fields.tokenIDs("stop_token_ids") ?? []
        ignoreEOS = try fields.bool("ignore_eos") ?? false
        includeStopStringInOutput = try fields.bool("include_stop_str_in_output") ?? false
        skipSpecialTokens = try fields.bool("skip_special_tokens") ?? true
        promptLogprobs = try fields.int("prompt_logprobs")
        allowedTokenIDs = try fields.tokenIDs("allowed_token_ids")
    }

    private static func logitBias(_ fields: FieldReader) throws(APIError) -> [Int32: Double] {
        guard let members = try fields.members("logit_bias") else { return [:] }
        var bias: [Int32: Double] = [:]
        for member in members {
            guard let id = Int32(member.name), id >= 0, let value = member.value.number else {
                throw .badRequest(
                    "`logit_bias` must map token ids to numbers.",
                    param: "logit_bias"
                )
            }
            bias[id] = value
        }
        return bias
    }
}
