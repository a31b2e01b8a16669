import Compute

extension ModelDescription {
    /// Decodes the metadata of a GGUF file, and what only its tensors tell.
    init(_ files: GGUFFiles) throws(CheckpointError) {
        self = try GGUFDescription(files).model
    }
}

/// Reads the keys of one architecture, such as `llama.block_count`.
private struct GGUFDescription {
    private let files: GGUFFiles
    private let metadata: GGUFMetadata
    private let prefix: String
    private(set) var model: ModelDescription

    private static let families: [String: ModelFamily] = [
        "llama": .llama, "qwen2": .qwen2, "qwen3": .qwen3,
    ]

    init(_ files: GGUFFiles) throws(CheckpointError) {
        let metadata = files.metadata
        let key = "general.architecture"
        guard let architecture = try metadata.string(key) else {
            throw metadata.invalid(key, expected: "a string")
        }
        guard let family = Self.families[architecture] else {
            throw .unsupportedArchitecture(
                file: files.path,
                found: architecture,
                supported: Self.families.keys.sorted()
            )
        }
        self.files = files
        self.metadata = metadata
        prefix = architecture + "."
        func size(_ name: String, _ range: ClosedRange<Int>) throws(CheckpointError) -> Int {
            let key = architecture + "." + name
            guard let found = try metadata.integer(key, in: range) else {
                throw metadata.invalid(
                    key,
                    expected: "an integer from \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return found
        }
        model = ModelDescription(
            family: family,
            hiddenSize: try size("embedding_length", 1...(1 << 20)),
            layerCount: try size("block_count", 1...4096),
            attentionHeadCount: try size("attention.head_count", 1...65_536),
            keyValueHeadCount: 0,
            headDimension: 0,
            intermediateSize: try size("feed_forward_length", 1...(1 << 24)),
            vocabularySize: 0,
            contextLength: try size("context_length", ModelDescription.contextLengths),
            normEpsilon: 1e-6,
            rotaryBase: 10_000,
            rotaryScaling: .none,
            tiedEmbeddings: files.location(GGUFNames.head) == nil,
            attentionBias: files.location("blk.0.attn_q.bias") != nil,
            mlpBias: files.location("blk.0.ffn_gate.bias") != nil,
            slidingWindow: nil,
            usesSlidingWindow: nil,
            maxWindowLayers: nil,
            slidingLayers: nil,
            weightType: .float16,
            bosTokenID: nil,
            eosTokenIDs: []
        )
        try refuseWhatIsNotImplemented()
        try readHeads()
        try readVocabulary()
        try readRotation()
        try readWindow()
        let epsilons = 1e-12...1.0
        model.normEpsilon =
            try double("attention.layer_norm_rms_epsilon", epsilons) ?? model.normEpsilon
        model.weightType = weightType
    }

    // MARK: - Keys

    private func integer(
        _ name: String,
        _ range: ClosedRange<Int>
    ) throws(CheckpointError) -> Int? {
        try metadata.integer(prefix + name, in: range)
    }

    private func double(
        _ name: String,
        _ range: ClosedRange<Double>
    ) throws(CheckpointError) -> Double? {
        try metadata.double(prefix + name, in: range)
    }

    private func invalid(_ name: String, expected: String) -> CheckpointError {
        metadata.invalid(prefix + name, expected: expected)
    }

    // MARK: - Parts of the description

    /// Settings and tensors that would change the result, and that no family here implements.
    private func refuseWhatIsNotImplemented() throws(CheckpointError) {
        guard try integer("expert_count", 0...65_536) ?? 0 == 0 else {
            throw invalid("expert_count", expected: "0: mixtures of experts are not supported")
        }
        for name in [
            "attention.scale", "embedding_scale", "residual_scale", "logit_scale",
            "attn_logit_softcapping", "final_logit_softcapping", "attention.clamp_kqv",
            "attention.max_alibi_bias",
        ] where metadata.has(prefix + name) {
            throw invalid(name, expected: "no such setting: it is not supported")
        }
        let known = GGUFNames.known(model.family, layerCount: model.layerCount)
        for name in files.entries.map(\.name).sorted() where !known.contains(name) {
            throw .unsupportedGGUF(
                file: files.path,
                found: "the tensor \(quoted(name))",
                advice: "A model of this architecture that is supported has none: use another."
            )
        }
    }

    private mutating func readHeads() throws(CheckpointError) {
        model.keyValueHeadCount =
            try integer("attention.head_count_kv", 1...65_536) ?? model.attentionHeadCount
        guard model.attentionHeadCount.isMultiple(of: model.keyValueHeadCount) else {
            throw invalid(
                "attention.head_count_kv",
                expected: "a divisor of attention.head_count, \(model.attentionHeadCount)"
            )
        }
        let quotient = model.hiddenSize / model.attentionHeadCount
        let widths = 1...65_536
        let width = try integer("attention.key_length", widths) ?? quotient
        guard ModelDescription.headDimensions.contains(width), width.isMultiple(of: 2) else {
            let name = metadata.has(prefix + "attention.key_length") ? "key_length" : "head_count"
            throw invalid(
                "attention.\(name)",
                expected: "such that heads have an even width from 2 to "
                    + "\(ModelDescription.headDimensions.upperBound), not \(width)"
            )
        }
        model.headDimension = width
        for name in ["attention.value_length", "rope.dimension_count"] {
            guard try integer(name, widths) ?? width == width else {
                throw invalid(name, expected: "\(width), the width of a head")
            }
        }
    }

    private mutating func readVocabulary() throws(CheckpointError) {
        guard let table = files.location(GGUFNames.embedding)?.entry, table.shape.count == 2 else {
            throw .invalidGGUF(
                file: files.path,
                problem: "the matrix \(quoted(GGUFNames.embedding)) is missing"
            )
        }
        guard (1...(1 << 24)).contains(table.shape[0]) else {
            throw .invalidTensor(
                file: files.path,
                name: GGUFNames.embedding,
                problem: "it has \(table.shape[0]) rows, expected 1 to \(1 << 24)"
            )
        }
        model.vocabularySize = table.shape[0]
        let key = "tokenizer.ggml.tokens"
        guard metadata.elementCount(key) ?? 0 <= model.vocabularySize else {
            throw metadata.invalid(
                key,
                expected: "at most \(model.vocabularySize) tokens, the rows of the embedding"
            )
        }
        model.bosTokenID = try tokenID("bos")
        // An answer may end with the end of a turn as well as with the end of a text.
        for name in ["eos", "eot", "eom"] {
            guard let id = try tokenID(name), !model.eosTokenIDs.contains(id) else { continue }
            model.eosTokenIDs.append(id)
        }
    }

    private func tokenID(_ name: String) throws(CheckpointError) -> Int32? {
        let none = Int(UInt32.max)
        let key = "tokenizer.ggml.\(name)_token_id"
        guard let id = try metadata.integer(key, in: -1...none), id >= 0, id != none else {
            return nil
        }
        guard id < model.vocabularySize else {
            throw metadata.invalid(key, expected: "a token below \(model.vocabularySize)")
        }
        return Int32(id)
    }

    private mutating func readWindow() throws(CheckpointError) {
        guard let window = try integer("attention.sliding_window", 0...(1 << 24)), window > 0,
            window < model.contextLength
        else { return }
        guard model.family == .llama, !model.attentionBias, !model.mlpBias else {
            throw invalid(
                "attention.sliding_window",
                expected: "none: in this architecture it is not supported"
            )
        }
        // What files call llama with a window in all layers is Mistral.
        model.family = .mistral
        model.slidingWindow = window
    }

    /// The type of most of the unquantized weights; float16 where all are quantized.
    ///
    /// It is what keys and values are kept in, too, if nobody says otherwise.
    private var weightType: ElementType {
        var counts: [ElementType: Int] = [:]
        for (_, entry) in files.entries {
            guard case .float(let type) = entry.type, entry.shape.count == 2 else { continue }
            counts[type, default: 0] += entry.bytes.count / type.byteCount
        }
        let largest = counts.values.max()
        let mostPrecise: [ElementType] = [.float32, .bfloat16, .float16]
        return mostPrecise.first { largest != nil && counts[$0] == largest } ?? .float16
    }

    // MARK: - Rotary positions

    private mutating func readRotation() throws(CheckpointError) {
        model.rotaryBase = try double("rope.freq_base", 1.000_001...1e15) ?? model.rotaryBase
        model.rotaryScaling = try scaling()
        if case .yarn(let yarn) = model.rotaryScaling {
            let extended = Double(yarn.originalContextLength) * yarn.factor
            let longest = Double(ModelDescription.contextLengths.upperBound)
            model.contextLength = max(model.contextLength, Int(min(extended, longest)))
        }
        guard let factors = try rotaryFactors() else { return }
        guard model.rotaryScaling == .none else {
            throw invalid(
                "rope.scaling.type",
                expected: "none beside the tensor \(quoted(GGUFNames.rotaryFactors))"
            )
        }
        model.rotaryScaling = .factors(factors)
    }

    private func scaling() throws(CheckpointError) -> RotaryScaling {
        let factors = 0.0...1e6
        let older = try double("rope.scale_linear", factors)
        let kind = try metadata.string(prefix + "rope.scaling.type")
        // Zero stands for no factor.
        let written = try double("rope.scaling.factor", factors) ?? older ?? 0
        let factor = written == 0 ? 1 : written
        guard factor >= 1 else {
            throw invalid("rope.scaling.factor", expected: "a number from 1 on")
        }
        switch kind ?? (older == nil ? "none" : "linear") {
        case "none": return .none
        case "linear": return factor == 1 ? .none : .linear(factor: factor)
        case "yarn": return .yarn(try yarn(factor))
        default:
            throw invalid("rope.scaling.type", expected: "one of none, linear, yarn")
        }
    }

    private func yarn(_ factor: Double) throws(CheckpointError) -> RotaryScaling.Yarn {
        let original = try integer(
            "rope.scaling.original_context_length",
            ModelDescription.contextLengths
        )
        for name in ["yarn_ext_factor", "yarn_log_multiplier"] {
            guard !metadata.has(prefix + "rope.scaling." + name) else {
                throw invalid("rope.scaling." + name, expected: "no such setting")
            }
        }
        let positive = 1e-3...1e6
        let warmth = 1 + 0.1 * naturalLogarithm(factor)
        let newer = try double("rope.scaling.yarn_attn_factor", positive)
        return RotaryScaling.Yarn(
            factor: factor,
            originalContextLength: original ?? model.contextLength,
            betaFast: try double("rope.scaling.yarn_beta_fast", positive) ?? 32,
            betaSlow: try double("rope.scaling.yarn_beta_slow", positive) ?? 1,
            attentionFactor: (try double("rope.scaling.attn_factor", positive) ?? newer ?? 1)
                * warmth,
            truncates: true
        )
    }

    /// What each frequency is divided by, as Llama 3.1 files have it; nil when all stay.
    private func rotaryFactors() throws(CheckpointError) -> [Double]? {
        let name = GGUFNames.rotaryFactors
        guard let location = files.location(name) else { return nil }
        let entry = location.entry
        guard entry.type == .float(.float32), entry.shape == [model.headDimension / 2] else {
            throw .invalidTensor(
                file: location.file.path,
                name: name,
                problem: "it is \(entry.type.name) of shape \(entry.shape), expected F32 of shape "
                    + "\([model.headDimension / 2])"
            )
        }
        var bytes = [UInt8](repeating: 0, count: entry.bytes.count)
        try location.file.read(at: entry.bytes.lowerBound, count: bytes.count, into: &bytes)
        let factors = stride(from: 0, to: bytes.count, by: 4).map { start in
            let word = (0..<4).reduce(UInt32(0)) {
                $0 | UInt32(bytes[start + $1]) << UInt32(8 * $1)
            }
            return Double(Float(bitPattern: word))
        }
        guard factors.allSatisfy({ (1e-6...1e6).contains($0) }) else {
            throw .invalidTensor(
                file: location.file.path,
                name: name,
                problem: "a factor that is no positive number"
            )
        }
        return factors.allSatisfy { $0 == 1 } ? nil : factors
    }
}
