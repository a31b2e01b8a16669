public import Compute

/// What config.json says about a model, decoded and checked: every number is sane and fits.
///
/// Facts as the file states them; what a family makes of them is in `Architectures`.
public struct ModelDescription: Sendable, Equatable {
    /// The architecture, whose raw value is the name in the file.
    public var family: ModelFamily
    /// The width of the residual stream.
    public var hiddenSize: Int
    /// The number of decoder layers.
    public var layerCount: Int
    /// The number of query heads.
    public var attentionHeadCount: Int
    /// The number of key and value heads; divides ``attentionHeadCount``.
    public var keyValueHeadCount: Int
    /// The width of one head; even; not always `hiddenSize / attentionHeadCount`.
    public var headDimension: Int
    /// The width inside the gated MLP.
    public var intermediateSize: Int
    /// The rows of the embedding: token ids are below it.
    public var vocabularySize: Int
    /// The longest sequence the model is made for.
    ///
    /// Lower it to the length served, and the rotary table becomes that short.
    public var contextLength: Int
    /// The epsilon of every RMS norm.
    public var normEpsilon: Double
    /// The base of the rotary frequencies.
    public var rotaryBase: Double
    /// How the rotary frequencies are changed for long contexts.
    public var rotaryScaling: RotaryScaling
    /// Whether the output head is the embedding table.
    public var tiedEmbeddings: Bool
    /// `attention_bias`.
    public var attentionBias: Bool
    /// `mlp_bias`.
    public var mlpBias: Bool
    /// `sliding_window`: how many positions, its own included, a token of such a layer sees.
    public var slidingWindow: Int?
    /// `use_sliding_window`, nil when not stated.
    public var usesSlidingWindow: Bool?
    /// `max_window_layers`: the first layer with a sliding window, where windows are used.
    public var maxWindowLayers: Int?
    /// `layer_types` as flags: which layers have a sliding window; nil when not stated.
    public var slidingLayers: [Bool]?
    /// The type the weights have in memory; what is stored otherwise is converted.
    public var weightType: ElementType
    /// How weights are quantized; nil when they are plain numbers.
    public var quantization: QuantizationDescription?
    /// `bos_token_id`.
    public var bosTokenID: Int32?
    /// `eos_token_id`, one or several.
    public var eosTokenIDs: [Int32]

    /// The name of the architecture as config.json writes it.
    public var architecture: String { family.rawValue }
}

extension ModelDescription {
    static let contextLengths = 1...(1 << 24)
    /// The attention kernels keep a head of at most this width at hand.
    static let headDimensions = 2...256

    /// Decodes the file at a path; weights have `storedType` where it names none.
    init(file: String, storedType: ElementType?) throws(CheckpointError) {
        try self.init(Settings(file: file), file: file, storedType: storedType)
    }

    /// Decodes the text of a config.json, named `file` in errors.
    ///
    /// Weights have `storedType` where the text names none.
    public init(
        json: [UInt8],
        file: String = "config.json",
        storedType: ElementType? = nil
    ) throws(CheckpointError) {
        let value = try JSONValue(parsing: json, file: file)
        try self.init(Settings(value, file: file), file: file, storedType: storedType)
    }

    private init(
        _ settings: Settings,
        file: String,
        storedType: ElementType?
    ) throws(CheckpointError) {
        let family = try ModelFamily(settings, file: file)
        try Self.refuseWhatIsNotImplemented(settings)
        // With these bounds no product of sizes that the engine forms overflows 64 bits.
        func size(_ key: String, _ range: ClosedRange<Int>) throws(CheckpointError) -> Int {
            try settings.required(
                key,
                "an integer from \(range.lowerBound) to \(range.upperBound)",
                settings.integer(key, in: range)
            )
        }
        self.family = family
        hiddenSize = try size("hidden_size", 1...(1 << 20))
        layerCount = try size("num_hidden_layers", 1...4096)
        attentionHeadCount = try size("num_attention_heads", 1...65_536)
        intermediateSize = try size("intermediate_size", 1...(1 << 24))
        vocabularySize = try size("vocab_size", 1...(1 << 24))
        contextLength = try size("max_position_embeddings", Self.contextLengths)
        keyValueHeadCount =
            try settings.integer("num_key_value_heads", in: 1...65_536) ?? attentionHeadCount
        headDimension = 0
        normEpsilon = try settings.double("rms_norm_eps", in: 1e-12...1) ?? 1e-6
        (rotaryBase, rotaryScaling) = try Self.rotary(settings, contextLength: contextLength)
        tiedEmbeddings = try settings.bool("tie_word_embeddings") ?? false
        attentionBias = try settings.bool("attention_bias") ?? false
        mlpBias = try settings.bool("mlp_bias") ?? false
        slidingWindow = try settings.integer("sliding_window", in: 0...(1 << 24))
        if slidingWindow == 0 { slidingWindow = nil }
        usesSlidingWindow = try settings.bool("use_sliding_window")
        maxWindowLayers = try settings.integer("max_window_layers", in: 0...65_536)
        slidingLayers = try Self.slidingLayers(settings, layerCount: layerCount)
        weightType = try Self.weightType(settings) ?? storedType ?? .float32
        quantization = try QuantizationDescription.section(of: settings, file: file)
        bosTokenID = try settings.tokenIDs("bos_token_id").first
        eosTokenIDs = try settings.tokenIDs("eos_token_id")
        headDimension = try headDimension(settings)
        if case .yarn(let yarn) = rotaryScaling {
            let extended = Double(yarn.originalContextLength) * yarn.factor
            let longest = Double(Self.contextLengths.upperBound)
            contextLength = max(contextLength, Int(min(extended, longest)))
        }
    }

