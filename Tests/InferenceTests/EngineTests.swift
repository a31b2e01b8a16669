import Architectures
import Checkpoints
import Inference
import Sampling
import Scheduling
import TestData
import Testing

/// The engine as other threads see it.
@Suite("Engine")
struct EngineTests {
    private static let folder = TestData.packageRoot + "/Examples/tiny-random"

    private func engine(
        _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) async throws -> Engine {
        var configuration = EngineConfiguration(modelFolder: Self.folder)
        configuration.keyValueMemoryBytes = 4 << 20
        configuration.threadCount = 1
        configure(&configuration)
        return try await Engine.start(configuration)
    }

    private func request(
        _ prompt: [Int32] = [5, 6, 7],
        maxTokens: Int = 8
    ) -> GenerationRequest {
        var parameters = SamplingParameters()
        parameters.temperature = 0
        parameters.maxTokens = maxTokens
        parameters.ignoreEOS = true
        return GenerationRequest(promptTokenIDs: prompt, parameters: parameters)
    }

    /// Lets the loop work until a condition holds; bounded by turns, not by a clock.
    private func settle(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<50_000_000 {
            if condition() { return true }
            await Task.yield()
        }
        return condition()
    }

    @Test("an answer has its tokens, then one end")
    func answers() async throws {
        let engine = try await engine()
        var tokens = 0
        var ends: [FinishReason] = []
        for await event in try engine.generate(request(maxTokens: 8)) {
            switch event {
            case .token: tokens += 1
            case .finished(let end):
                ends.append(end.reason)
                #expect(end.metrics.outputTokenCount == 8)
                #expect(end.metrics.promptTokenCount == 3)
            case .prompt, .embedding:
                Issue.record("no prompt log-probabilities and no vector were asked for")
            }
        }
        #expect(tokens == 8)
        #expect(ends == [.length])
    }

    @Test("weights are kept where the configuration says, and read from there")
    func keptWeights() async throws {
        let folder = try TemporaryFolder()
        let first = try await engine { $0.weightCache = .path(folder.path) }
        #expect(first.loadReport.cachePath == nil)
        let path = try #require(first.loadReport.writtenPath)
        #expect(path.hasPrefix(folder.path + "/tiny-random-"))
        let second = try await engine { $0.weightCache = .path(folder.path) }
        #expect(second.loadReport.cachePath == path)
        #expect(second.loadReport.writtenPath == nil)
        #expect(second.loadReport.notices == [])
        // A model this small is not worth it.
        let small = try await engine { $0.quantization = .int4 }
        #expect(small.loadReport.writtenPath == nil)
        let random = try await engine {
            $0.weightCache = .path(folder.path)
            $0.loadFormat = .dummy
        }
        #expect(random.loadReport.writtenPath == nil)
    }

    @Test("a prompt alone is scored without a token")
    func scores() async throws {
        let engine = try await engine()
        var scoring = request([5, 6, 7, 8])
        scoring.promptOnly = true
        scoring.parameters.promptLogprobs = 2
        var prompt: [PositionLogprobs?] = []
        var tokens = 0
        for await event in try engine.generate(scoring) {
            if case .prompt(let logprobs) = event { prompt = logprobs }
            if case .token = event { tokens += 1 }
        }
        #expect(tokens == 0)
        #expect(prompt.count == 4)
        #expect(prompt.first == .some(nil))
        #expect(prompt.dropFirst().allSatisfy { $0?.top.count == 2 })
        #expect(prompt.dropFirst().map { $0?.chosen.tokenID } == [6, 7, 8])
    }

