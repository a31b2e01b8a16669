#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// How near the next-token distributions of one configuration are to those of another.
public struct LogitComparison: Sendable {
    /// Distributions compared.
    public private(set) var count = 0
    private var divergenceSum = 0.0
    private var agreementCount = 0
    /// The largest Kullback-Leibler divergence, in nats.
    public private(set) var largestDivergence = 0.0

    /// Nothing compared yet.
    public init() {}

    /// The mean Kullback-Leibler divergence from the reference, in nats.
    public var meanDivergence: Double { count == 0 ? 0 : divergenceSum / Double(count) }

    /// The share of distributions whose likeliest token is the reference's.
    public var topAgreement: Double {
        count == 0 ? 1 : Double(agreementCount) / Double(count)
    }

    /// Compares one row of logits with the reference's; both are as wide.
    public mutating func add(_ tested: Span<Float>, reference: Span<Float>) {
        precondition(tested.count == reference.count, "rows of different models")
        let (testedTop, testedLog) = Self.normalizer(tested)
        let (referenceTop, referenceLog) = Self.normalizer(reference)
        var divergence = 0.0
        for index in reference.indices {
            let logprob = Double(reference[index]) - referenceLog
            divergence += exp(logprob) * (logprob - Double(tested[index]) + testedLog)
        }
        count += 1
        divergenceSum += max(divergence, 0)
        largestDivergence = max(largestDivergence, divergence)
        if testedTop == referenceTop { agreementCount += 1 }
    }

    /// The index of the largest logit, and the logarithm of the sum of all exponentials.
    private static func normalizer(_ row: Span<Float>) -> (top: Int, logarithm: Double) {
        var top = 0
        for index in row.indices where row[index] > row[top] { top = index }
        guard !row.isEmpty else { return (0, 0) }
        let largest = Double(row[top])
        var sum = 0.0
        for index in row.indices { sum += exp(Double(row[index]) - largest) }
        return (top, largest + log(sum))
    }
}
