/// What generation_config.json recommends for sampling; nil where it says nothing.
public struct GenerationDefaults: Sendable, Equatable {
    /// `temperature`.
    public var temperature: Double?
    /// `top_p`.
    public var topP: Double?
    /// `top_k`.
    public var topK: Int?
    /// `min_p`.
    public var minP: Double?
    /// `repetition_penalty`.
    public var repetitionPenalty: Double?
    /// `max_new_tokens`.
    public var maxNewTokens: Int?
    /// `do_sample`: false asks for greedy decoding.
    public var doSample: Bool?
    /// `bos_token_id`.
    public var bosTokenID: Int32?
    /// `eos_token_id`, one or several.
    public var eosTokenIDs: [Int32] = []

    /// Nothing recommended, as when the file is absent.
    public init() {}

    /// Decodes the text of a generation_config.json; `file` is named in errors.
    public init(json: [UInt8], file: String = "generation_config.json") throws(CheckpointError) {
        let settings = try Settings(JSONValue(parsing: json, file: file), file: file)
        try self.init(settings)
    }

    init(_ settings: Settings) throws(CheckpointError) {
        temperature = try settings.double("temperature", in: 0...1e6)
        topP = try settings.double("top_p", in: 0...1)
        topK = try settings.integer("top_k", in: -1...Int(Int32.max))
        minP = try settings.double("min_p", in: 0...1)
        repetitionPenalty = try settings.double("repetition_penalty", in: 1e-6...1e6)
        maxNewTokens = try settings.integer("max_new_tokens", in: 1...Int(Int32.max))
        doSample = try settings.bool("do_sample")
        bosTokenID = try settings.tokenIDs("bos_token_id").first
        eosTokenIDs = try settings.tokenIDs("eos_token_id")
    }
}
