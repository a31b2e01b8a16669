import JSONDocuments
import MartletClient
import Testing

@Suite("A call")
struct ModelServerTests {
    typealias Answer = FakeServer.Answer

    static let hello = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
        "message":{"role":"assistant","content":"Hello.","tool_calls":[],"refusal":null},
        "logprobs":{"content":[{"token":"Hello.","logprob":-0.5,"bytes":[72],"top_logprobs":
        [{"token":"Hello.","logprob":-0.5},{"token":"Hi","logprob":-1}]}]},
        "finish_reason":"stop"}],"usage":{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9,
        "prompt_tokens_details":{"cached_tokens":4}}}
        """

    let question = ChatRequest(model: "m", messages: [.user("Say \"é\"")])

    @Test("a request says what it was told to, and nothing more")
    func requestBody() async throws {
        let fake = try await FakeServer.start { _ in .json(Self.hello) }
        let server = ModelServer(fake.address + "/", apiKey: "secret")
        _ = try await server.complete(question)
        var full = question
        full.messages = [
            .system("Be brief."), .user("Weather?"),
            ChatMessage(
                role: .assistant,
                content: nil,
                toolCalls: [ToolCall(id: "1", name: "look", arguments: "{}")]
            ),
            .tool("rain", answering: "1"),
        ]
        full.temperature = 0
        full.topP = 0.5
        full.maxTokens = 9
        full.stop = ["\n"]
        full.seed = 3
        full.answerCount = 2
        full.tools = [Tool(name: "look", description: "Looks.", parameters: ["type": "object"])]
        full.toolChoice = .named("look")
        full.responseFormat = .jsonSchema(["type": "array"], name: "list")
        full.topLogprobCount = 2
        full.extraFields = [JSONMember("top_k", 5), JSONMember("seed", 4)]
        _ = try await server.complete(full)
        let requests = fake.seen.requests
        #expect(requests.map(\.line) == ["POST /v1/chat/completions", "POST /v1/chat/completions"])
        #expect(requests[0].headers["authorization"] == "Bearer secret")
        #expect(requests[0].headers["content-type"] == "application/json")
        #expect(
            requests[0].json
                == ["model": "m", "messages": [["role": "user", "content": "Say \"é\""]]]
        )
        #expect(requests[1].json == Self.fullRequest)
        try await fake.stop()
    }

    private static let fullRequest: JSONValue = [
        "model": "m",
        "messages": [
            ["role": "system", "content": "Be brief."],
            ["role": "user", "content": "Weather?"],
            [
                "role": "assistant", "content": .null,
                "tool_calls": [
                    [
                        "id": "1", "type": "function",
                        "function": ["name": "look", "arguments": "{}"],
                    ]
                ],
            ],
            ["role": "tool", "content": "rain", "tool_call_id": "1"],
        ],
        "temperature": 0.0, "top_p": 0.5, "max_tokens": 9, "stop": ["\n"], "n": 2,
        "tools": [
            [
                "type": "function",
                "function": [
                    "name": "look", "description": "Looks.", "parameters": ["type": "object"],
                ],
            ]
        ],
        "tool_choice": ["type": "function", "function": ["name": "look"]],
        "response_format": [
            "type": "json_schema",
            "json_schema": ["name": "list", "schema": ["type": "array"], "strict": true],
        ],
        "logprobs": true, "top_logprobs": 2, "top_k": 5, "seed": 4,
    ]

    @Test("an answer is read")
    func answer() async throws {
        let fake = try await FakeServer.start { _ in .json(Self.hello) }
        let answer = try await ModelServer(fake.address).complete(question)
        let top = [
            TokenLogprob(token: "Hello.", logprob: -0.5), TokenLogprob(token: "Hi", logprob: -1),
        ]
        let choice = ChatChoice(
            index: 0,
            message: .assistant("Hello."),
            finishReason: .stop,
            logprobs: [TokenLogprob(token: "Hello.", logprob: -0.5, top: top)]
        )
        let usage = TokenUsage(promptTokens: 7, completionTokens: 2, cachedTokens: 4)
        #expect(
            answer == ChatCompletion(id: "chatcmpl-1", model: "m", choices: [choice], usage: usage)
        )
        try await fake.stop()
    }

    @Test("tool calls are read, whatever the model wrote as arguments")
    func toolCalls() async throws {
        let body = """
            {"choices":[{"index":0,"finish_reason":"tool_calls","message":{"role":"assistant",
            "content":null,"reasoning_content":"Hm.","tool_calls":[
            {"id":"a","type":"function","function":{"name":"look","arguments":"{\\"city\\":1}"}},
            {"id":"b","type":"function","function":{"name":"look","arguments":"oops"}}]}}]}
            """
        let fake = try await FakeServer.start { _ in .json(body) }
        let answer = try await ModelServer(fake.address).complete(question)
        #expect(answer.choices[0].finishReason == .toolCalls)
        #expect(answer.choices[0].message.reasoning == "Hm.")
        #expect(answer.toolCalls.map(\.id) == ["a", "b"])
        #expect(try answer.toolCalls[0].parsedArguments() == ["city": 1])
        #expect(throws: JSONError.self) { try answer.toolCalls[1].parsedArguments() }
        try await fake.stop()
    }

    @Test("the other routes")
    func otherRoutes() async throws {
        let answers = [
            #"{"object":"list","data":[{"id":"m","max_model_len":512},{"id":"n"}]}"#,
            #"{"count":5,"max_model_len":512,"tokens":[1,2,3,4,5]}"#,
            #"{"model":"m","data":[{"index":1,"embedding":[3]},{"index":0,"embedding":[1,2.5]}]}"#,
            #"{"id":"c","choices":[{"index":0,"text":" upon","finish_reason":"x"}]}"#,
        ]
        let fake = try await FakeServer.start { .json(answers[$0]) }
        let server = ModelServer(fake.address)
        let models = try await server.models()
        #expect(models.map(\.id) == ["m", "n"])
        #expect(models.map(\.contextLength) == [512, nil])
        #expect(try await server.countTokens(question).count == 5)
        #expect(try await server.embed(["a", "b"], model: "m").vectors == [[1, 2.5], [3]])
        let completion = try await server.complete(CompletionRequest(model: "m", prompt: "Once"))
        #expect(completion.text == " upon")
        #expect(completion.choices[0].finishReason == .other("x"))
        let lines = fake.seen.requests.map(\.line)
        #expect(
            lines == [
                "GET /v1/models", "POST /tokenize", "POST /v1/embeddings", "POST /v1/completions",
            ]
        )
        try await fake.stop()
    }

    @Test(
        "what is not an answer is said to be none",
        arguments: ["", "<html>", "[]", "{}", #"{"choices":[{}]}"#, #"{"choices":null}"#]
    )
    func malformed(body: String) async throws {
        let fake = try await FakeServer.start { _ in .json(body) }
        let error = await #expect(throws: ClientError.self) {
            try await ModelServer(fake.address).complete(question)
        }
        guard case .malformedAnswer = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(fake.seen.requests.count == 1)
        try await fake.stop()
    }
}
