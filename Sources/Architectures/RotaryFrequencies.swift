package import Checkpoints

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The angles of rotary position embedding (Su and others, 2021), with the scalings for long
/// contexts.
package struct RotaryFrequencies {
    /// Radians per position, for each pair of dimensions of a head.
    package let frequencies: [Float]
    /// The factor on cosines and sines.
    package let attentionScale: Float

    init(_ model: ModelDescription) {
        self.init(
            base: model.rotaryBase,
            headDimension: model.headDimension,
            scaling: model.rotaryScaling
        )
    }

    package init(base: Double, headDimension: Int, scaling: RotaryScaling) {
        let plain = stride(from: 0, to: headDimension, by: 2).map { dimension in
            pow(base, -Double(dimension) / Double(headDimension))
        }
        var scale = 1.0
        let scaled: [Double]
        switch scaling {
        case .none: scaled = plain
        case .linear(let factor): scaled = plain.map { $0 / factor }
        case .llama3(let factor, let low, let high, let original):
            scaled = plain.map { frequency in
                let turns = Double(original) * frequency / (2 * .pi)
                let smooth = min(1, max(0, (turns - low) / (high - low)))
                return frequency * ((1 - smooth) / factor + smooth)
            }
        case .yarn(let yarn):
            scaled = Self.yarn(plain, base: base, headDimension: headDimension, yarn)
            scale = yarn.attentionFactor
        case .factors(let factors):
            scaled = zip(plain, factors).map { $0 / $1 }
        }
        frequencies = scaled.map(Float.init)
        attentionScale = Float(scale)
    }

    /// Between two dimensions the frequencies go over from the plain ones to those divided by the
    /// factor.
    private static func yarn(
        _ plain: [Double],
        base: Double,
        headDimension: Int,
        _ yarn: RotaryScaling.Yarn
    ) -> [Double] {
        /// The dimension that turns so many times over the trained context.
        func dimension(turning turns: Double) -> Double {
            let positions = Double(yarn.originalContextLength)
            return Double(headDimension) * log(positions / (turns * 2 * .pi)) / (2 * log(base))
        }
        var first = dimension(turning: yarn.betaFast)
        var last = dimension(turning: yarn.betaSlow)
        if yarn.truncates {
            first = first.rounded(.down)
            last = last.rounded(.up)
        }
        first = max(first, 0)
        last = min(last, Double(headDimension - 1))
        // A ramp needs a width; this one is what transformers takes.
        if first == last { last += 0.001 }
        return plain.enumerated().map { index, frequency in
            let ramp = min(1, max(0, (Double(index) - first) / (last - first)))
            return frequency * (ramp / yarn.factor + 1 - ramp)
        }
    }
}
