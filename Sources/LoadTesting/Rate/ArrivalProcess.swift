#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// When requests arrive: at a mean rate, in any degree of irregularity.
///
/// The times between arrivals are drawn from a gamma distribution, as vLLM's client does: a
/// burstiness of 1 makes them exponential, a Poisson process; less makes bursts, more makes them
/// regular.
public struct ArrivalProcess: Sendable {
    private let rate: Double
    private let burstiness: Double
    private var random: SeededRandom
    private var time = 0.0

    /// A process that begins at 0 seconds.
    ///
    /// - Parameters:
    ///   - rate: arrivals per second; infinite: all arrive at 0.
    ///   - burstiness: shape of the gamma distribution, above 0.
    ///   - seed: the same seed makes the same times.
    public init(rate: Double, burstiness: Double = 1, seed: UInt64) {
        precondition(rate > 0 && burstiness > 0, "rate and burstiness are above zero")
        self.rate = rate
        self.burstiness = burstiness
        random = SeededRandom(seed: seed)
    }

    /// Seconds from the beginning to the next arrival; the first is at once.
    public mutating func next() -> Double {
        guard rate.isFinite else { return 0 }
        defer { time += gamma(shape: burstiness) / (rate * burstiness) }
        return time
    }

    // MARK: - Draws

    /// Above 0 and below 1.
    private mutating func uniform() -> Double {
        (Double(random.next() >> 11) + 0.5) * 0x1p-53
    }

    /// Box and Muller 1958.
    private mutating func normal() -> Double {
        (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
    }

    /// Marsaglia and Tsang 2000, of scale 1; a shape below 1 comes from the next greater one.
    private mutating func gamma(shape: Double) -> Double {
        if shape < 1 { return gamma(shapeFromOne: shape + 1) * pow(uniform(), 1 / shape) }
        return gamma(shapeFromOne: shape)
    }

    private mutating func gamma(shapeFromOne shape: Double) -> Double {
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let cube = 1 + c * x
            guard cube > 0 else { continue }
            let v = cube * cube * cube
            if log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }
}
