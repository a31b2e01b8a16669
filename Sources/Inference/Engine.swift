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

    private let inbox: Inbox
    private let board: StatusBoard
    private let observer: (any EngineObserver)?

    private init(
        checkpoint: Checkpoint,
        memoryPlan: MemoryPlan,
        configuration: EngineConfiguration,
        deviceName: String,
        inbox: Inbox,
        board: StatusBoard,
        observer: (any EngineObserver)?
    ) {
        model = checkpoint.description
        generationDefaults = checkpoint.generationDefaults
        self.memoryPlan = memoryPlan
        self.configuration = configuration
        self.deviceName = deviceName
        self.inbox = inbox
        self.board = board
        self.observer = observer
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
        let deviceName: String = try await withCheckedThrowingContinuation { continuation in
            NamedThread.start(name: "engine") {
                do {
                    let device = try builder.makeDevice()
                    let runner = try builder.makeRunner(on: device, progress: progress)
                    continuation.resume(returning: builder.name(of: device))
                    var loop = EngineLoop(
                        inbox: inbox,
                        board: board,
                        observer: observer,
                        runner: runner,
                        vocabularySize: checkpoint.description.vocabularySize,
                        defaultSeed: configuration.seed,
                        scheduler: builder.makeScheduler()
                    )
                    loop.run()
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
        return Engine(
            checkpoint: checkpoint,
            memoryPlan: plan,
            configuration: configuration,
            deviceName: deviceName,
            inbox: inbox,
            board: board,
            observer: observer
        )
    }

    // MARK: - Requests

    /// Checks a request and hands it to the loop.
    ///
    /// - Returns: its events; letting them go cancels the request within one step.
    public func generate(_ request: GenerationRequest) throws(EngineError) -> Generation {
        do {
            return try submit(request)
        } catch {
            observer?.requestRefused(error)
            throw error
        }
    }

    private func submit(_ request: GenerationRequest) throws(EngineError) -> Generation {
        let maxTokens = try check(request)
        let (events, output) = AsyncStream.makeStream(of: GenerationEvent.self)
        var id = RequestID(rawValue: 0)
        try inbox.submit(promptTokenCount: request.promptTokenIDs.count) { newID in
            id = newID
            output.onTermination = { [inbox] reason in
                if case .cancelled = reason { inbox.post(.cancel(newID)) }
            }
            return Submission(
                id: newID,
                request: request,
                maxTokens: maxTokens,
                submittedAt: ContinuousClock().now,
                output: output
            )
        }
        return Generation(id: id, events: events, inbox: inbox)
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
        let maxTokens = request.promptOnly ? 0 : min(parameters.maxTokens ?? room, room)
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
}
