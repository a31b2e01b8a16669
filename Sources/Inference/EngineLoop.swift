import Sampling
package import Scheduling

/// The loop that owns the model.
///
/// It is made on the thread that runs it, so what is not Sendable never crosses a thread.
/// Everything a request can do wrong is a value here: nothing in a step throws past the request it
/// belongs to.
package struct EngineLoop: ~Copyable {
    let inbox: Inbox
    let board: StatusBoard
    let observer: (any EngineObserver)?
    let runner: ModelRunner
    private let trace: Trace?
    let vocabularySize: Int
    let defaultSeed: UInt64
    package private(set) var scheduler: Scheduler
    private var requests: [RequestID: RunningRequest] = [:]
    /// Those of them that want hidden states, not logits.
    private var pooledRequests: Set<RequestID> = []
    private var drainMeter = DrainMeter()
    private var isStopping = false
    private var totals = EngineTotals()
    /// Made for the first who looks between two steps, and shown to all who do.
    private var snapshot: EngineSnapshot?
    private var workspace = SamplingWorkspace()

    package init(
        inbox: Inbox,
        board: StatusBoard,
        observer: (any EngineObserver)?,
        runner: ModelRunner,
        trace: Trace? = nil,
        vocabularySize: Int,
        defaultSeed: UInt64,
        scheduler: Scheduler
    ) {
        self.inbox = inbox
        self.board = board
        self.observer = observer
        self.runner = runner
        self.trace = trace
        self.vocabularySize = vocabularySize
        self.defaultSeed = defaultSeed
        self.scheduler = scheduler
    }

    /// Runs until it is told to stop; whatever is unfinished then ends as aborted.
    mutating func run() {
        publish()
        while true {
            let commands = nextCommands()
            for command in commands { handle(command) }
            if isStopping { break }
            trace?.end(SIMD4(Int32(clamping: commands.count), 0, 0, 0))
            // Said before the step as well, so that a long idle time is not taken for a stall.
            publish()
            snapshot = nil
            if !scheduler.isIdle { step() }
            trace?.end()
        }
        inbox.close()
        for command in inbox.drain(waits: false) {
            if case .look(let reply) = command { reply(nil) }
        }
        for id in requests.keys.sorted() {
            cancel(id, .abort)
        }
        publish()
        trace?.finish()
    }

    /// What was asked for meanwhile; waits for something if there is nothing to compute.
    ///
    /// In the trace a step begins here.
    private func nextCommands() -> [EngineCommand] {
        if scheduler.isIdle {
            trace?.begin(.idle)
            let commands = inbox.drain(waits: true)
            trace?.next(.step)
            trace?.begin(.drain)
            return commands
        }
        trace?.begin(.step)
        trace?.begin(.drain)
        return inbox.drain(waits: false)
    }

    /// Does what another thread asked for.
    package mutating func handle(_ command: EngineCommand) {
        switch command {
        case .submit(let submission): add(submission)
        case .cancel(let id): cancel(id, .abort)
        case .finish(let id): cancel(id, .stop)
        case .look(let reply): reply(look())
        case .stop: isStopping = true
        }
    }

    // MARK: - A step

    /// Plans, computes, samples, delivers.
    package mutating func step() {
        let clock = ContinuousClock()
        let start = clock.now
        trace?.begin(.plan)
        let plan = scheduler.plan()
        var metrics = StepMetrics()
        for id in plan.preempted {
            requests[id]?.metrics.preemptionCount += 1
        }
        for entry in plan.entries {
            noteStart(entry, at: start, &metrics)
        }
        trace?.end()
        let sampled = sample(plan)
        trace?.begin(.apply)
        let events = scheduler.apply(sampled)
        trace?.next(.deliver)
        let now = clock.now
        let ended = Set(events.compactMap(\.endedRequest))
        for event in events {
            deliver(event, ended: ended, at: now, &metrics)
        }
        metrics.seconds = start.seconds(to: now)
        metrics.sampledTokenCount = sampled.count
        totals.promptTokenCount += metrics.promptTokenCount
        totals.generatedTokenCount += metrics.sampledTokenCount
        trace?.end()
        publish()
        trace?.begin(.observe)
        observer?.stepFinished(metrics, statistics: scheduler.statistics)
        trace?.end()
        trace?.annotateStep(
            SIMD4(
                Int32(clamping: metrics.tokenCount),
                Int32(clamping: plan.entries.count),
                Int32(clamping: metrics.promptTokenCount),
                Int32(clamping: sampled.count)
            )
        )
    }

    /// Runs the model and draws a token for every request that is due one.
    private mutating func sample(_ plan: StepPlan) -> [SampledToken] {
        var sampled: [SampledToken] = []
        var failed: [(id: RequestID, error: SamplingError)] = []
        // Taken out while the model lends its rows: the closure may not touch `self`, and what
        // stayed behind would be copied at the first write.
        var requests = self.requests
        self.requests = [:]
        var workspace = self.workspace
        self.workspace = SamplingWorkspace()
        runner.run(plan, wantHidden: pooledRequests) { output, logits in
            let entry = plan.entries[output.entryIndex]
            guard let place = requests.index(forKey: entry.id) else { return }
            if output.isHidden {
                requests.values[place].pool(logits)
                // The request ends with this token, whatever it is: nobody is told of it.
                if output.isSampled { sampled.append(SampledToken(id: entry.id, tokenID: 0)) }
                return
            }
            requests.values[place].recordPrompt(logits, position: output.position)
            guard output.isSampled else { return }
            do throws(SamplingError) {
                let tokenID = try requests.values[place].sample(logits, &workspace)
                sampled.append(SampledToken(id: entry.id, tokenID: tokenID))
            } catch {
                failed.append((entry.id, error))
            }
        }
        self.requests = requests
        self.workspace = workspace
        for (id, error) in failed {
            scheduler.fail(id)
            end(
                id,
                .error,
                message: error.description,
                isRequestAtFault: error == .noTokenAllowed
            )
        }
        return sampled
    }

    // MARK: - The life of a request

    private mutating func add(_ submission: Submission) {
        let running = RunningRequest(
            submission,
            vocabularySize: vocabularySize,
            defaultSeed: defaultSeed
        )
        requests[submission.id] = running
        if submission.request.pooling != nil { pooledRequests.insert(submission.id) }
        scheduler.add(running.schedulerRequest)
    }

    private mutating func cancel(_ id: RequestID, _ reason: FinishReason) {
        guard requests[id] != nil else { return }
        _ = scheduler.cancel(id)
        end(id, reason, message: nil)
    }

    private mutating func noteStart(
        _ entry: StepPlan.Entry,
        at time: ContinuousClock.Instant,
        _ metrics: inout StepMetrics
    ) {
        // Looked at in its place: a copy of a request is two dozen references to count.
        guard let place = requests.index(forKey: entry.id) else { return }
        metrics.tokenCount += entry.tokenIDs.count
        let promptEnd = requests.values[place].metrics.promptTokenCount
        metrics.promptTokenCount += max(
            0,
            min(promptEnd, entry.firstPosition + entry.tokenIDs.count) - entry.firstPosition
        )
        guard !requests.values[place].hasStarted else { return }
        requests.values[place].start(at: time, cachedTokenCount: entry.cachedTokenCount)
        requests.values[place].submission.started.set()
        leaveQueue(requests.values[place])
    }

    private mutating func leaveQueue(_ request: RunningRequest) {
        inbox.leftQueue(promptTokenCount: request.submission.request.promptTokenIDs.count)
        inbox.setDrainRate(drainMeter.count(at: ContinuousClock().now))
    }

    private mutating func deliver(
        _ event: SchedulerEvent,
        ended: Set<RequestID>,
        at time: ContinuousClock.Instant,
        _ metrics: inout StepMetrics
    ) {
        switch event {
        case .token(let id, _, _):
            requests[id]?.yieldToken(isLast: ended.contains(id), at: time, &metrics)
        case .finished(let id, let reason, let stopTokenID):
            end(id, reason, stopTokenID: stopTokenID, message: nil)
        }
    }

    private mutating func end(
        _ id: RequestID,
        _ reason: FinishReason,
        stopTokenID: Int32? = nil,
        message: String?,
        isRequestAtFault: Bool = false
    ) {
        guard var request = requests.removeValue(forKey: id) else { return }
        pooledRequests.remove(id)
        if !request.hasStarted { leaveQueue(request) }
        request.metrics.finishReason = reason
        request.metrics.totalSeconds = request.submission.submittedAt.seconds(
            to: ContinuousClock().now
        )
        if reason != .abort { request.yieldPrompt() }
        inbox.ended()
        totals.finishedRequestCount += 1
        trace?.record(
            request: id.rawValue,
            submittedAt: request.submission.submittedAt,
            request.metrics
        )
        observer?.requestFinished(request.metrics)
        request.submission.output.yield(
            .finished(
                GenerationEnd(
                    reason: reason,
                    stopTokenID: stopTokenID,
                    metrics: request.metrics,
                    message: message,
                    isRequestAtFault: isRequestAtFault
                )
            )
        )
        request.submission.output.finish()
    }

    private mutating func look() -> EngineSnapshot {
        if let snapshot { return snapshot }
        let made = EngineSnapshot(scheduler: scheduler.snapshot(), totals: totals)
        snapshot = made
        return made
    }

    private func publish() {
        trace?.begin(.publish)
        board.update(scheduler.statistics, isIdle: scheduler.isIdle)
        trace?.end()
    }
}

extension SchedulerEvent {
    /// The request that ends with this event, if one does.
    fileprivate var endedRequest: RequestID? {
        if case .finished(let id, _, _) = self { id } else { nil }
    }
}
