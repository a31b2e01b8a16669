/// Sends requests at a rate and measures how they are answered.
public struct RateBenchmark: Sendable {
    private let configuration: RateConfiguration

    /// A benchmark that can be run on any target.
    ///
    /// - Throws: ``LoadTestError/badConfiguration(_:)``.
    public init(_ configuration: RateConfiguration) throws(LoadTestError) {
        try configuration.validate()
        self.configuration = configuration
    }

    /// Runs on a target.
    ///
    /// - Parameters:
    ///   - target: what answers.
    ///   - progress: told how many requests have ended, of how many.
    /// - Returns: what was measured.
    /// - Throws: what made the request before the measured ones fail; later failures are counted.
    public func run(
        _ target: any CompletionTarget,
        progress: (_ ended: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> RateResult {
        var model = configuration.model
        if model == nil { model = try await target.describe().model }
        let name = model ?? ""
        // One answer that does not count: it fails early, and it is nobody's first. Another seed,
        // so that no prefix cache knows the measured prompts.
        var others = try configuration.prompts(seed: configuration.seed &+ 1)
        _ = try await target.complete(call(others.next(), model: name))

        var prompts = try configuration.prompts(seed: configuration.seed)
        let calls = (0..<configuration.promptCount).map { _ in call(prompts.next(), model: name) }
        var result = RateResult(configuration: configuration, model: name)
        let start = Moment.now
        for outcome in await send(calls, to: target, start: start, progress) {
            switch outcome {
            case .answered(let record): result.records.append(record)
            case .failed(let error):
                result.failures[error.shortDescription, default: 0] += 1
                result.firstFailure = result.firstFailure ?? error.description
            }
        }
        try Task.checkCancellation()
        result.durationSeconds = (Moment.now - start).inSeconds
        return result
    }

    private func call(_ item: RandomPrompts.Item, model: String) -> CompletionCall {
        CompletionCall(
            model: model,
            prompt: .tokenIDs(item.tokenIDs),
            maxTokens: item.outputLength,
            ignoreEOS: configuration.ignoreEOS,
            temperature: configuration.temperature,
            seed: configuration.seed,
            wantsTokenIDs: false
        )
    }

    private func send(
        _ calls: [CompletionCall],
        to target: any CompletionTarget,
        start: Duration,
        _ progress: (Int, Int) -> Void
    ) async -> [UserOutcome] {
        var arrivals = ArrivalProcess(
            rate: configuration.requestRate,
            burstiness: configuration.burstiness,
            seed: configuration.seed
        )
        return await withTaskGroup(of: UserOutcome.self) { group in
            var outcomes: [UserOutcome] = []
            func collect(_ outcome: UserOutcome) {
                outcomes.append(outcome)
                progress(outcomes.count, calls.count)
            }
            for (index, call) in calls.enumerated() {
                let wait = start + .seconds(arrivals.next()) - Moment.now
                if wait > .zero { try? await Task.sleep(for: wait) }
                let underWay = index - outcomes.count
                if underWay >= configuration.maxConcurrency ?? .max,
                    let outcome = await group.next()
                {
                    collect(outcome)
                }
                guard !Task.isCancelled else { break }
                group.addTask { await Self.ask(target, call) }
            }
            for await outcome in group { collect(outcome) }
            return outcomes
        }
    }

    private static func ask(
        _ target: any CompletionTarget,
        _ call: CompletionCall
    ) async -> UserOutcome {
        do {
            var record = try await target.complete(call)
            if record.promptTokenCount == 0, case .tokenIDs(let tokenIDs) = call.prompt {
                // The target does not count them.
                record.promptTokenCount = tokenIDs.count
            }
            return .answered(record)
        } catch let error as LoadTestError {
            return .failed(error)
        } catch {
            return .failed(.connectionLost("\(error)"))
        }
    }
}
