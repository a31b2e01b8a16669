import LoadTesting
import NIOCore
import NIOPosix
import Testing

@Suite("A server as target")
struct ServerTargetTests {
    typealias Answer = LoopbackServer.Answer

    static let story = [
        #"data: {"choices":[{"text":"Once","token_ids":[5]}]}"# + "\n\n",
        #"data: {"choices":[{"text":" upon","token_ids":[6,7]}]}"# + "\r\n\r\n",
        ": a comment to keep the line open\n\n",
        #"data: {"choices":[{"text":"","finish_reason":"length"}]}"# + "\n\n",
        #"data: {"choices":[],"usage":{"prompt_tokens":4,"completion_tokens":3}}"# + "\n\n",
        "data: [DONE]\n\n",
    ]

    let call = CompletionCall(
        model: "m",
        prompt: .text("Say \"é\""),
        maxTokens: 3,
        ignoreEOS: true,
        seed: 9
    )

    /// A server that gives one answer to everything, and a target for it.
    func target(
        silenceSeconds: Double = 60,
        _ answer: @escaping @Sendable (String, Int) -> Answer
    ) async throws -> (server: LoopbackServer, target: ServerTarget) {
        let server = try await LoopbackServer.start(answer: answer)
        let address = try HTTPAddress(server.address + "/v1/")
        return (server, ServerTarget(address: address, silenceSeconds: silenceSeconds))
    }

    /// The error with which the answer is refused.
    func failure(_ answer: Answer) async throws -> LoadTestError? {
        let (server, target) = try await target { _, _ in answer }
        let error = await #expect(throws: LoadTestError.self) { try await target.complete(call) }
        try await server.stop()
        return error
    }

    @Test("a streamed answer is put together", arguments: [1, 7, 100_000])
    func stream(pieceLength: Int) async throws {
        let text = Array(Self.story.joined())
        let pieces = stride(from: 0, to: text.count, by: pieceLength).map {
            String(text[$0..<min($0 + pieceLength, text.count)])
        }
        let (server, target) = try await target { _, _ in .events(pieces) }
        let record = try await target.complete(call)
        #expect(record.text == "Once upon")
        #expect(record.tokenIDs == [5, 6, 7])
        #expect(record.pieces.map(\.tokenCount) == [1, 2])
        #expect(record.promptTokenCount == 4)
        #expect(record.outputTokenCount == 3)
        let times = [record.start] + record.pieces.map(\.time) + [record.end]
        #expect(times == times.sorted())
        try await server.stop()
    }

    @Test("the request is what an OpenAI server expects")
    func request() async throws {
        let (server, target) = try await target { _, _ in .events(Self.story) }
        _ = try await target.complete(call)
        let request = try #require(server.seen.requests.first)
        #expect(request.hasPrefix("POST /v1/completions HTTP/1.1\r\nhost: 127.0.0.1:"))
        for part in [
            #""model":"m""#, #""prompt":"Say \"é\"""#, #""max_tokens":3"#, #""ignore_eos":true"#,
            #""temperature":0"#, #""seed":9"#, #""stream":true"#,
            #""stream_options":{"include_usage":true}"#,
        ] {
            #expect(request.contains(part))
        }
        #expect(!request.contains("return_token_ids"))
        try await server.stop()
    }

    @Test("one connection serves request after request")
    func keepAlive() async throws {
        let (server, target) = try await target { _, _ in .events(Self.story) }
        for _ in 0..<5 { _ = try await target.complete(call) }
        #expect(server.seen.connectionCount == 1)
        #expect(server.seen.requests.count == 5)
        try await server.stop()
    }

    @Test(
        "a connection that the server closes between requests is replaced",
        arguments: [true, false]
    )
    func reconnect(isAnnounced: Bool) async throws {
        let (server, target) = try await target { _, _ in
            var answer = Answer.json(
                #"{"data":[{"id":"m","max_model_len":512}]}"#,
                headers: isAnnounced ? "connection: close\r\n" : ""
            )
            answer.closes = true
            return answer
        }
        for _ in 0..<3 {
            let description = try await target.describe()
            #expect(description == TargetDescription(model: "m", maxModelLength: 512))
        }
        #expect(server.seen.connectionCount == 3)
        try await server.stop()
    }

