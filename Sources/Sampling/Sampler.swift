/// Chooses one request's tokens from its rows of logits.
///
/// The order of operations is vLLM's: log-probabilities of the row as it is; allowed tokens, bias,
/// minimum length, penalties; temperature, min-p, top-k, top-p; one draw. Everything is a function
/// of the row, the parameters, the seed, the index and the tokens so far, never of other requests.
public struct Sampler: Sendable {
    private let parameters: SamplingParameters
    private let random: CounterRandom
    private let vocabularySize: Int
    private let stopTokenIDs: [Int32]
    private let bias: [(tokenID: Int32, value: Float)]
    /// Ascending and distinct.
    private let allowedTokenIDs: [Int32]?
    /// Nil while no penalty needs it.
    private var history: TokenHistory?

    /// Makes the sampler of one request.
    ///
    /// - Parameters:
    ///   - parameters: validated for this vocabulary.
    ///   - seed: the parameters' own or one the engine chose; another one for each of `n` answers.
    ///   - vocabularySize: the width of every row that will come.
    ///   - promptTokenIDs: what the repetition penalty counts beside the output.
    ///   - stopTokenIDs: every token that would end the answer; none of them is chosen before the
    ///     answer has `minTokens`.
    public init(
        parameters: SamplingParameters,
        seed: UInt64,
        vocabularySize: Int,
        promptTokenIDs: [Int32] = [],
        stopTokenIDs: [Int32] = []
    ) {
        let isToken = { (tokenID: Int32) in tokenID >= 0 && Int(tokenID) < vocabularySize }
        self.parameters = parameters
        self.random = CounterRandom(seed: seed)
        self.vocabularySize = vocabularySize
        self.stopTokenIDs = stopTokenIDs.filter(isToken)
        self.bias = parameters.logitBias.filter { isToken($0.key) }.map { ($0.key, $0.value) }
        self.allowedTokenIDs = parameters.allowedTokenIDs.map {
            Set($0.filter(isToken)).sorted()
        }
        let repeats = parameters.repetitionPenalty != 1
        if repeats || parameters.presencePenalty != 0 || parameters.frequencyPenalty != 0 {
            var history = TokenHistory()
            if repeats {
                for tokenID in promptTokenIDs where isToken(tokenID) { history.addPrompt(tokenID) }
            }
            self.history = history
        }
    }

    /// Chooses the token at `outputIndex` of the answer and remembers it for the penalties.
    ///
    /// - Parameters:
    ///   - logits: one row, as wide as the vocabulary.
    ///   - outputIndex: 0 for the first token of the answer.
    ///   - mask: bit `id % 64` of word `id / 64` says whether a token may be chosen, as a grammar
    ///     has it; ids past its end may not. Nil lets all be chosen.
    ///   - workspace: any workspace that no other call is using.
    /// - Returns: the token and, if the parameters ask for it, its log-probability and the best.
    /// - Throws: ``SamplingError``; the sampler is as before.
    public mutating func sample(
        _ logits: Span<Float>,
        outputIndex: Int,
        mask: [UInt64]? = nil,
        workspace: inout SamplingWorkspace
    ) throws(SamplingError) -> SampledOutput {
        precondition(logits.count == vocabularySize, "a row of logits is as wide as the vocabulary")
        guard let best = logits.finiteMaximum() else { throw .nonFiniteLogits }
        guard let index = choose(logits, best, outputIndex, mask, &workspace) else {
            throw .noTokenAllowed
        }
        let tokenID = Int32(truncatingIfNeeded: index)
        history?.addOutput(tokenID)
        guard let topCount = parameters.logprobs else { return SampledOutput(tokenID: tokenID) }
        let logprobs = PositionLogprobs(of: tokenID, in: logits, best: best, topCount: topCount)
        return SampledOutput(tokenID: tokenID, logprob: logprobs.chosen, top: logprobs.top)
    }

    // MARK: - The choice

