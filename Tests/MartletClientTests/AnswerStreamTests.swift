import JSONDocuments
import MartletClient
import Testing

@Suite("A streamed answer")
struct AnswerStreamTests {
    typealias Answer = FakeServer.Answer

    let question = ChatRequest(model: "m", messages: [.user("Hi")])

    private static func chunk(_ choices: String, _ more: String = "") -> String {
        #"data: {"id":"c","model":"m","choices":[\#(choices)]\#(more)}"# + "\n\n"
    }

    private static let story = [
        chunk(#"{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}"#),
        chunk(#"{"index":0,"delta":{"content":"Pâté"}}"#),
        ": keep-alive\n\n",
        chunk(#"{"index":1,"delta":{"content":"Or not"}}"#),
        chunk(#"{"index":0,"delta":{"content":" 🐦"}}"#),
        chunk(#"{"index":0,"delta":{},"finish_reason":"stop"}"#),
        chunk(#"{"index":1,"delta":{},"finish_reason":"length"}"#),
        chunk("", #","usage":{"prompt_tokens":3,"completion_tokens":5}"#),
        "data: [DONE]\n\n",
    ]

    private func chunks(_ answer: Answer) async throws -> [ChatChunk] {
        let fake = try await FakeServer.start { _ in answer }
        var chunks: [ChatChunk] = []
        do {
            let stream = try await ModelServer(fake.address).stream(question)
            for try await chunk in stream { chunks.append(chunk) }
        } catch {
            try await fake.stop()
            throw error
        }
        try await fake.stop()
        return chunks
    }

    @Test("it is put together from pieces of any size", arguments: [1, 2, 7, 100_000])
    func pieces(length: Int) async throws {
        let fake = try await FakeServer.start { _ in
            .events(Self.cut(Self.story.joined(), length))
        }
        let answer = try await ModelServer(fake.address).stream(question).collected()
        let expected = ChatCompletion(
            id: "c",
            model: "m",
            choices: [
                ChatChoice(index: 0, message: .assistant("Pâté 🐦"), finishReason: .stop),
                ChatChoice(index: 1, message: .assistant("Or not"), finishReason: .length),
            ],
            usage: TokenUsage(promptTokens: 3, completionTokens: 5)
        )
        #expect(answer == expected)
        try await fake.stop()
    }

    /// Pieces of so many characters.
    private static func cut(_ text: String, _ length: Int) -> [String] {
        let characters = Array(text)
        return stride(from: 0, to: characters.count, by: length).map {
            String(characters[$0..<min($0 + length, characters.count)])
        }
    }

    @Test("tool calls are put together, side by side")
    func toolCalls() async throws {
        func call(_ json: String) -> String {
            Self.chunk(#"{"index":0,"delta":{"tool_calls":[\#(json)]}}"#)
        }
        let answer = Answer.events([
            call(#"{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}"#),
            call(#"{"index":0,"function":{"arguments":"{\"x\""}}"#),
            call(#"{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}"#),
            call(#"{"index":0,"function":{"arguments":":1}"}}"#),
            call(#"{"index":1,"id":"b","function":{"name":"g","arguments":"}"}}"#),
            Self.chunk(#"{"index":0,"delta":{},"finish_reason":"tool_calls"}"#),
            "data: [DONE]\n\n",
        ])
        var assembler = ChatAssembler()
        for chunk in try await chunks(answer) { assembler.append(chunk) }
        let expected = [
            ToolCall(id: "a", name: "f", arguments: #"{"x":1}"#),
            ToolCall(id: "b", name: "g", arguments: "{}"),
        ]
        #expect(assembler.completion.toolCalls == expected)
        #expect(assembler.completion.choices[0].message.content == nil)
        #expect(assembler.completion.choices[0].finishReason == .toolCalls)
    }

    @Test("an error in the middle is thrown, after what came before it")
    func errorFrame() async throws {
        let error = #"data: {"error":{"message":"Shutting down.","type":"T","code":503}}"# + "\n\n"
        let fake = try await FakeServer.start { _ in
            .events([Self.story[1], error, "data: [DONE]\n\n"])
        }
        var text = ""
        let thrown = await #expect(throws: ClientError.self) {
            for try await chunk in try await ModelServer(fake.address).stream(question) {
                text += chunk.text
            }
        }
        let expected = ServerError(status: 503, message: "Shutting down.", type: "T")
        #expect(thrown == .interrupted(expected))
        #expect(text == "Pâté")
        #expect(fake.seen.requests.count == 1)
        try await fake.stop()
    }

    @Test("an answer without its end is not taken for whole", arguments: [true, false])
    func cutOff(isCutOff: Bool) async throws {
        let error = await #expect(throws: ClientError.self) {
            try await chunks(.events(Array(Self.story.dropLast()), isCutOff ? .isCutOff : .ends))
        }
        guard case .cutOff = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("what is no chunk is refused", arguments: ["{", "[1]", #"{"choices":1}"#, ""])
    func malformed(event: String) async throws {
        let error = await #expect(throws: ClientError.self) {
            try await chunks(.events(["data: \(event)\n\n", "data: [DONE]\n\n"]))
        }
        guard case .malformedAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("one stream follows another")
    func reuse() async throws {
        let fake = try await FakeServer.start { _ in .events(Self.story) }
        let server = ModelServer(fake.address)
        for _ in 0..<3 {
            for try await _ in try await server.stream(question) {}
        }
        #expect(fake.seen.requests.count == 3)
        #expect(fake.seen.requests[0].json?["stream"] == true)
        #expect(fake.seen.requests[0].json?["stream_options"] == ["include_usage": true])
        try await fake.stop()
    }

    @Test("letting a stream go closes its connection")
    func dropped() async throws {
        let fake = try await FakeServer.start { _ in .events([Self.story[1]], .staysOpen) }
        let server = ModelServer(fake.address)
        for try await chunk in try await server.stream(question) {
            #expect(chunk.text == "Pâté")
            break
        }
        for await _ in fake.closures { break }
        // Not even begun to read.
        _ = try await server.stream(question)
        for await _ in fake.closures { break }
        try await fake.stop()
    }

    @Test("cancelling the reader closes the connection")
    func cancelled() async throws {
        let fake = try await FakeServer.start { _ in .events([Self.story[1]], .staysOpen) }
        let (began, begin) = AsyncStream.makeStream(of: Void.self)
        let reader = Task { [question] in
            for try await _ in try await ModelServer(fake.address).stream(question) {
                begin.yield()
            }
        }
        for await _ in began { break }
        reader.cancel()
        await #expect(throws: ClientError.cancelled) { try await reader.value }
        for await _ in fake.closures { break }
        try await fake.stop()
    }

    @Test("a stream that goes on beyond the deadline is left")
    func deadline() async throws {
        let fake = try await FakeServer.start { _ in .events([Self.story[1]], .staysOpen) }
        let clock = FakeClock()
        let server = ModelServer(fake.address, deadline: .seconds(9), clock: clock.callClock())
        await #expect(throws: ClientError.tookTooLong) {
            for try await _ in try await server.stream(question) { clock.turn(.seconds(9)) }
        }
        for await _ in fake.closures { break }
        try await fake.stop()
    }
}
