import Sampling

/// Repeatable pseudo-random rows of logits (a 64-bit linear congruence).
struct RowMaker {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
    }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) * 0x1p-24
    }

    /// About normal around 0, between -10 and 10.
    mutating func row(_ count: Int, scale: Float = 10) -> [Float] {
        (0..<count).map { _ in (next() + next() + next() + next() - 2) * scale / 2 }
    }
}

/// Parameters with some fields changed.
func parameters(_ change: (inout SamplingParameters) -> Void) -> SamplingParameters {
    var parameters = SamplingParameters()
    change(&parameters)
    return parameters
}

/// One token of a fresh sampler.
func sample(
    _ row: [Float],
    _ parameters: SamplingParameters,
    seed: UInt64 = 1,
    index: Int = 0,
    prompt: [Int32] = [],
    stops: [Int32] = []
) throws -> SampledOutput {
    var sampler = Sampler(
        parameters: parameters,
        seed: seed,
        vocabularySize: row.count,
        promptTokenIDs: prompt,
        stopTokenIDs: stops
    )
    var workspace = SamplingWorkspace()
    return try sampler.sample(row.span, outputIndex: index, workspace: &workspace)
}

/// How often each token is drawn at the output indices from 0 on.
func drawCounts(
    _ row: [Float],
    _ parameters: SamplingParameters,
    draws: Int,
    seed: UInt64 = 7
) throws -> [Int] {
    var sampler = Sampler(parameters: parameters, seed: seed, vocabularySize: row.count)
    var workspace = SamplingWorkspace()
    var counts = [Int](repeating: 0, count: row.count)
    for index in 0..<draws {
        let output = try sampler.sample(row.span, outputIndex: index, workspace: &workspace)
        counts[Int(output.tokenID)] += 1
    }
    return counts
}
