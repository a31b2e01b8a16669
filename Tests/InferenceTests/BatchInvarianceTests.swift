import Architectures
import Checkpoints
import Compute
import Inference
import Sampling
import Scheduling
import TestData
import Testing

/// The same request gives the same bits, whatever happens beside it.
@Suite("Batch invariance")
struct BatchInvarianceTests {
    @Test("tokens and log-probabilities equal those of the request alone", arguments: 0..<200)
    func equalsAlone(seed: UInt64) async throws {
        let schedule = RandomSchedule(seed: seed)
        let answers = try await schedule.run()
        for (index, answer) in answers.sorted(by: { $0.key < $1.key }) {
            let alone = try await AloneAnswers.shared.answer(to: index)
            #expect(
                answer == alone,
                "seed \(seed), request \(index), \(schedule.settings): the bits differ"
            )
        }
    }

    @Test("requests of the same seed agree, of different seeds differ")
    func seedsMatter() async throws {
        let first = try await AloneAnswers.shared.answer(to: 1)
        let other = try await AloneAnswers.shared.answer(to: 3)
        #expect(first.tokenIDs.count > 4)
        #expect(first != other)
    }
}

/// One answer, as bits.
struct Answer: Equatable, Sendable {
    var tokenIDs: [Int32] = []
    var logprobBits: [UInt32] = []
    var promptLogprobBits: [UInt32] = []
    var finishReason: FinishReason?

    init(_ generation: AsyncStream<GenerationEvent>) async {
        for await event in generation {
            switch event {
            case .prompt(let prompt):
                promptLogprobBits = prompt.map { $0?.chosen.logprob.bitPattern ?? 0 }
            case .embedding: break
            case .token(let token, _):
                tokenIDs.append(token.tokenID)
                logprobBits += token.top.map(\.logprob.bitPattern)
                logprobBits.append(token.logprob?.logprob.bitPattern ?? 0)
            case .finished(let end):
                finishReason = end.reason
            }
        }
    }
}

/// The fixed set of requests that schedules draw from.
enum SampleRequests {
    static let count = 40
    static let longest = 130

    static func request(_ index: Int, vocabularySize: Int) -> GenerationRequest {
        var random = SeededGenerator(seed: UInt64(index) &+ 77)
        func tokens(_ count: Int, _ random: inout SeededGenerator) -> [Int32] {
            (0..<count).map { _ in
                Int32(3 + Int(random.next() % UInt64(vocabularySize - 3)))
            }
        }
        var shared = SeededGenerator(seed: 5)
        let lengths = [1, 3, 15, 16, 17, 31, 33, 60]
        var prompt = tokens(lengths[index % lengths.count], &random)
        if index % 3 == 0 { prompt = tokens(40, &shared) + prompt }
        var parameters = SamplingParameters()
        parameters.maxTokens = [1, 5, 12, 24][index % 4]
        parameters.ignoreEOS = true
        parameters.logprobs = 3
        if index % 2 == 0 {
            parameters.temperature = 0
        } else {
            parameters.temperature = 0.9
            parameters.topP = 0.95
            parameters.seed = UInt64(index)
        }
        if index % 5 == 0 { parameters.promptLogprobs = 1 }
        if index % 7 == 0 { parameters.repetitionPenalty = 1.2 }
        return GenerationRequest(promptTokenIDs: prompt, parameters: parameters)
    }
}

/// Each request of ``SampleRequests`` alone, computed once.
actor AloneAnswers {
    static let shared = AloneAnswers()
    private var answers: [Int: Answer] = [:]

    func answer(to index: Int) async throws -> Answer {
        if let known = answers[index] { return known }
        var schedule = RandomSchedule(seed: 0)
        schedule.settings = RandomSchedule.Settings(
            threadCount: 1,
            tokensPerStep: 256,
            maxRunning: 1,
            blockCount: 64,
            prefixCaching: false,
            policy: .continuous
        )
        schedule.arrivals = [RandomSchedule.Arrival(index: index, step: 0, cancelStep: nil)]
        let answer = try #require(try await schedule.run()[index])
        answers[index] = answer
        return answer
    }
}

/// Arrivals, cancellations and limits drawn from a seed, run step by step without a clock.
struct RandomSchedule {
    struct Settings {
        var threadCount: Int
        var tokensPerStep: Int
        var maxRunning: Int
        var blockCount: Int
        var prefixCaching: Bool
        var policy: SchedulingPolicy
    }

    struct Arrival {
        var index: Int
        var step: Int
        /// The step at which the client goes away; nil for one that stays.
        var cancelStep: Int?
    }