    /// The chosen token; nil if the mask and the parameters together leave none.
    private func choose(
        _ logits: Span<Float>,
        _ best: RowMaximum,
        _ outputIndex: Int,
        _ mask: [UInt64]?,
        _ workspace: inout SamplingWorkspace
    ) -> Int? {
        let suppressesStops = outputIndex < parameters.minTokens && !stopTokenIDs.isEmpty
        let changesRow =
            history != nil || !bias.isEmpty || suppressesStops || allowedTokenIDs != nil
            || mask != nil
        guard changesRow else {
            return draw(logits, best, outputIndex, &workspace)
        }
        workspace.copyRow(logits)
        change(&workspace.row, mask, suppressesStops: suppressesStops)
        var adjustedBest = workspace.row.span.maximum()
        if adjustedBest.value == -.infinity {
            // Only tokens that end the answer are allowed. A short answer is better than none.
            workspace.copyRow(logits)
            change(&workspace.row, mask, suppressesStops: false)
            adjustedBest = workspace.row.span.maximum()
            if adjustedBest.value == -.infinity { return nil }
        }
        // Taken out while it is read, because the draw writes to the rest of the workspace.
        let row = workspace.row
        workspace.row = []
        defer { workspace.row = row }
        return draw(row.span, adjustedBest, outputIndex, &workspace)
    }

    /// Masks, bias and penalties; -∞ is a token that cannot be chosen.
    private func change(_ row: inout [Float], _ mask: [UInt64]?, suppressesStops: Bool) {
        if let mask { row.keepOnly(mask) }
        if let allowedTokenIDs {
            let allowed = allowedTokenIDs.map { row[Int($0)] }
            for index in row.indices { row[index] = -.infinity }
            for (tokenID, logit) in zip(allowedTokenIDs, allowed) { row[Int(tokenID)] = logit }
        }
        for (tokenID, value) in bias { row[Int(tokenID)] += value }
        if suppressesStops {
            for tokenID in stopTokenIDs { row[Int(tokenID)] = -.infinity }
        }
        guard let history else { return }
        for (tokenID, count) in zip(history.tokenIDs, history.outputCounts) {
            var logit = row[Int(tokenID)]
            let penalty = parameters.repetitionPenalty
            logit = logit > 0 ? logit / penalty : logit * penalty
            logit -= parameters.frequencyPenalty * Float(count)
            if count > 0 { logit -= parameters.presencePenalty }
            // A huge logit over a tiny penalty would be infinite, and the weights NaN.
            row[Int(tokenID)] = min(logit, .greatestFiniteMagnitude)
        }
    }

    private func draw(
        _ row: Span<Float>,
        _ best: RowMaximum,
        _ outputIndex: Int,
        _ workspace: inout SamplingWorkspace
    ) -> Int {
        if parameters.isGreedy { return best.index }
        let filter = WeightFilter(parameters: parameters, maximum: best.value)
        let uniform = random.uniform(UInt64(truncatingIfNeeded: outputIndex))
        if 1..<row.count ~= parameters.topK {
            row.greatest(parameters.topK, into: &workspace.candidates)
            filter.weigh(&workspace.candidates)
            return workspace.drawCandidate(topP: parameters.topP, uniform: uniform)
        }
        let total = filter.weigh(row, into: &workspace)
        guard parameters.topP < 1 else {
            return workspace.drawFromRow(total: total, uniform: uniform)
        }
        workspace.gatherCandidates(topP: parameters.topP, total: total)
        return workspace.drawCandidate(
            topP: parameters.topP,
            total: total,
            uniform: uniform
        )
    }
}

extension [Float] {
    /// Makes every element -∞ whose bit in `mask` is 0 or past its end.
    fileprivate mutating func keepOnly(_ mask: [UInt64]) {
        var row = mutableSpan
        for base in stride(from: 0, to: row.count, by: 64) {
            let word = base / 64 < mask.count ? mask[base / 64] : 0
            // Most words of a mask are all ones or all zeros.
            if word == .max { continue }
            for place in base..<Swift.min(base + 64, row.count)
            where word >> UInt64(place - base) & 1 == 0 {
                row[place] = -.infinity
            }
        }
    }
}
