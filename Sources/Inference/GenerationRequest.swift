public import Grammars
public import Sampling

/// One answer wanted of the engine: token ids in, sampling parameters checked.
///
/// ``Engine/generate(_:)`` is the only way in, and it validates; behind it nothing invalid exists.
public struct GenerationRequest: Sendable {
    /// The prompt's token ids, special tokens included.
    public var promptTokenIDs: [Int32]
    /// How tokens are chosen and when the answer ends.
    ///
    /// Their `n` is the caller's affair: the engine makes one answer.
    public var parameters: SamplingParameters
    /// What the answer must match, at its beginning; nil leaves it free.
    public var matcher: GrammarMatcher?
    /// Whether only the prompt's log-probabilities are wanted: the answer then has no token.
    public var promptOnly: Bool
    /// When given, the prompt's vector is wanted and no answer.
    public var pooling: Pooling?
    /// Which of `n` answers this is; it is mixed into the seed.
    public var sampleIndex: Int
    /// Keeps the prefix caches of tenants apart: only requests of equal namespace share blocks.
    public var cacheNamespace: UInt64
    /// Lower runs first.
    public var priority: Int
    /// The place of an earlier request of the same ``Engine/generate(together:)`` with the same
    /// prompt, whose computed blocks this one uses.
    public var promptLeader: Int?

    /// A request for one answer.
    public init(
        promptTokenIDs: [Int32],
        parameters: SamplingParameters,
        matcher: GrammarMatcher? = nil,
        promptOnly: Bool = false,
        sampleIndex: Int = 0,
        cacheNamespace: UInt64 = 0,
        priority: Int = 0,
        promptLeader: Int? = nil
    ) {
        self.promptTokenIDs = promptTokenIDs
        self.parameters = parameters
        self.matcher = matcher
        self.promptOnly = promptOnly
        self.sampleIndex = sampleIndex
        self.cacheNamespace = cacheNamespace
        self.priority = priority
        self.promptLeader = promptLeader
    }
}
