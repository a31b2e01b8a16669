import LoadTesting
import Synchronization
import Testing

@Suite("The experiment")
struct ExperimentTests {
    func configuration(
        _ change: (inout ConversationConfiguration) -> Void = { _ in }
    ) -> ConversationConfiguration {
        var configuration = ConversationConfiguration()
        configuration.users = [1, 2]
        configuration.requestsPerUser = 5
        configuration.maxTokens = 10
        change(&configuration)
        return configuration
    }

    func run(
        _ target: FakeTarget,
        _ configuration: ConversationConfiguration
    ) async throws -> TargetResult {
        try await ConversationExperiment(configuration).run(target) { target.follow($0) }
    }

    @Test("figures follow from the target's times")
    func figures() async throws {
        let target = FakeTarget(slots: CacheSlotSteps(allocated: 64, filled: 62))
        let result = try await run(target, configuration())
        let alone = try #require(result.runs.first)
        #expect(alone.users == 1)
        #expect(alone.response.count == 5)
        #expect(abs(alone.response.mean - 0.019) < 1e-9)
        #expect(abs(alone.firstToken.p99 - 0.010) < 1e-9)
        #expect(abs(alone.interToken.p50 - 0.001) < 1e-9)
        #expect(alone.interToken.count == 45)
        #expect(alone.outputTokens == 50)
        #expect(abs(alone.durationSeconds - 5 * 0.019) < 1e-9)
        #expect(abs(alone.outputTokensPerSecond - 50 / 0.095) < 1e-6)
        #expect(alone.cacheWaste == 2.0 / 64)
        #expect(alone.failureCount == 0)
        #expect(result.runs.map(\.response.count) == [5, 10])
        #expect(abs((result.ratio(users: 2) ?? 0) - 2) < 1e-9)
        #expect(result.runs.map(\.ratioToOneUser) == [1, result.ratio(users: 2)])
        #expect(result.ratio(users: 9) == nil)
    }

    @Test("the history is carried from request to request")
    func history() async throws {
        let target = FakeTarget()
        _ = try await run(target, configuration { $0.users = [1] })
        let prompts = target.calls.map { call -> String in
            if case .text(let text) = call.prompt { text } else { "" }
        }
        #expect(prompts.count == 5)
        for (before, after) in zip(prompts, prompts.dropFirst()) {
            #expect(after.hasPrefix(before + "aaaaaaaaaa\n"))
        }
    }

    @Test(
        "whole turns are dropped from the front where the context ends",
        arguments: [false, true]
    )
    func truncation(usesTokenIDs: Bool) async throws {
        let limit = usesTokenIDs ? 100 : 400
        let target = FakeTarget(maxModelLength: limit)
        let result = try await run(
            target,
            configuration {
                $0.users = [1, 3]
                $0.requestsPerUser = 20
                $0.promptForm = usesTokenIDs ? .tokenIDs : .text
            }
        )
        #expect(result.contextLimit == limit)
        let lengths = target.calls.map(\.prompt.length)
        #expect(lengths.count == 80)
        #expect(lengths.allSatisfy { $0 + 10 <= limit })
        #expect(lengths.contains { $0 > limit / 2 }, "what fits is kept")
    }

    @Test("with token ids exactly as many turns stay as fit")
    func exactTruncation() async throws {
        // A turn has 24 + 10 tokens; 2 turns, a question and an answer have 102.
        let target = FakeTarget(maxModelLength: 102)
        _ = try await run(
            target,
            configuration {
                $0.users = [1]
                $0.promptForm = .tokenIDs
            }
        )
        #expect(target.calls.map(\.prompt.length) == [24, 58, 92, 92, 92])
    }

    @Test("a target without a tokenizer gets token ids")
    func automaticForm() async throws {
        let target = FakeTarget { _, call in
            if case .text = call.prompt {
                .refused(status: 400, message: "no tokenizer")
            } else {
                nil
            }
        }
        let result = try await run(target, configuration())
        #expect(result.promptForm == "token-ids")
        #expect(result.runs.map(\.failureCount) == [0, 0])
    }

