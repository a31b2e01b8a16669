/// How much one request may ask of the sampler.
public struct SamplingLimits: Sendable, Equatable {
    /// Largest `n`.
    public var sampleCount: Int
    /// Largest `logprobs` and `prompt_logprobs`.
    public var logprobCount: Int
    /// Most stop strings.
    public var stopStringCount: Int
    /// Longest stop string in bytes of UTF-8.
    public var stopStringByteCount: Int
    /// Most stop token ids.
    public var stopTokenCount: Int
    /// Most entries of `logit_bias` and of `allowed_token_ids`.
    public var tokenListCount: Int

    /// Limits made by hand; begin with ``standard``.
    public init(
        sampleCount: Int,
        logprobCount: Int,
        stopStringCount: Int,
        stopStringByteCount: Int,
        stopTokenCount: Int,
        tokenListCount: Int
    ) {
        self.sampleCount = sampleCount
        self.logprobCount = logprobCount
        self.stopStringCount = stopStringCount
        self.stopStringByteCount = stopStringByteCount
        self.stopTokenCount = stopTokenCount
        self.tokenListCount = tokenListCount
    }

    /// What a server grants, and what a program has that asks a whole model.
    public static let standard = SamplingLimits(
        sampleCount: 8,
        logprobCount: 20,
        stopStringCount: 4,
        stopStringByteCount: 256,
        stopTokenCount: 64,
        tokenListCount: 1024
    )

    /// The most that makes sense, for a program that checks parameters itself and then asks the
    /// engine.
    public static let highest = SamplingLimits(
        sampleCount: 128,
        logprobCount: 20,
        stopStringCount: 16,
        stopStringByteCount: 1024,
        stopTokenCount: 1024,
        tokenListCount: 4096
    )
}
