public import Checkpoints
import Compute
import Sampling
import Scheduling

/// One model, loaded once, shared by all who ask: the front of the engine, usable from any thread.
///
/// It only checks requests and posts them; a thread of its own owns the model, the KV cache and the
/// scheduler. Letting the engine go, or ``shutDown()``, ends that thread.
public final class Engine: Sendable {
    /// What was loaded.
    public let model: ModelDescription
    /// The settings the model's authors recommend.
    public let generationDefaults: GenerationDefaults
    /// How the memory is used.
    public let memoryPlan: MemoryPlan
    /// What the operator decided.
    public let configuration: EngineConfiguration
    /// The instruction set of the kernels and the number of threads, for people.
    public let deviceName: String
    /// How the model was loaded.
    public let loadReport: LoadReport

    let inbox: Inbox
    private let board: StatusBoard
    private let observer: (any EngineObserver)?
    private let stopped: Latch

    /// What the engine's thread tells when the model is loaded.
    private struct Start: Sendable {
        let deviceName: String
        let loadReport: LoadReport
    }

    private init(
        checkpoint: Checkpoint,
        memoryPlan: MemoryPlan,
        configuration: EngineConfiguration,
        start: Start,
        inbox: Inbox,
        board: StatusBoard,
        observer: (any EngineObserver)?,
        stopped: Latch
    ) {
        model = checkpoint.description
        generationDefaults = checkpoint.generationDefaults
        self.memoryPlan = memoryPlan
        self.configuration = configuration
        deviceName = start.deviceName
        loadReport = start.loadReport
        self.inbox = inbox
        self.board = board
        self.observer = observer
        self.stopped = stopped
    }

    deinit {
        inbox.post(.stop)
    }