    @Test("where the target finds a prompt too long, the history is shortened")
    func overflow() async throws {
        let target = FakeTarget { _, call in
            call.prompt.length > 300
                ? .refused(status: 400, message: "longer than the maximum context length") : nil
        }
        let result = try await run(target, configuration { $0.requestsPerUser = 12 })
        #expect(result.runs.map(\.failureCount) == [0, 0])
    }

    @Test("failures are counted by kind and the conversation goes on")
    func failures() async throws {
        let target = FakeTarget { index, _ in
            [2: .timedOut(seconds: 1), 4: .refused(status: 503, message: "full")][index]
        }
        let result = try await run(target, configuration { $0.users = [1] })
        #expect(result.runs[0].failures == ["timed out": 1, "HTTP 503": 1])
        #expect(result.runs[0].response.count == 3)
        #expect(result.runs[0].firstFailure == "The server sent nothing for 1.0 seconds.")
    }

    @Test("a target that fails at once ends the experiment")
    func firstFailure() async throws {
        let target = FakeTarget { _, _ in .connectionLost("gone") }
        await #expect(throws: LoadTestError.connectionLost("gone")) {
            try await run(target, configuration())
        }
    }

    @Test("no conversation occurs twice, and every target gets the same ones")
    func seeds() async throws {
        func prompts(seed: UInt64) async throws -> Set<String> {
            let target = FakeTarget()
            _ = try await run(
                target,
                configuration {
                    $0.requestsPerUser = 1
                    $0.users = [1, 2, 3, 9]
                    $0.seed = seed
                }
            )
            return Set(target.calls.map { "\($0.prompt) \($0.seed)" })
        }
        let first = try await prompts(seed: 4)
        #expect(first.count == 15)
        #expect(try await prompts(seed: 4) == first)
        #expect(try await prompts(seed: 5).isDisjoint(with: first))
    }

    @Test("questions come from the lines of a file in turn")
    func lines() async throws {
        let target = FakeTarget()
        _ = try await run(
            target,
            configuration {
                $0.users = [1]
                $0.requestsPerUser = 4
                $0.questions = .file(text: "one\n\ntwo\r\n")
                $0.contextLimit = 15
            }
        )
        let texts = target.calls.map { "\($0.prompt)" }
        #expect(texts.filter { $0.contains("one") }.count == 2)
        #expect(texts.filter { $0.contains("two") }.count == 2)
    }

    @Test("progress counts up to the last request")
    func progress() async throws {
        let seen = Mutex<[ExperimentProgress]>([])
        let experiment = try ConversationExperiment(configuration())
        let result = try await experiment.run(targets: [FakeTarget(), FakeTarget(name: "b")]) {
            progress in seen.withLock { $0.append(progress) }
        }
        #expect(result.targets.map(\.name) == ["fake", "b"])
        let counts = seen.withLock { $0.map(\.completedRequests) }
        let once = Array(0...5) + Array(0...10)
        #expect(counts == once + once)
        let last = seen.withLock { $0.last }
        #expect(last?.line == "b: 2 users (run 2 of 2), 10 of 10 requests, 100 %")
    }

    @Test("values without meaning are refused")
    func validation() {
        let changes: [(inout ConversationConfiguration) -> Void] = [
            { $0.users = [] }, { $0.users = [0] }, { $0.users = [1, 1] },
            { $0.users = [4097] }, { $0.requestsPerUser = 0 }, { $0.maxTokens = 0 },
            { $0.questionTokenCount = 0 }, { $0.questionTokenIDs = -1...5 },
            { $0.temperature = .nan }, { $0.temperature = 3 }, { $0.contextLimit = 0 },
            { $0.questions = .file(text: "\n\n") },
        ]
        for change in changes {
            #expect(throws: LoadTestError.self) {
                try ConversationExperiment(configuration(change))
            }
        }
    }

    @Test("a context without room for one answer is refused")
    func noRoom() async throws {
        await #expect(throws: LoadTestError.self) {
            try await run(FakeTarget(maxModelLength: 10), configuration())
        }
    }
}