    @Test("error statuses carry the server's words")
    func errorStatus() async throws {
        let shapes = [
            #"{"error":{"message":"no room","type":"x","param":null,"code":429}}"#,
            #"{"error":"no room"}"#, #"{"object":"error","message":"no room"}"#, "no room",
        ]
        for shape in shapes {
            let error = try await failure(.json(shape, status: "429 Too Many Requests"))
            #expect(error == .refused(status: 429, message: "no room"))
        }
    }

    @Test("an answer that breaks off is an error of its own kind")
    func dropped() async throws {
        let cut = try await failure(.events(Array(Self.story.prefix(2)), ends: false))
        #expect(cut?.shortDescription == "connection lost")
        let nothing = try await failure(Answer(pieces: [], closes: true))
        #expect(nothing?.shortDescription == "connection lost")
    }

    @Test("answers that are not what they should be are refused")
    func malformed() async throws {
        let answers: [Answer] = [
            .events(Array(Self.story.dropLast())),
            .events(["data: {\"choices\":\n\n"]),
            .events(["data: 3\n\n"]),
            Answer(pieces: ["SSH-2.0-OpenSSH_9.2\r\n"], closes: true),
        ]
        for answer in answers {
            #expect(try await failure(answer)?.shortDescription == "malformed answer")
        }
    }

    @Test("an error within the stream is the request's failure")
    func errorEvent() async throws {
        let event = #"data: {"error":{"message":"out of luck","code":500}}"# + "\n\n"
        let error = try await failure(.events([Self.story[0], event, "data: [DONE]\n\n"]))
        #expect(error == .refused(status: 200, message: "out of luck"))
    }

    @Test("token ids are asked for and have to come")
    func tokenIDs() async throws {
        let (server, target) = try await target { _, index in
            index == 0
                ? .events(Self.story)
                : .events(Self.story.map { $0.replacing("token_ids", with: "other") })
        }
        let call = CompletionCall(model: "m", prompt: .tokenIDs([3, 4]), maxTokens: 3)
        #expect(try await target.complete(call).tokenIDs == [5, 6, 7])
        #expect(server.seen.requests[0].contains(#""prompt":[3,4]"#))
        #expect(server.seen.requests[0].contains(#""return_token_ids":true"#))
        let error = await #expect(throws: LoadTestError.self) { try await target.complete(call) }
        #expect(error?.description.contains("return_token_ids") == true)
        try await server.stop()
    }

    @Test("a server that is silent for too long has failed the request")
    func silence() async throws {
        let (server, target) = try await target(silenceSeconds: 0.05) { _, _ in
            Answer(pieces: ["HTTP/1.1 200 OK\r\n"])
        }
        let error = await #expect(throws: LoadTestError.self) { try await target.complete(call) }
        #expect(error == .timedOut(seconds: 0.05))
        try await server.stop()
    }

    @Test("nothing at the address is said so")
    func nothingThere() async throws {
        let (server, target) = try await target { _, _ in Answer(pieces: []) }
        try await server.stop()
        let error = await #expect(throws: LoadTestError.self) { try await target.describe() }
        #expect(error?.shortDescription == "cannot connect")
    }

    @Test("a cancelled request ends")
    func cancelled() async throws {
        let (requests, arrived) = AsyncStream.makeStream(of: Void.self)
        let (server, target) = try await target { _, _ in
            arrived.yield()
            return Answer(pieces: [])
        }
        let task = Task { try await target.complete(call) }
        for await _ in requests.prefix(1) { task.cancel() }
        await #expect(throws: CancellationError.self) { try await task.value }
        try await server.stop()
    }

    @Test("the KV cache is read from the metrics where they are there")
    func metrics() async throws {
        let text = """
            # HELP martlet:kv_cache_allocated_slot_steps_total Slots.
            martlet:kv_cache_allocated_slot_steps_total{model_name="a b",engine="0"} 64
            martlet:kv_cache_allocated_slot_steps_total{model_name="c",engine="0"} 16.0 17000
            martlet:kv_cache_filled_slot_steps_total 60
            martlet:kv_cache_filled_slot_steps_total_other 7

            """
        let (server, target) = try await target { _, index in
            [.json(text), .json("vllm:other 1\n"), .json("no", status: "404 Not Found")][index]
        }
        #expect(await target.cacheSlotSteps() == CacheSlotSteps(allocated: 80, filled: 60))
        #expect(await target.cacheSlotSteps() == nil)
        #expect(await target.cacheSlotSteps() == nil)
        try await server.stop()
    }
}
