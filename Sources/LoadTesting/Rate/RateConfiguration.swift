/// The request-rate benchmark: requests that arrive at a rate, whoever is still being answered.
public struct RateConfiguration: Sendable, Equatable {
    /// The model asked for; nil for the first the server names.
    public var model: String?
    /// Requests.
    public var promptCount = 1000
    /// Tokens of a prompt behind the common beginning.
    public var inputLength = 1024
    /// Tokens of an answer.
    public var outputLength = 128
    /// How far lengths stray: from (1 - ratio) to (1 + ratio) times.
    public var rangeRatio = 0.0
    /// Tokens that all prompts begin with.
    public var prefixLength = 0
    /// What tokens are drawn from; every model has these.
    public var tokenIDs: ClosedRange<Int32> = 3...255
    /// Requests per second; infinite: all at once.
    public var requestRate = Double.infinity
    /// 1 for a Poisson process; see ``ArrivalProcess``.
    public var burstiness = 1.0
    /// The most requests under way; those that arrive beyond it wait at the client.
    public var maxConcurrency: Int?
    /// Whether answers go on to their length whatever the model says.
    public var ignoreEOS = false
    /// 0 for the most probable answer.
    public var temperature: Float = 0
    /// Decides prompts, lengths and arrivals.
    public var seed: UInt64 = 0

    /// vLLM's defaults.
    public init() {}

    /// Refuses values that have no meaning.
    ///
    /// - Throws: ``LoadTestError/badConfiguration(_:)``.
    public func validate() throws(LoadTestError) {
        func require(_ holds: Bool, _ reason: String) throws(LoadTestError) {
            guard holds else { throw .badConfiguration(reason) }
        }
        try require(1...10_000_000 ~= promptCount, "Prompts have to be from 1 to 10000000")
        _ = try RandomPrompts.lengths(around: inputLength, ratio: rangeRatio)
        _ = try RandomPrompts.lengths(around: outputLength, ratio: rangeRatio)
        try require(0...(1 << 24) ~= prefixLength, "The prefix has to be from 0 to \(1 << 24)")
        try require(tokenIDs.lowerBound >= 0, "Token ids cannot be negative")
        try require(requestRate > 0, "The request rate has to be above 0, or inf")
        try require(
            burstiness > 0 && burstiness.isFinite,
            "Burstiness has to be a number above 0"
        )
        try require(maxConcurrency ?? 1 >= 1, "The concurrency has to be at least 1")
        try require(temperature >= 0 && temperature <= 2, "temperature has to be from 0 to 2")
    }

    /// The prompts of a seed.
    func prompts(seed: UInt64) throws(LoadTestError) -> RandomPrompts {
        RandomPrompts(
            inputLengths: try RandomPrompts.lengths(around: inputLength, ratio: rangeRatio),
            outputLengths: try RandomPrompts.lengths(around: outputLength, ratio: rangeRatio),
            prefixLength: prefixLength,
            tokenIDs: tokenIDs,
            seed: seed
        )
    }
}
