extension SamplingParameters {
    /// Refuses what the sampler has no meaning for or what exceeds the limits.
    ///
    /// Every front end calls this before a request is copied or queued.
    ///
    /// - Parameters:
    ///   - vocabularySize: the width of a row of logits; token ids lie below it.
    ///   - limits: how long the lists may be.
    /// - Throws: the first field that is refused.
    public func validate(
        vocabularySize: Int,
        limits: SamplingLimits = .standard
    ) throws(SamplingParameterError) {
        try validateNumbers()
        try validateCounts(limits)
        try validateStops(vocabularySize, limits)
        try validateTokenLists(vocabularySize, limits)
    }

    private func validateNumbers() throws(SamplingParameterError) {
        try require("temperature", temperature, "from 0 to 2") { $0 >= 0 && $0 <= 2 }
        try require("top_p", topP, "greater than 0 and at most 1") { $0 > 0 && $0 <= 1 }
        try require("min_p", minP, "from 0 to 1") { $0 >= 0 && $0 <= 1 }
        try require("repetition_penalty", repetitionPenalty, "greater than 0 and at most 10") {
            $0 > 0 && $0 <= 10
        }
        try require("presence_penalty", presencePenalty, "from -2 to 2") { $0 >= -2 && $0 <= 2 }
        try require("frequency_penalty", frequencyPenalty, "from -2 to 2") { $0 >= -2 && $0 <= 2 }
        try require("top_k", topK, "0 or -1 (all tokens), or greater than 0") { $0 >= -1 }
    }

    private func validateCounts(_ limits: SamplingLimits) throws(SamplingParameterError) {
        try require("n", n, "from 1 to \(limits.sampleCount)") { 1...limits.sampleCount ~= $0 }
        let reported = 0...limits.logprobCount
        for (name, count) in [("logprobs", logprobs), ("prompt_logprobs", promptLogprobs)] {
            try require(name, count ?? 0, "from 0 to \(limits.logprobCount)") { reported ~= $0 }
        }
        try require("max_tokens", maxTokens ?? 1, "at least 1") { $0 >= 1 }
        guard let maxTokens else {
            return try require("min_tokens", minTokens, "at least 0") { $0 >= 0 }
        }
        try require("min_tokens", minTokens, "from 0 to max_tokens, which is \(maxTokens)") {
            0...maxTokens ~= $0
        }
    }

    private func validateStops(
        _ vocabularySize: Int,
        _ limits: SamplingLimits
    ) throws(SamplingParameterError) {
        try requireCount("stop", stop.count, limits.stopStringCount)
        for text in stop {
            guard !text.isEmpty else { throw .empty(parameter: "stop") }
            let byteCount = text.utf8.count
            guard byteCount <= limits.stopStringByteCount else {
                let limit = limits.stopStringByteCount
                throw .tooLong(parameter: "stop", byteCount: byteCount, limit: limit)
            }
        }
        try requireCount("stop_token_ids", stopTokenIDs.count, limits.stopTokenCount)
        try requireKnown("stop_token_ids", stopTokenIDs, vocabularySize)
    }

    private func validateTokenLists(
        _ vocabularySize: Int,
        _ limits: SamplingLimits
    ) throws(SamplingParameterError) {
        try requireCount("logit_bias", logitBias.count, limits.tokenListCount)
        // In the order of ids, so that the same request always gets the same message.
        for (tokenID, bias) in logitBias.sorted(by: { $0.key < $1.key }) {
            try requireKnown("logit_bias", [tokenID], vocabularySize)
            try require("logit_bias", bias, "from -100 to 100") { $0 >= -100 && $0 <= 100 }
        }
        guard let allowedTokenIDs else { return }
        guard !allowedTokenIDs.isEmpty else { throw .empty(parameter: "allowed_token_ids") }
        try requireCount("allowed_token_ids", allowedTokenIDs.count, limits.tokenListCount)
        try requireKnown("allowed_token_ids", allowedTokenIDs, vocabularySize)
    }

    // MARK: - Rules

    /// Comparisons with NaN are false, so that every range refuses it.
    private func require<Value>(
        _ parameter: String,
        _ value: Value,
        _ allowed: String,
        _ holds: (Value) -> Bool
    ) throws(SamplingParameterError) {
        guard holds(value) else {
            throw .outOfRange(parameter: parameter, value: "\(value)", allowed: allowed)
        }
    }

    private func requireCount(
        _ parameter: String,
        _ count: Int,
        _ limit: Int
    ) throws(SamplingParameterError) {
        guard count <= limit else {
            throw .tooMany(parameter: parameter, count: count, limit: limit)
        }
    }

    private func requireKnown(
        _ parameter: String,
        _ tokenIDs: [Int32],
        _ vocabularySize: Int
    ) throws(SamplingParameterError) {
        for tokenID in tokenIDs where tokenID < 0 || Int(tokenID) >= vocabularySize {
            throw .unknownToken(
                parameter: parameter,
                tokenID: tokenID,
                vocabularySize: vocabularySize
            )
        }
    }
}
