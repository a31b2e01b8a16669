extension SamplingWorkspace {
    /// Weights per partial sum.
    static let blockSize = 1024

    mutating func prepareWeights(count: Int) {
        if weights.count != count {
            weights = [Float](repeating: 0, count: count)
            blockSums = [Double](repeating: 0, count: (count + Self.blockSize - 1) / Self.blockSize)
        }
    }

    /// Puts every token that top-p can keep among the candidates.
    ///
    /// Tokens lighter than (1 - p) · total / count have less than (1 - p) of the total even all
    /// together, so none of them is needed to reach p. This leaves few to select from.
    mutating func gatherCandidates(topP: Float, total: Double) {
        let least = Float((1 - Double(topP)) * total / Double(weights.count))
        var found = candidates
        candidates = []
        found.removeAll(keepingCapacity: true)
        weights.span.forEachLanes(fill: 0) { lanes, base in
            guard any(lanes .>= least) else { return }
            for lane in 0..<16 where lanes[lane] >= least && lanes[lane] > 0 {
                found.append(RankedToken(tokenID: base + lane, value: lanes[lane]))
            }
        }
        candidates = found
    }

    /// Cuts the candidates to top-p and draws one of them by weight.
    ///
    /// - Parameters:
    ///   - topP: the part of `total` that is kept.
    ///   - total: what the probabilities are relative to; nil for the candidates' own sum.
    ///   - uniform: the draw, from 0 up to, never reaching, 1.
    /// - Returns: the token's id.
    mutating func drawCandidate(topP: Float, total: Double? = nil, uniform: Double) -> Int {
        if topP < 1 {
            let whole = total ?? candidates.reduce(0) { $0 + Double($1.value) }
            candidates.keepMass(Double(topP) * whole)
        }
        let target = uniform * candidates.reduce(0) { $0 + Double($1.value) }
        var sum = 0.0
        for candidate in candidates {
            sum += Double(candidate.value)
            if sum > target { return Int(candidate.tokenID) }
        }
        return Int(candidates.last?.tokenID ?? 0)
    }

    /// Draws a token of the whole row by weight.
    func drawFromRow(total: Double, uniform: Double) -> Int {
        var rest = uniform * total
        var last = 0
        for (block, blockSum) in blockSums.enumerated() where blockSum > 0 {
            let start = block * Self.blockSize
            guard rest < blockSum else {
                rest -= blockSum
                last = block
                continue
            }
            return drawFromBlock(start, rest: rest)
        }
        return drawFromBlock(last * Self.blockSize, rest: .infinity)
    }

    private func drawFromBlock(_ start: Int, rest: Double) -> Int {
        var rest = rest
        var last = start
        for index in start..<min(start + Self.blockSize, weights.count) where weights[index] > 0 {
            rest -= Double(weights[index])
            if rest < 0 { return index }
            last = index
        }
        // Rounding only: the block's sum was taken in another order than this one.
        return last
    }
}