    /// Loads a model and starts its loop.
    ///
    /// - Parameters:
    ///   - configuration: what to load and how.
    ///   - observer: told about steps and requests, on the engine's thread.
    ///   - progress: told the share of the weights that is loaded, 0 to 1, on the engine's thread.
    /// - Returns: an engine that takes requests.
    /// - Throws: ``EngineError/doesNotFit(_:)`` before anything is loaded, and what is wrong with
    ///   the folder's files.
    public static func start(
        _ configuration: EngineConfiguration,
        observer: (any EngineObserver)? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> Engine {
        let checkpoint = try configuration.openCheckpoint()
        let plan = try MemoryPlan(
            configuration: configuration,
            description: checkpoint.description,
            weights: try checkpoint.openWeights()
        )
        let inbox = Inbox(
            maxWaitingRequests: configuration.maxQueuedRequests,
            maxWaitingTokens: configuration.maxQueuedTokens ?? 4 * plan.tokenCapacity
        )
        let builder = EngineBuilder(
            configuration: configuration,
            checkpoint: checkpoint,
            plan: plan
        )
        let board = StatusBoard(builder.makeScheduler().statistics)
        let stopped = Latch()
        let start: Start = try await withCheckedThrowingContinuation { continuation in
            NamedThread.start(name: "engine") {
                do {
                    let device = try builder.makeDevice()
                    let trace = configuration.trace.map { Trace(sink: $0) }
                    let (runner, report) = try builder.load(
                        on: device,
                        trace: trace,
                        progress: progress
                    )
                    continuation.resume(
                        returning: Start(
                            deviceName: builder.name(of: device),
                            loadReport: report
                        )
                    )
                    var loop = EngineLoop(
                        inbox: inbox,
                        board: board,
                        observer: observer,
                        runner: runner,
                        trace: trace,
                        vocabularySize: checkpoint.description.vocabularySize,
                        defaultSeed: configuration.seed,
                        scheduler: builder.makeScheduler()
                    )
                    loop.run()
                    stopped.open()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        return Engine(
            checkpoint: checkpoint,
            memoryPlan: plan,
            configuration: configuration,
            start: start,
            inbox: inbox,
            board: board,
            observer: observer,
            stopped: stopped
        )
    }

    // MARK: - Requests

    /// Checks a request and hands it to the loop.
    ///
    /// - Returns: its events; letting them go cancels the request within one step.
    public func generate(_ request: GenerationRequest) throws(EngineError) -> Generation {
        try generate(together: [request])[0]
    }

    /// Checks requests and hands them to the loop all at once: none takes part in a step before the
    /// others could.
    ///
    /// - Returns: their events, in the order of the requests.
    /// - Throws: what is wrong with one of them; none of them then runs.
    public func generate(
        together requests: [GenerationRequest]
    ) throws(EngineError) -> [Generation] {
        do {
            return try submit(requests)
        } catch {
            observer?.requestRefused(error)
            throw error
        }
    }

    private func submit(_ requests: [GenerationRequest]) throws(EngineError) -> [Generation] {
        var maxTokens: [Int] = []
        for request in requests { maxTokens.append(try check(request)) }
        let streams = requests.map { _ in AsyncStream.makeStream(of: GenerationEvent.self) }
        var generations: [Generation] = []
        let counts = requests.map(\.promptTokenIDs.count)
        try inbox.submit(promptTokenCounts: counts) { index, id in
            let output = streams[index].continuation
            output.onTermination = { [inbox] reason in
                if case .cancelled = reason { inbox.post(.cancel(id)) }
            }
            let started = StartMark()
            let leader = requests[index].promptLeader
            let leaderID = leader.flatMap { $0 < generations.count ? generations[$0].id : nil }
            generations.append(
                Generation(
                    id: id,
                    events: streams[index].stream,
                    inbox: inbox,
                    started: started
                )
            )
            return Submission(
                id: id,
                request: requests[index],
                maxTokens: maxTokens[index],
                submittedAt: ContinuousClock().now,
                output: output,
                started: started,
                promptLeader: leaderID
            )
        }
        return generations
    }

    /// Checks a request without running it.
    ///
    /// - Returns: the tokens it may have: what it asks for, but no more than the context leaves.
    @discardableResult
    public func check(_ request: GenerationRequest) throws(EngineError) -> Int {
        let prompt = request.promptTokenIDs
        let parameters = request.parameters
        guard !prompt.isEmpty else { throw .promptEmpty }
        let vocabularySize = model.vocabularySize
        for tokenID in prompt where tokenID < 0 || Int(tokenID) >= vocabularySize {
            throw .promptTokenOutOfRange(
                tokenID: Int(tokenID),
                vocabularySize: vocabularySize
            )
        }
        do {
            try parameters.validate(vocabularySize: vocabularySize)
        } catch {
            throw .invalidParameter(name: error.parameter, message: error.description)
        }
        let maxLength = memoryPlan.maxModelLength
        guard prompt.count < maxLength || (request.promptOnly && prompt.count == maxLength) else {
            throw .promptTooLong(tokenCount: prompt.count, maxModelLength: maxLength)
        }
        let room = maxLength - prompt.count
        var maxTokens = request.promptOnly ? 0 : min(parameters.maxTokens ?? room, room)
        // The one row that a token would be drawn from is the last that is pooled.
        if request.pooling != nil { maxTokens = 1 }
        guard request.promptOnly || parameters.minTokens <= maxTokens else {
            throw .invalidParameter(
                name: "min_tokens",
                message: "min_tokens is \(parameters.minTokens), but at most \(maxTokens) tokens "
                    + "can be generated."
            )
        }
        let limits = EngineBuilder.limits(configuration, memoryPlan)
        guard limits.canEverFit(promptCount: prompt.count, maxTokens: maxTokens) else {
            throw .neverFits(
                tokenCount: prompt.count + maxTokens,
                capacity: memoryPlan.tokenCapacity
            )
        }
        return maxTokens
    }

    // MARK: - Status and shutdown

    /// What the engine is doing now.
    public var status: EngineStatus { board.read(inbox) }

    /// The seconds a refused client should stay away, from the measured drain rate.
    public var retryAfterSeconds: Int { inbox.retryAfterSeconds }

    /// Refuses new requests from now on; what was taken goes on.
    public func startDraining() {
        inbox.startDraining()
    }

    /// Ends the loop; requests in flight end as aborted.
    public func shutDown() {
        inbox.startDraining()
        inbox.post(.stop)
    }

    /// Returns when the loop has ended after ``shutDown()``, and its trace is written.
    public func waitUntilStopped() async {
        await stopped.wait()
    }
}
