import Grammars
import Sampling
import Scheduling

/// What the loop keeps of a request beside the scheduler's view of it.
struct RunningRequest {
    let submission: Submission
    var metrics: RequestMetrics
    private(set) var hasStarted = false
    private var sampler: Sampler
    /// Holds the answer to a grammar; nil lets every token be chosen.
    private var matcher: GrammarMatcher?
    private var pooled: PooledText?
    private var prompt: [PositionLogprobs?] = []
    private var promptIsSent = false
    private var pending: SampledOutput?
    private var lastTokenAt: ContinuousClock.Instant?

    init(_ submission: Submission, vocabularySize: Int, defaultSeed: UInt64) {
        self.submission = submission
        let request = submission.request
        let parameters = request.parameters
        // A request without a seed gets one of its own, from the engine's and its number.
        let base =
            parameters.seed ?? (defaultSeed &+ submission.id.rawValue &* 0x9E37_79B9_7F4A_7C15)
        sampler = Sampler(
            parameters: parameters,
            seed: base &+ UInt64(truncatingIfNeeded: request.sampleIndex),
            vocabularySize: vocabularySize,
            promptTokenIDs: request.promptTokenIDs,
            stopTokenIDs: parameters.stopTokenIDs
        )
        matcher = request.matcher
        pooled = request.pooling.map(PooledText.init)
        metrics = RequestMetrics()
        metrics.promptTokenCount = request.promptTokenIDs.count
        metrics.maxTokens = submission.maxTokens
    }

    /// What the scheduler has to know.
    var schedulerRequest: Request {
        let parameters = submission.request.parameters
        return Request(
            id: submission.id,
            promptTokenIDs: submission.request.promptTokenIDs,
            maxTokens: submission.maxTokens,
            minTokens: parameters.minTokens,
            stopTokenIDs: Set(parameters.stopTokenIDs),
            wantsPromptLogits: parameters.promptLogprobs != nil
                || submission.request.pooling == .mean,
            cacheNamespace: submission.request.cacheNamespace,
            priority: submission.request.priority,
            followsPromptOf: submission.promptLeader
        )
    }

    mutating func start(at time: ContinuousClock.Instant, cachedTokenCount: Int) {
        hasStarted = true
        metrics.queueSeconds = submission.submittedAt.seconds(to: time)
        metrics.cachedTokenCount = cachedTokenCount
    }

    /// Takes the log-probability of the prompt token after `position`, once.
    ///
    /// A preempted request computes its prompt again; what was recorded stays.
    mutating func recordPrompt(_ logits: Span<Float>, position: Int) {
        let ids = submission.request.promptTokenIDs
        guard let count = submission.request.parameters.promptLogprobs,
            position + 1 < ids.count
        else { return }
        if prompt.isEmpty { prompt.append(nil) }
        guard prompt.count == position + 1 else { return }
        // A row that is not finite also fails the request when its token is sampled.
        prompt.append(
            try? PositionLogprobs(of: ids[position + 1], in: logits, topCount: count)
        )
    }

    /// Takes a hidden state of the text that is to become a vector.
    mutating func pool(_ row: Span<Float>) { pooled?.add(row) }

    /// Draws the next token, one that the request's grammar allows.
    mutating func sample(
        _ logits: Span<Float>,
        _ workspace: inout SamplingWorkspace
    ) throws(SamplingError) -> Int32 {
        let mask = matcher?.allowedTokens().words
        let output = try sampler.sample(
            logits,
            outputIndex: metrics.outputTokenCount,
            mask: mask,
            workspace: &workspace
        )
        if let matched = matcher?.accept(output.tokenID), !matched { throw .noTokenAllowed }
        pending = output
        return output.tokenID
    }

    /// Hands the prompt's log-probabilities to the reader, once, if they were asked for.
    mutating func yieldPrompt() {
        guard submission.request.parameters.promptLogprobs != nil, !promptIsSent else { return }
        promptIsSent = true
        submission.output.yield(.prompt(prompt.isEmpty ? [nil] : prompt))
        prompt = []
    }

    /// Hands the drawn token to the reader.
    mutating func yieldToken(
        isLast: Bool,
        at time: ContinuousClock.Instant,
        _ step: inout StepMetrics
    ) {
        yieldPrompt()
        if let pooled { submission.output.yield(.embedding(pooled.vector)) }
        guard let token = pending else { return }
        pending = nil
        metrics.outputTokenCount += 1
        if let lastTokenAt {
            step.interTokenSeconds.append(lastTokenAt.seconds(to: time))
        } else {
            metrics.firstTokenSeconds = submission.submittedAt.seconds(to: time)
            step.firstTokenSeconds.append(metrics.firstTokenSeconds)
        }
        lastTokenAt = time
        submission.output.yield(.token(token, isLast: isLast))
    }
}

extension ContinuousClock.Instant {
    /// Seconds from this instant to a later one.
    func seconds(to later: ContinuousClock.Instant) -> Double {
        let parts = duration(to: later).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}