    var settings: Settings
    var arrivals: [Arrival]

    init(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        let blocksOfLongest = SampleRequests.longest / 16 + 1
        settings = Settings(
            threadCount: 1 + below(2),
            tokensPerStep: [1, 3, 16, 17, 64, 200][below(6)],
            maxRunning: 1 + below(32),
            // From "only one fits" to "all fit": preemptions in between.
            blockCount: blocksOfLongest + below(60),
            prefixCaching: below(3) > 0,
            policy: below(8) == 0 ? .static : .continuous
        )
        var indices = Array(0..<SampleRequests.count)
        indices.shuffle(using: &random)
        let count = 1 + below(32)
        arrivals = indices.prefix(count).map { index in
            let step = below(30)
            let cancels = below(5) == 0
            return Arrival(
                index: index,
                step: step,
                cancelStep: cancels ? step + below(20) : nil
            )
        }
    }

    /// The answers of the requests that stayed, by index.
    func run() async throws -> [Int: Answer] {
        var streams: [Int: AsyncStream<GenerationEvent>] = [:]
        try runLoop(&streams)
        var answers: [Int: Answer] = [:]
        for arrival in arrivals where arrival.cancelStep == nil {
            if let stream = streams[arrival.index] {
                answers[arrival.index] = await Answer(stream)
            }
        }
        return answers
    }

    private func runLoop(_ streams: inout [Int: AsyncStream<GenerationEvent>]) throws {
        var loop = try TinyEngine.makeLoop(settings)
        let vocabularySize = try TinyEngine.checkpoint().description.vocabularySize
        let lastStep = arrivals.map { max($0.step, $0.cancelStep ?? 0) }.max() ?? 0
        var step = 0
        while step <= lastStep || !loop.scheduler.isIdle {
            for arrival in arrivals where arrival.step == step {
                let (stream, output) = AsyncStream.makeStream(of: GenerationEvent.self)
                streams[arrival.index] = stream
                let request = SampleRequests.request(
                    arrival.index,
                    vocabularySize: vocabularySize
                )
                loop.handle(
                    .submit(
                        Submission(
                            id: RequestID(rawValue: UInt64(arrival.index)),
                            request: request,
                            maxTokens: request.parameters.maxTokens ?? 1,
                            submittedAt: ContinuousClock().now,
                            output: output
                        )
                    )
                )
            }
            for arrival in arrivals where arrival.cancelStep == step {
                loop.handle(.cancel(RequestID(rawValue: UInt64(arrival.index))))
            }
            if !loop.scheduler.isIdle { loop.step() }
            step += 1
            #expect(step < 100_000, "the schedule does not end")
        }
        let blocksUsed = loop.scheduler.statistics.blocksUsed
        #expect(blocksUsed == 0)
    }
}

/// The tiny random model of the repository, on a loop that the test turns by hand.
enum TinyEngine {
    static func checkpoint() throws -> Checkpoint {
        try Checkpoint(folder: TestData.packageRoot + "/Examples/tiny-random")
    }

    static func makeLoop(_ settings: RandomSchedule.Settings) throws -> EngineLoop {
        let checkpoint = try checkpoint()
        let description = checkpoint.description
        var configuration = EngineConfiguration(modelFolder: checkpoint.folder)
        configuration.threadCount = settings.threadCount
        configuration.maxTokensPerStep = settings.tokensPerStep
        configuration.maxRunningRequests = settings.maxRunning
        configuration.prefixCaching = settings.prefixCaching
        configuration.policy = settings.policy
        configuration.maxModelLength = SampleRequests.longest
        configuration.keyValueMemoryBytes = PagedKeyValues.byteCount(
            layerCount: description.layerCount,
            blockCount: settings.blockCount,
            keyValueHeadCount: description.keyValueHeadCount,
            headDimension: description.headDimension,
            elementType: .float32
        )
        let plan = try MemoryPlan(
            configuration: configuration,
            description: description,
            availableByteCount: 8 << 30
        )
        let builder = EngineBuilder(
            configuration: configuration,
            checkpoint: checkpoint,
            plan: plan
        )
        return EngineLoop(
            inbox: Inbox(maxWaitingRequests: 1000, maxWaitingTokens: 1_000_000),
            board: StatusBoard(builder.makeScheduler().statistics),
            observer: nil,
            runner: try builder.makeRunner(on: try builder.makeDevice()) { _ in },
            vocabularySize: description.vocabularySize,
            defaultSeed: 0,
            scheduler: builder.makeScheduler()
        )
    }
}
