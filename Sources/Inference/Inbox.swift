import Dispatch
package import Scheduling
import Synchronization

/// What other threads want of the engine loop, in the order they asked.
package enum EngineCommand: Sendable {
    case submit(Submission)
    case cancel(RequestID)
    /// The reader has what it wanted, such as a stop string: the request ends as stopped.
    case finish(RequestID)
    /// Somebody wants to see how things are; nil once the loop has stopped.
    case look(@Sendable (EngineSnapshot?) -> Void)
    case stop
}

/// A validated request with the way back to its reader.
package struct Submission: Sendable {
    let id: RequestID
    let request: GenerationRequest
    let maxTokens: Int
    let submittedAt: ContinuousClock.Instant
    let output: AsyncStream<GenerationEvent>.Continuation
    let started: StartMark
    /// The request whose computed prompt this one uses.
    let promptLeader: RequestID?

    package init(
        id: RequestID,
        request: GenerationRequest,
        maxTokens: Int,
        submittedAt: ContinuousClock.Instant,
        output: AsyncStream<GenerationEvent>.Continuation,
        started: StartMark = StartMark(),
        promptLeader: RequestID? = nil
    ) {
        self.id = id
        self.request = request
        self.maxTokens = maxTokens
        self.submittedAt = submittedAt
        self.output = output
        self.started = started
        self.promptLeader = promptLeader
    }
}

/// The mailbox of the engine loop: bounded, ordered, and the only door into its thread.
package final class Inbox: Sendable {
    private struct State {
        var commands: [EngineCommand] = []
        var loopSleeps = false
        var isDraining = false
        var isStopped = false
        /// Requests taken in and not yet seen in a step.
        var waitingRequests = 0
        var waitingTokens = 0
        /// Requests taken in and not yet ended.
        var unfinishedRequests = 0
        var nextID: UInt64 = 1
        /// Requests that leave the queue per second, smoothed.
        var drainRate = 0.0

        /// Whether the loop sleeps; it then counts as awake, so that one signal is sent.
        mutating func takeSleep() -> Bool {
            defer { loopSleeps = false }
            return loopSleeps
        }
    }

    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)
    private let maxWaitingRequests: Int
    private let maxWaitingTokens: Int

    package init(maxWaitingRequests: Int, maxWaitingTokens: Int) {
        self.maxWaitingRequests = maxWaitingRequests
        self.maxWaitingTokens = maxWaitingTokens
    }

    /// Takes requests in, all of them, or refuses them before anything is queued.
    func submit(
        promptTokenCounts: [Int],
        _ makeSubmission: (_ index: Int, RequestID) -> Submission
    ) throws(EngineError) {
        let result = state.withLock { state -> Result<Bool, EngineError> in
            if state.isStopped { return .failure(.stopped) }
            if state.isDraining { return .failure(.draining) }
            let requests = state.waitingRequests + promptTokenCounts.count
            let tokens = state.waitingTokens + promptTokenCounts.reduce(0, +)
            // An empty queue takes anything, however much: it can run, so it may wait.
            if state.waitingRequests > 0, requests > maxWaitingRequests || tokens > maxWaitingTokens
            {
                return .failure(.overloaded(retryAfterSeconds: Self.retryAfterSeconds(state)))
            }
            for index in promptTokenCounts.indices {
                let id = RequestID(rawValue: state.nextID)
                state.nextID += 1
                state.commands.append(.submit(makeSubmission(index, id)))
            }
            state.waitingRequests = requests
            state.waitingTokens = tokens
            state.unfinishedRequests += promptTokenCounts.count
            return .success(state.takeSleep())
        }
        if try result.get() { wakeUp.signal() }
    }

    /// Posts a command.
    ///
    /// - Returns: false when nobody reads it any more.
    @discardableResult
    func post(_ command: EngineCommand) -> Bool {
        let (isRead, mustWake) = state.withLock { state in
            if state.isStopped { return (false, false) }
            state.commands.append(command)
            return (true, state.takeSleep())
        }
        if mustWake { wakeUp.signal() }
        return isRead
    }

    /// Everything posted since the last call; sleeps until there is something if `waits`.
    func drain(waits: Bool) -> [EngineCommand] {
        while true {
            let commands = state.withLock { state -> [EngineCommand] in
                let taken = state.commands
                state.commands.removeAll(keepingCapacity: true)
                state.loopSleeps = waits && taken.isEmpty
                return taken
            }
            if !waits || !commands.isEmpty { return commands }
            wakeUp.wait()
        }
    }

    /// The loop says that a request has left the queue: it runs, or it ended while waiting.
    func leftQueue(promptTokenCount: Int) {
        state.withLock {
            $0.waitingRequests -= 1
            $0.waitingTokens -= promptTokenCount
        }
    }

    /// The loop says that a request has ended.
    func ended() {
        state.withLock { $0.unfinishedRequests -= 1 }
    }

    /// The loop says how many requests leave the queue per second.
    func setDrainRate(_ perSecond: Double) {
        state.withLock { $0.drainRate = perSecond }
    }

    /// From now on requests are refused.
    func startDraining() {
        state.withLock { $0.isDraining = true }
    }

    /// From now on nobody reads the inbox.
    func close() {
        state.withLock { $0.isStopped = true }
    }

    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// Requests taken in and not ended.
    var unfinishedRequestCount: Int { state.withLock { $0.unfinishedRequests } }

    /// Requests taken in that no step has seen yet.
    var waitingRequestCount: Int { state.withLock { $0.waitingRequests } }

    /// The seconds a client should stay away: what waits, over the measured drain rate, 1 to 60.
    var retryAfterSeconds: Int { state.withLock { Self.retryAfterSeconds($0) } }

    private static func retryAfterSeconds(_ state: borrowing State) -> Int {
        guard state.drainRate > 0 else { return 1 }
        let seconds = (Double(state.waitingRequests + 1) / state.drainRate).rounded(.up)
        return Int(min(max(seconds, 1), 60))
    }
}