    // MARK: - Parts of the file

    /// Settings that would change the result, and that no family here implements.
    private static func refuseWhatIsNotImplemented(
        _ settings: Settings
    ) throws(CheckpointError) {
        let activation = try settings.string("hidden_act") ?? "silu"
        guard ["silu", "swish"].contains(activation) else {
            throw settings.invalid("hidden_act", expected: "'silu'")
        }
        try refusePartialRotation(settings)
    }

    private static func refusePartialRotation(_ settings: Settings) throws(CheckpointError) {
        guard try settings.double("partial_rotary_factor", in: 0...1) ?? 1 == 1 else {
            throw settings.invalid("partial_rotary_factor", expected: "1")
        }
    }

    /// Older files have `rope_theta` and `rope_scaling`, those of transformers 5 `rope_parameters`.
    private static func rotary(
        _ settings: Settings,
        contextLength: Int
    ) throws(CheckpointError) -> (Double, RotaryScaling) {
        let bases = 1.000_001...1e15
        let outerBase = try settings.double("rope_theta", in: bases)
        guard let parameters = try settings.object("rope_parameters") else {
            let scaling = try settings.object("rope_scaling")
            return (
                try scaling?.double("rope_theta", in: bases) ?? outerBase ?? 10_000,
                try scaling.map { (scaling) throws(CheckpointError) in
                    try RotaryScaling(scaling, contextLength: contextLength)
                } ?? .none
            )
        }
        for kind in ["full_attention", "sliding_attention"] where parameters.has(kind) {
            throw settings.invalid(
                "rope_parameters",
                expected: "the same parameters for all layers"
            )
        }
        try refusePartialRotation(parameters)
        return (
            try parameters.double("rope_theta", in: bases) ?? outerBase ?? 10_000,
            try RotaryScaling(parameters, contextLength: contextLength)
        )
    }

    private func headDimension(_ settings: Settings) throws(CheckpointError) -> Int {
        guard attentionHeadCount.isMultiple(of: keyValueHeadCount) else {
            throw settings.invalid(
                "num_key_value_heads",
                expected: "a divisor of num_attention_heads, "
                    + "\(attentionHeadCount)"
            )
        }
        let expected = "an even number from 2 to \(Self.headDimensions.upperBound)"
        if let explicit = try settings.integer("head_dim", in: Self.headDimensions) {
            guard explicit.isMultiple(of: 2) else {
                throw settings.invalid("head_dim", expected: expected)
            }
            return explicit
        }
        let quotient = hiddenSize / attentionHeadCount
        guard hiddenSize.isMultiple(of: attentionHeadCount), quotient.isMultiple(of: 2),
            Self.headDimensions.contains(quotient)
        else {
            throw settings.invalid(
                "num_attention_heads",
                expected: "a divisor of hidden_size, \(hiddenSize), with \(expected) as quotient "
                    + "(or head_dim be given)"
            )
        }
        return quotient
    }

    private static func slidingLayers(
        _ settings: Settings,
        layerCount: Int
    ) throws(CheckpointError) -> [Bool]? {
        guard let types = try settings.strings("layer_types", limit: 4096) else { return nil }
        guard types.count == layerCount else {
            throw settings.invalid("layer_types", expected: "an array of \(layerCount)")
        }
        var flags: [Bool] = []
        for type in types {
            guard type == "full_attention" || type == "sliding_attention" else {
                throw settings.invalid(
                    "layer_types",
                    expected: "full_attention or sliding_attention for each layer"
                )
            }
            flags.append(type == "sliding_attention")
        }
        return flags
    }

    private static func weightType(_ settings: Settings) throws(CheckpointError) -> ElementType? {
        let key = settings.has("dtype") ? "dtype" : "torch_dtype"
        guard let name = try settings.string(key), name != "auto" else { return nil }
        let plain = name.hasPrefix("torch.") ? String(name.dropFirst(6)) : name
        guard let type = ElementType(rawValue: plain) else {
            throw settings.invalid(key, expected: "one of float32, float16, bfloat16")
        }
        return type
    }
}
