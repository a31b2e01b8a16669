/// Which request of an engine's life.
public struct RequestID: Hashable, Comparable, Sendable {
    /// Unique for as long as the scheduler knows the request.
    public let rawValue: UInt64

    /// Names a request.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Orders by raw value.
    public static func < (left: RequestID, right: RequestID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Why a request ended.
public enum FinishReason: String, Sendable {
    /// A stop token was sampled, or the caller found a stop string.
    case stop
    /// The request's token limit or the model's context is reached.
    case length
    /// The client went away or the server is stopping.
    case abort
    /// The request itself failed, for example with logits that are not finite.
    case error
}

/// What the scheduler must know of a request; sampling is not its business.
public struct Request: Sendable {
    /// Chosen by the caller.
    public var id: RequestID
    /// At least one token.
    public var promptTokenIDs: [Int32]
    /// Tokens to generate at most; 0 computes the prompt and samples nothing.
    public var maxTokens: Int
    /// Tokens that must be there before a stop token ends the request.
    ///
    /// The sampler keeps stop tokens from being drawn earlier.
    public var minTokens: Int
    /// Tokens that end the request, the end-of-sequence tokens among them unless they are ignored.
    public var stopTokenIDs: Set<Int32>
    /// The logits of every prompt position are wanted: nothing of it may come from the cache.
    public var wantsPromptLogits: Bool
    /// Requests share cached blocks only within one namespace.
    public var cacheNamespace: UInt64
    /// Lower comes first, as in vLLM; equal ones go by arrival.
    public var priority: Int
    /// A request with the same prompt, whose blocks this one can use.
    ///
    /// This one is held back while that one computes them.
    public var followsPromptOf: RequestID?

    /// Describes a request.
    ///
    /// The parameters are the properties of the same names.
    public init(
        id: RequestID,
        promptTokenIDs: [Int32],
        maxTokens: Int,
        minTokens: Int = 0,
        stopTokenIDs: Set<Int32> = [],
        wantsPromptLogits: Bool = false,
        cacheNamespace: UInt64 = 0,
        priority: Int = 0,
        followsPromptOf: RequestID? = nil
    ) {
        self.id = id
        self.promptTokenIDs = promptTokenIDs
        self.maxTokens = maxTokens
        self.minTokens = minTokens
        self.stopTokenIDs = stopTokenIDs
        self.wantsPromptLogits = wantsPromptLogits
        self.cacheNamespace = cacheNamespace
        self.priority = priority
        self.followsPromptOf = followsPromptOf
    }
}
