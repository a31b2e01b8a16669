import MartletClient
import Testing

@Suite("A call that fails")
struct RetryTests {
    typealias Answer = FakeServer.Answer

    let question = ChatRequest(model: "m", messages: [.user("Hi")])

    private static func refusal(_ status: String, _ headers: String = "") -> Answer {
        .json(
            #"{"error":{"message":"No.","type":"SomeError","param":"n","code":"some_code"}}"#,
            status: status,
            headers: headers
        )
    }

    /// A server that gives these answers in turn, the last one for ever, and a client with a clock.
    private func calls(
        _ answers: [Answer],
        deadline: Duration = .seconds(600),
        _ body: (FakeServer, ModelServer, FakeClock) async throws -> Void
    ) async throws {
        let fake = try await FakeServer.start { answers[min($0, answers.count - 1)] }
        let clock = FakeClock()
        let server = ModelServer(fake.address, deadline: deadline, clock: clock.callClock())
        try await body(fake, server, clock)
        try await fake.stop()
    }

    @Test(
        "what may pass is tried again",
        arguments: ["408 Timeout", "409 Conflict", "429 Busy", "500 Oops", "503 Draining"]
    )
    func retried(status: String) async throws {
        let answers = [Self.refusal(status), Self.refusal(status), .json(ModelServerTests.hello)]
        try await calls(answers) { fake, server, clock in
            let answer = try await server.complete(question)
            #expect(answer.text == "Hello.")
            #expect(clock.waits == [.milliseconds(250), .milliseconds(500)])
            #expect(fake.seen.requests.map(\.body).allSatisfy { $0 == fake.seen.requests[0].body })
        }
    }

    @Test(
        "what will not pass is thrown at once",
        arguments: ["400 Bad", "401 Who", "404 Nowhere", "422 What", "302 Elsewhere"]
    )
    func refused(status: String) async throws {
        try await calls([Self.refusal(status, "x-request-id: r1\r\n")]) { fake, server, clock in
            let error = await #expect(throws: ClientError.self) {
                try await server.complete(question)
            }
            let expected = ServerError(
                status: Int(status.prefix(3)) ?? 0,
                message: "No.",
                type: "SomeError",
                param: "n",
                code: "some_code",
                requestID: "r1"
            )
            #expect(error == .refused(expected))
            #expect(clock.waits == [])
            #expect(fake.seen.requests.count == 1)
        }
    }

    @Test("after the last repetition the server's error is thrown")
    func exhausted() async throws {
        try await calls([Self.refusal("503 No")]) { fake, server, clock in
            let error = await #expect(throws: ClientError.self) {
                try await server.stream(question)
            }
            #expect(error?.serverError?.status == 503)
            #expect(fake.seen.requests.count == 3)
        }
    }

    @Test("Retry-After is kept to, unless it is too long")
    func retryAfter() async throws {
        let answers = [
            Self.refusal("429 Busy", "retry-after: 9\r\n"),
            Self.refusal("429 Busy", "retry-after: 61\r\n"),
        ]
        try await calls(answers) { fake, server, clock in
            let error = await #expect(throws: ClientError.self) {
                try await server.complete(question)
            }
            #expect(error?.serverError?.retryAfter == .seconds(61))
            #expect(clock.waits == [.seconds(9)])
        }
    }

    @Test("nobody waits for what would come too late")
    func deadline() async throws {
        let busy = Self.refusal("429 Busy", "retry-after: 20\r\n")
        try await calls([busy], deadline: .seconds(30)) { fake, server, clock in
            let error = await #expect(throws: ClientError.self) {
                try await server.complete(question)
            }
            #expect(error?.serverError?.status == 429)
            #expect(clock.waits == [.seconds(20)])
        }
        try await calls([busy], deadline: .zero) { fake, server, clock in
            await #expect(throws: ClientError.tookTooLong) { try await server.complete(question) }
            #expect(fake.seen.requests.isEmpty)
        }
    }

    @Test("a connection that breaks before an answer is tried again")
    func broken() async throws {
        let answers = [Answer(pieces: [], closes: true), .json(ModelServerTests.hello)]
        try await calls(answers) { fake, server, clock in
            let answer = try await server.complete(question)
            #expect(answer.text == "Hello.")
            #expect(clock.waits.count == 1)
        }
    }

    @Test("nobody there is not a crash")
    func unreachable() async throws {
        let fake = try await FakeServer.start { _ in .json("{}") }
        try await fake.stop()
        let server = ModelServer(fake.address, retries: .never)
        let error = await #expect(throws: ClientError.self) { try await server.models() }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("cancelling ends a call that waits, and its connection")
    func cancelled() async throws {
        try await calls([Answer(pieces: [])]) { fake, server, clock in
            let call = Task { [question] in try await server.complete(question) }
            while fake.seen.requests.isEmpty { await Task.yield() }
            call.cancel()
            await #expect(throws: ClientError.cancelled) { try await call.value }
            for await _ in fake.closures { break }
        }
    }

    @Test(
        "errors of other servers are read",
        arguments: [
            (#"{"object":"error","message":"No.","type":"T","code":400}"#, "No."),
            (#"{"error":"No."}"#, "No."),
            (#"{"error":{"message":"No."}}"#, "No."),
            ("<html>Bad gateway</html>", "<html>Bad gateway</html>"),
            ("", "no reason given"),
        ]
    )
    func shapes(body: String, message: String) async throws {
        try await calls([.json(body, status: "400 Bad")]) { fake, server, clock in
            let error = await #expect(throws: ClientError.self) { try await server.models() }
            #expect(error?.serverError?.message == message)
        }
    }

    @Test("a conversation that is too long is known by its error")
    func contextExceeded() {
        let martlet = ServerError(
            status: 400,
            message: "The prompt has 9 tokens, but this model's maximum context length is 8 tokens."
        )
        #expect(ClientError.refused(martlet).isContextExceeded)
        let byCode = ServerError(status: 400, message: "No.", code: "context_length_exceeded")
        #expect(byCode.isContextExceeded)
        #expect(!ServerError(status: 400, message: "No.").isContextExceeded)
        #expect(!ServerError(status: 500, message: "context length").isContextExceeded)
    }
}
