/// Temperature and min-p: from a logit to a weight, relative to the weight 1 of the best token.
struct WeightFilter {
    private let maximum: Float
    private let inverseTemperature: Float
    private let leastWeight: Float

    /// The maximum is the greatest logit that can be chosen.
    init(parameters: SamplingParameters, maximum: Float) {
        self.maximum = maximum
        inverseTemperature = 1 / parameters.temperature
        leastWeight = parameters.minP
    }

    @inline(__always)
    private func weights(_ logits: Lanes) -> Lanes {
        // Subtracted first: the best token's weight is exactly 1, and no temperature overflows.
        let weights = exponential((logits - maximum) * inverseTemperature)
        return weights.replacing(with: 0, where: weights .< leastWeight)
    }

    /// Writes the weights of a whole row and of its blocks.
    ///
    /// - Returns: the sum of all weights.
    func weigh(_ row: Span<Float>, into workspace: inout SamplingWorkspace) -> Double {
        workspace.prepareWeights(count: row.count)
        var total = 0.0
        for block in 0..<workspace.blockSums.count {
            let start = block * SamplingWorkspace.blockSize
            let end = min(start + SamplingWorkspace.blockSize, row.count)
            let sum = weigh(row, start..<end, into: &workspace.weights)
            workspace.blockSums[block] = sum
            total += sum
        }
        return total
    }

    private func weigh(
        _ row: Span<Float>,
        _ range: Range<Int>,
        into array: inout [Float]
    ) -> Double {
        var weights = array.mutableSpan
        var sums = Lanes()
        var base = range.lowerBound
        while base &+ 16 <= range.upperBound {
            let lanes = self.weights(row.lanes(at: base))
            sums += lanes
            precondition(base >= 0 && base &+ 16 <= weights.count)
            for lane in 0..<16 { weights[base &+ lane] = lanes[lane] }
            base &+= 16
        }
        if base < range.upperBound {
            let lanes = self.weights(row.lastLanes(at: base, fill: -.infinity))
            sums += lanes
            for lane in 0..<(range.upperBound - base) { weights[base + lane] = lanes[lane] }
        }
        return Double(sums.sum())
    }

    /// Turns the logits of candidates into weights and drops those below min-p.
    func weigh(_ candidates: inout [RankedToken]) {
        var kept = 0
        for base in stride(from: 0, to: candidates.count, by: 16) {
            let count = min(16, candidates.count - base)
            var logits = Lanes(repeating: -.infinity)
            for lane in 0..<count { logits[lane] = candidates[base + lane].value }
            let lanes = weights(logits)
            for lane in 0..<count where lanes[lane] > 0 {
                let tokenID = Int(candidates[base + lane].tokenID)
                candidates[kept] = RankedToken(tokenID: tokenID, value: lanes[lane])
                kept += 1
            }
        }
        candidates.removeLast(candidates.count - kept)
    }
}
