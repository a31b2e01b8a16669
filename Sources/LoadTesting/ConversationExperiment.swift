import Synchronization

/// Measures how response times grow with the number of users.
///
/// In each run every user has a conversation of its own, and no conversation occurs in two runs: a
/// prefix cache helps within a conversation, but never from one run to the next.
public struct ConversationExperiment: Sendable {
    private let configuration: ConversationConfiguration

    /// An experiment that can be run on any number of targets, on the same work.
    ///
    /// - Parameter configuration: what is run.
    /// - Throws: ``LoadTestError/badConfiguration(_:)``.
    public init(_ configuration: ConversationConfiguration) throws(LoadTestError) {
        try configuration.validate()
        self.configuration = configuration
    }

    /// Runs on one target after the other.
    ///
    /// - Parameters:
    ///   - targets: all are there from the beginning; to start one engine after another, call
    ///     ``run(_:progress:)`` for each.
    ///   - progress: called after every request, by any thread, one call at a time.
    /// - Returns: what was measured.
    /// - Throws: what made the first request to a target fail; later failures are counted.
    public func run(
        targets: [any CompletionTarget],
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> ExperimentResult {
        var results: [TargetResult] = []
        for target in targets { results.append(try await run(target, progress: progress)) }
        return ExperimentResult(targets: results)
    }

    /// Runs on one target.
    ///
    /// - Parameters:
    ///   - target: what answers.
    ///   - progress: called after every request, by any thread, one call at a time.
    /// - Returns: what was measured.
    /// - Throws: what made the first request fail; later failures are counted.
    public func run(
        _ target: any CompletionTarget,
        progress: @escaping @Sendable (ExperimentProgress) -> Void = { _ in }
    ) async throws -> TargetResult {
        let description = try await target.describe()
        let work = UserWork(
            configuration: configuration,
            model: configuration.model ?? description.model,
            contextLimit: configuration.contextLimit ?? description.maxModelLength,
            usesTokenIDs: try await usesTokenIDs(target, description)
        )
        try work.requireRoom()
        var result = TargetResult(
            name: target.name,
            model: work.model,
            requestsPerUser: configuration.requestsPerUser,
            maxTokens: configuration.maxTokens,
            ignoreEOS: configuration.ignoreEOS,
            contextLimit: work.contextLimit,
            promptForm: (work.usesTokenIDs ? PromptForm.tokenIDs : .text).rawValue,
            seed: configuration.seed,
            runs: []
        )
        for (index, users) in configuration.users.enumerated() {
            let state = ExperimentProgress(
                target: target.name,
                users: users,
                completedRequests: 0,
                totalRequests: users * configuration.requestsPerUser,
                run: index + 1,
                runCount: configuration.users.count
            )
            result.runs.append(try await run(work, on: target, state, progress))
        }
        for index in result.runs.indices {
            result.runs[index].ratioToOneUser = result.ratio(users: result.runs[index].users)
        }
        return result
    }

    /// Asks for one token: warms the target up, fails early, and tells which prompts it takes.
    private func usesTokenIDs(
        _ target: any CompletionTarget,
        _ description: TargetDescription
    ) async throws -> Bool {
        func probe(_ prompt: Prompt) async throws {
            _ = try await target.complete(
                CompletionCall(
                    model: configuration.model ?? description.model,
                    prompt: prompt,
                    maxTokens: 1
                )
            )
        }
        let tokens = Prompt.tokenIDs([configuration.questionTokenIDs.lowerBound])
        switch configuration.promptForm {
        case .text:
            try await probe(.text("Hello"))
            return false
        case .tokenIDs:
            try await probe(tokens)
            return true
        case .automatic:
            do {
                try await probe(.text("Hello"))
                return false
            } catch LoadTestError.refused(let status, _) where 400..<500 ~= status && status != 404
            {
                try await probe(tokens)
                return true
            }
        }
    }

    // MARK: - One run

    private func run(
        _ work: UserWork,
        on target: any CompletionTarget,
        _ state: ExperimentProgress,
        _ progress: @escaping @Sendable (ExperimentProgress) -> Void
    ) async throws -> RunResult {
        let reported = Reporter(state: state, report: progress)
        reported.begin()
        let before = await target.cacheSlotSteps()
        let outcomes = await withTaskGroup(of: [UserOutcome].self) { group in
            for user in 0..<state.users {
                group.addTask {
                    await work.converse(with: target, users: state.users, user: user) {
                        reported.requestEnded()
                    }
                }
            }
            var outcomes: [UserOutcome] = []
            for await result in group { outcomes += result }
            return outcomes
        }
        try Task.checkCancellation()
        var waste: Double?
        if let before, let after = await target.cacheSlotSteps() {
            waste = after.waste(since: before)
        }
        return RunResult(users: state.users, outcomes: outcomes, cacheWaste: waste)
    }
}

/// What one request came to.
enum UserOutcome: Sendable {
    case answered(CompletionRecord)
    case failed(LoadTestError)
}

extension RunResult {
    init(users: Int, outcomes: [UserOutcome], cacheWaste: Double?) {
        var records: [CompletionRecord] = []
        var failures: [String: Int] = [:]
        var firstFailure: String?
        for outcome in outcomes {
            switch outcome {
            case .answered(let record):
                records.append(record)
            case .failed(let error):
                failures[error.shortDescription, default: 0] += 1
                firstFailure = firstFailure ?? error.description
            }
        }
        let start = records.map(\.start).min() ?? .zero
        let end = records.map(\.end).max() ?? .zero
        let seconds = (end - start).inSeconds
        let outputTokens = records.reduce(0) { $0 + $1.outputTokenCount }
        self.init(
            users: users,
            durationSeconds: seconds,
            response: Statistics(records.map(\.responseSeconds)),
            firstToken: Statistics(records.compactMap(\.firstTokenSeconds)),
            interToken: Statistics(records.flatMap(\.interTokenSeconds)),
            outputTokensPerSecond: seconds > 0 ? Double(outputTokens) / seconds : 0,
            requestsPerSecond: seconds > 0 ? Double(records.count) / seconds : 0,
            promptTokens: records.reduce(0) { $0 + $1.promptTokenCount },
            outputTokens: outputTokens,
            failures: failures,
            firstFailure: firstFailure,
            cacheWaste: cacheWaste,
            ratioToOneUser: nil
        )
    }
}

/// Counts requests and reports one at a time.
private final class Reporter: Sendable {
    private let state: Mutex<ExperimentProgress>
    private let report: @Sendable (ExperimentProgress) -> Void

    init(state: ExperimentProgress, report: @escaping @Sendable (ExperimentProgress) -> Void) {
        self.state = Mutex(state)
        self.report = report
    }

    func begin() { report(state.withLock { $0 }) }

    func requestEnded() {
        // Reported under the lock: otherwise an older count could be shown after a newer one.
        state.withLock {
            $0.completedRequests += 1
            report($0)
        }
    }
}
