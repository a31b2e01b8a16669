import FoundationEssentials
import Sampling

/// The distribution that temperature, min-p, top-k and top-p leave, the plain way: in double
/// precision, with a full sort.
func referenceDistribution(_ row: [Float], _ parameters: SamplingParameters) -> [Double] {
    let logits = row.map { Double($0) / Double(parameters.temperature) }
    let greatest = logits.max() ?? 0
    var weights = logits.map { exponential($0 - greatest) }
    for index in weights.indices where weights[index] < Double(parameters.minP) {
        weights[index] = 0
    }
    let order = weights.indices.sorted { (weights[$0], $1) > (weights[$1], $0) }
    if parameters.topK > 0 {
        for index in order.dropFirst(parameters.topK) { weights[index] = 0 }
    }
    let total = weights.reduce(0, +)
    var before = 0.0
    for (place, index) in order.enumerated() {
        let isNeeded = place == 0 || before < Double(parameters.topP) * total
        before += weights[index]
        if !isNeeded { weights[index] = 0 }
    }
    let kept = weights.reduce(0, +)
    return weights.map { $0 / kept }
}

/// e to the power of x, by a series after halving x often enough.
func exponential(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    let part = x / 1024
    var term = 1.0
    var sum = 1.0
    for power in 1...20 {
        term *= part / Double(power)
        sum += term
    }
    for _ in 0..<10 { sum *= sum }
    return sum
}

/// Pearson's statistic of counts against probabilities, with its degrees of freedom; cells that
/// expect fewer than 5 draws are put together.
func chiSquare(_ counts: [Int], _ probabilities: [Double]) -> (statistic: Double, freedom: Int) {
    let draws = Double(counts.reduce(0, +))
    var statistic = 0.0
    var cells = 0
    var rest = (count: 0.0, expected: 0.0)
    for (count, probability) in zip(counts, probabilities) {
        let expected = probability * draws
        guard expected >= 5 else {
            rest.count += Double(count)
            rest.expected += expected
            continue
        }
        statistic += (Double(count) - expected) * (Double(count) - expected) / expected
        cells += 1
    }
    if rest.expected > 1 {
        let difference = rest.count - rest.expected
        statistic += difference * difference / rest.expected
        cells += 1
    }
    return (statistic, max(1, cells - 1))
}

/// A bound that a true sample exceeds about once in ten thousand times.
func chiSquareBound(freedom: Int) -> Double {
    let freedom = Double(freedom)
    return freedom + 4 * (2 * freedom).squareRoot() + 10
}