    @Test("a request that is let go gives its blocks back")
    func lettingGoCancels() async throws {
        let engine = try await engine()
        for maxTokens in [1, 50, 400] {
            var generation: Generation? = try engine.generate(request(maxTokens: maxTokens))
            if maxTokens == 400, let running = generation {
                var events = running.makeAsyncIterator()
                _ = await events.next()
            }
            generation = nil
        }
        #expect(
            await settle {
                let status = engine.status
                return status.isIdle && status.statistics.blocksUsed == 0
            }
        )
        #expect(engine.status.unfinishedRequestCount == 0)
        #expect(engine.status.queuedRequestCount == 0)
    }

    @Test("a request ended early ends as stopped, a cancelled one as aborted")
    func finishesEarly() async throws {
        for (command, expected) in [
            (EngineCommand.finish(RequestID(rawValue: 1)), FinishReason.stop),
            (.cancel(RequestID(rawValue: 1)), .abort),
        ] {
            let (events, output) = AsyncStream.makeStream(of: GenerationEvent.self)
            // Turned by hand, so that the request is surely in the middle of its answer.
            try turnLoop(request(maxTokens: 100), output, stepCount: 5, then: command)
            var tokenCount = 0
            var reason: FinishReason?
            for await event in events {
                if case .token = event { tokenCount += 1 }
                if case .finished(let end) = event { reason = end.reason }
            }
            #expect(tokenCount == 5)
            #expect(reason == expected)
        }
    }

    private func turnLoop(
        _ request: GenerationRequest,
        _ output: AsyncStream<GenerationEvent>.Continuation,
        stepCount: Int,
        then command: EngineCommand
    ) throws {
        var loop = try TinyEngine.makeLoop(
            RandomSchedule.Settings(
                threadCount: 1,
                tokensPerStep: 64,
                maxRunning: 4,
                blockCount: 64,
                prefixCaching: true,
                policy: .continuous
            )
        )
        let submission = Submission(
            id: RequestID(rawValue: 1),
            request: request,
            maxTokens: 100,
            submittedAt: ContinuousClock().now,
            output: output
        )
        loop.handle(.submit(submission))
        for _ in 0..<stepCount { loop.step() }
        loop.handle(command)
        let isIdle = loop.scheduler.isIdle
        let blocksUsed = loop.scheduler.statistics.blocksUsed
        #expect(isIdle && blocksUsed == 0)
    }

    @Test("a full queue refuses and says how long to wait")
    func overload() async throws {
        let engine = try await engine {
            $0.maxQueuedRequests = 1
            $0.maxRunningRequests = 1
        }
        var kept: [Generation] = []
        var refusals = 0
        for _ in 0..<50 {
            switch Result(catching: { () throws(EngineError) in
                try engine.generate(request(maxTokens: 300))
            }) {
            case .success(let generation): kept.append(generation)
            case .failure(.overloaded(let seconds)):
                refusals += 1
                #expect((1...60).contains(seconds))
            case .failure(let error): Issue.record("\(error)")
            }
        }
        #expect(refusals > 0)
        #expect(!kept.isEmpty)
    }

    @Test("requests that are submitted together are queued together or not at all")
    func together() async throws {
        let engine = try await engine {
            $0.maxQueuedRequests = 4
            $0.maxRunningRequests = 1
        }
        // More than the queue holds, but it is empty: they can run, so they may wait.
        let first = try engine.generate(together: (0..<9).map { _ in request(maxTokens: 100) })
        var taken = first
        for _ in 0..<50 {
            let result = Result(catching: { () throws(EngineError) in
                try engine.generate(together: (0..<4).map { _ in request(maxTokens: 100) })
            })
            switch result {
            case .success(let generations): taken += generations
            case .failure(.overloaded): continue
            case .failure(let error): Issue.record("\(error)")
            }
        }
        #expect(first.count == 9)
        for generation in taken {
            var tokens = 0
            for await event in generation {
                if case .token = event { tokens += 1 }
            }
            #expect(tokens == 100)
        }
        #expect(taken.count < 209)
    }

    @Test("while draining nothing is taken, and what was taken is finished")
    func drains() async throws {
        let engine = try await engine()
        let generation = try engine.generate(request(maxTokens: 20))
        engine.startDraining()
        #expect(throws: EngineError.draining) { try engine.generate(request()) }
        var tokens = 0
        for await event in generation {
            if case .token = event { tokens += 1 }
        }
        #expect(tokens == 20)
    }

    @Test("after shutdown requests in flight end as aborted and new ones are refused")
    func shutsDown() async throws {
        let engine = try await engine()
        let generation = try engine.generate(request(maxTokens: 400))
        engine.shutDown()
        var reason: FinishReason?
        for await event in generation {
            if case .finished(let end) = event { reason = end.reason }
        }
        #expect(reason == .abort || reason == .length)
        #expect(throws: EngineError.self) { try engine.generate(request()) }
    }

    @Test("what can never run is refused before it is queued")
    func refusals() async throws {
        let engine = try await engine { $0.maxModelLength = 64 }
        #expect(throws: EngineError.promptEmpty) { try engine.generate(request([])) }
        for tokenID in [Int32(-1), .max, Int32(engine.model.vocabularySize)] {
            #expect(throws: EngineError.self) { try engine.generate(request([tokenID])) }
        }
        let long = [Int32](repeating: 5, count: 64)
        #expect(throws: EngineError.promptTooLong(tokenCount: 64, maxModelLength: 64)) {
            try engine.generate(request(long))
        }
        var wrong = request()
        wrong.parameters.topP = 0
        #expect(throws: EngineError.self) { try engine.generate(wrong) }
        #expect(engine.status.unfinishedRequestCount == 0)
    }
}

/// What is computed before anything is loaded.
@Suite("Memory plan")
struct MemoryPlanTests {
    private func plan(
        available: Int,
        _ configure: (inout EngineConfiguration) -> Void = { _ in }
    ) throws -> MemoryPlan {
        let folder = TestData.packageRoot + "/Examples/tiny-random"
        var configuration = EngineConfiguration(modelFolder: folder)
        configure(&configuration)
        return try MemoryPlan(
            configuration: configuration,
            description: Checkpoint(folder: folder).description,
            availableByteCount: available
        )
    }

    @Test("the parts fit into what is available")
    func fits() throws {
        let plan = try plan(available: 1 << 30)
        #expect(plan.totalByteCount < 1 << 30)
        #expect(plan.blockCount > 0)
        #expect(plan.maxModelLength <= plan.tokenCapacity)
    }

    @Test("a model that does not fit is refused with the numbers")
    func refuses() throws {
        let error = #expect(throws: EngineError.self) { try plan(available: 1 << 20) }
        #expect(error?.message.contains("available 1.0 MiB") == true)
    }

    @Test("a cache larger than the memory is refused, naming the flag")
    func refusesLargeCache() throws {
        let error = #expect(throws: EngineError.self) {
            try plan(available: 1 << 30) { $0.keyValueMemoryBytes = 2 << 30 }
        }
        #expect(error?.message.contains("--kv-cache-memory-bytes") == true)
    }

    @Test("a length the cache cannot hold is refused when asked for, and lowered when not")
    func lengths() throws {
        let cache =
            4 * (try plan(available: 1 << 30).keyValueByteCount)
            / max(1, try plan(available: 1 << 30).blockCount)
        let lowered = try plan(available: 1 << 30) { $0.keyValueMemoryBytes = cache / 2 }
        #expect(lowered.maxModelLength == 32)
        #expect(throws: EngineError.self) {
            try plan(available: 1 << 30) {
                $0.keyValueMemoryBytes = cache / 2
                $0.maxModelLength = 100
            }
        }
    }
}
