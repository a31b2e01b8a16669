/// How the angles of the rotary position embedding are stretched beyond the trained context.
public enum RotaryScaling: Sendable, Equatable {
    /// As trained.
    case none
    /// All positions divided by a factor (Chen and others, 2023).
    case linear(factor: Double)
    /// Low frequencies divided by a factor, with a smooth transition (Llama 3.1).
    case llama3(
        factor: Double,
        lowFrequencyFactor: Double,
        highFrequencyFactor: Double,
        originalContextLength: Int
    )
    /// Interpolation by frequency and warmer attention (Peng and others, 2023, YaRN).
    case yarn(Yarn)
    /// Each frequency divided by a factor of its own, as GGUF files store Llama 3.1's scaling.
    case factors([Double])

    /// The parameters of YaRN.
    public struct Yarn: Sendable, Equatable {
        /// By how much the context is longer than the trained one.
        public var factor: Double
        /// The trained context.
        public var originalContextLength: Int
        /// Dimensions that turn more often than this over the trained context are left alone.
        public var betaFast: Double
        /// Dimensions that turn less often than this are interpolated in full.
        public var betaSlow: Double
        /// What cosines and sines are multiplied by.
        public var attentionFactor: Double
        /// Whether the borders between the dimensions are rounded to whole ones.
        public var truncates: Bool
    }
}

extension RotaryScaling {
    /// Reads `rope_scaling`, or the same keys of a `rope_parameters`.
    ///
    /// `contextLength` is `max_position_embeddings`, the trained context where none is told.
    init(_ settings: Settings, contextLength: Int) throws(CheckpointError) {
        let factors = 1.0...1e6
        let olderName = try settings.string("type")
        switch try settings.string("rope_type") ?? olderName ?? "default" {
        case "default":
            self = .none
        case "linear":
            self = .linear(
                factor: try settings.required(
                    "factor",
                    "a number from 1 on",
                    settings.double("factor", in: factors)
                )
            )
        case "llama3":
            self = try Self.llama3(settings, factors: factors)
        case "yarn":
            self = .yarn(try Yarn(settings, contextLength: contextLength, factors: factors))
        default:
            throw settings.invalid("rope_type", expected: "one of default, linear, llama3, yarn")
        }
    }

    private static func llama3(
        _ settings: Settings,
        factors: ClosedRange<Double>
    ) throws(CheckpointError) -> RotaryScaling {
        func number(_ key: String) throws(CheckpointError) -> Double {
            try settings.required(
                key,
                "a positive number",
                settings.double(key, in: 1e-6...1e6)
            )
        }
        let low = try number("low_freq_factor")
        let high = try number("high_freq_factor")
        guard low < high else {
            throw settings.invalid("high_freq_factor", expected: "more than low_freq_factor")
        }
        let originalKey = "original_max_position_embeddings"
        return .llama3(
            factor: try settings.required(
                "factor",
                "a number from 1 on",
                settings.double("factor", in: factors)
            ),
            lowFrequencyFactor: low,
            highFrequencyFactor: high,
            originalContextLength: try settings.required(
                originalKey,
                "a positive integer",
                settings.integer(originalKey, in: ModelDescription.contextLengths)
            )
        )
    }
}

extension RotaryScaling.Yarn {
    init(
        _ settings: Settings,
        contextLength: Int,
        factors: ClosedRange<Double>
    ) throws(CheckpointError) {
        let original = try settings.integer(
            "original_max_position_embeddings",
            in: ModelDescription.contextLengths
        )
        originalContextLength = original ?? contextLength
        // Some models write only the two lengths; their ratio is the factor then.
        factor =
            try settings.double("factor", in: factors)
            ?? max(1, Double(contextLength) / Double(originalContextLength))
        betaFast = try settings.double("beta_fast", in: 1e-3...1e6) ?? 32
        betaSlow = try settings.double("beta_slow", in: 1e-3...1e6) ?? 1
        truncates = try settings.bool("truncate") ?? true
        let mscale = try settings.double("mscale", in: 0...1e3) ?? 0
        let mscaleAllDimensions = try settings.double("mscale_all_dim", in: 0...1e3) ?? 0
        if let given = try settings.double("attention_factor", in: 1e-3...1e3) {
            attentionFactor = given
        } else if mscale > 0 && mscaleAllDimensions > 0 {
            attentionFactor =
                Self.warmth(factor, mscale) / Self.warmth(factor, mscaleAllDimensions)
        } else {
            attentionFactor = Self.warmth(factor, 1)
        }
    }

    /// The growth of attention scores with the factor that the YaRN paper fitted.
    private static func warmth(_ factor: Double, _ mscale: Double) -> Double {
        factor <= 1 ? 1 : 0.1 * mscale * naturalLogarithm(factor) + 1
    }
}
