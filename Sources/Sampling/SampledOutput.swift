/// A token with the probability the model gave it.
public struct TokenLogprob: Sendable, Equatable {
    /// The token.
    public let tokenID: Int32
    /// Natural logarithm of the probability, before penalties, bias and temperature.
    public let logprob: Float
    /// 1 for the most probable token; of equally probable ones the lower id comes first.
    public let rank: Int

    /// A token's log-probability and rank.
    public init(tokenID: Int32, logprob: Float, rank: Int) {
        self.tokenID = tokenID
        self.logprob = logprob
        self.rank = rank
    }
}

/// What one row of logits came to.
public struct SampledOutput: Sendable, Equatable {
    /// The chosen token.
    public let tokenID: Int32
    /// The chosen token's own, if log-probabilities were asked for.
    public let logprob: TokenLogprob?
    /// The most probable tokens, best first; as many as were asked for.
    public let top: [TokenLogprob]

    /// A chosen token and what is reported about it.
    public init(tokenID: Int32, logprob: TokenLogprob? = nil, top: [TokenLogprob] = []) {
        self.tokenID = tokenID
        self.logprob = logprob
        self.top = top
    }
}

/// Why a row could not be sampled.
public enum SamplingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A logit is infinite or not a number: the model's arithmetic broke down for this request.
    case nonFiniteLogits
    /// Nothing may be chosen: the grammar allows nothing, or nothing that the parameters allow.
    case noTokenAllowed

    /// One sentence for the caller.
    public var description: String {
        switch self {
        case .nonFiniteLogits:
            "The model computed a logit that is not a finite number; the request cannot go on."
        case .noTokenAllowed:
            "The answer cannot go on: its grammar became too ambiguous to follow, or allows "
                + "nothing that the request's other parameters allow."
        }
    }
}
