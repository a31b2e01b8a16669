public import Grammars
public import Sampling

/// A prompt as it comes from a caller.
public enum TextPrompt: Sendable, Equatable {
    /// Text, to be turned into tokens.
    case text(String)
    /// Token ids, taken as they are.
    case tokenIDs([Int32])
}

/// What a caller wants written: the one request type behind every entry point.
public struct TextRequest: Sendable {
    /// Which end of a long prompt is kept.
    public enum TruncationSide: String, Sendable {
        /// The beginning is cut off.
        case left
        /// The end is cut off.
        case right
    }

    /// The prompt.
    public var prompt: TextPrompt
    /// How the answer is chosen and when it ends.
    public var parameters: SamplingParameters
    /// What the answer must match, compiled by ``LanguageModel/grammar(_:)``; nil leaves it free.
    public var grammar: Grammar?
    /// Special tokens that leave their text even if `skipSpecialTokens` hides the others.
    public var visibleSpecialTokenIDs: Set<Int32> = []
    /// Whether only the prompt's log-probabilities are wanted: the answer then has no token.
    public var promptOnly = false
    /// Whether the tokenizer's own special tokens, such as BOS, are added to a text.
    public var addSpecialTokens = true
    /// Keeps at most so many prompt tokens; -1 keeps what the context allows.
    public var truncatePromptTokens: Int?
    /// Which end is cut when the prompt is truncated.
    public var truncationSide = TruncationSide.left
    /// Keeps the prefix caches of tenants apart.
    public var cacheNamespace: UInt64 = 0
    /// Lower runs first.
    public var priority = 0

    /// A request with every default.
    public init(prompt: TextPrompt, parameters: SamplingParameters) {
        self.prompt = prompt
        self.parameters = parameters
    }
}
