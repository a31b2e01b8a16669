import JSONDocuments
import TestData
import Testing

@Suite("Responses, messages and embeddings over HTTP")
struct BlockProtocolTests {
    private let tool = #"""
        {"type":"object","properties":{"a":{"type":"boolean"}},"required":["a"],
         "additionalProperties":false}
        """#

    @Test("a streamed response ends with the whole one")
    func responses() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let fields = #""input":"Hi","max_output_tokens":24,"temperature":0"#
            let whole = try await server.client.post("/v1/responses", "{\(fields)}")?.json
            #expect(whole?["object"]?.string == "response")
            let streamed = try #require(
                try await server.client.post("/v1/responses", #"{\#(fields),"stream":true}"#)
            )
            let events = streamed.chunks
            #expect(events.first?["type"]?.string == "response.created")
            #expect(
                events.map { $0["sequence_number"]?.integer } == events.indices.map { Int64($0) }
            )
            let texts = events.filter { $0["type"]?.string == "response.output_text.delta" }
            let text = texts.compactMap { $0["delta"]?.string }.joined()
            let last = try #require(events.last?["response"])
            #expect(last["status"] == whole?["status"])
            let part = { (json: JSONValue?) in json?["output"]?[0]?["content"]?[0]?["text"] }
            #expect(part(last) == part(whole))
            #expect(part(whole)?.string == text)
            #expect(last["usage"]?["output_tokens"] == whole?["usage"]?["output_tokens"])
        }
    }

    @Test("a forced call is an item of its own")
    func responsesCall() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let json = try await server.client.post(
                "/v1/responses",
                #"""
                {"input":"Hi","max_output_tokens":200,"tool_choice":"required","seed":1,
                 "parallel_tool_calls":false,
                 "tools":[{"type":"function","name":"f","parameters":\#(tool)}]}
                """#
            )?.json
            let item = json?["output"]?[0]
            #expect(item?["type"]?.string == "function_call" && item?["name"]?.string == "f")
            let arguments = try JSONParser.parse(Array((item?["arguments"]?.string ?? "").utf8))
            #expect(arguments["a"]?.bool != nil)
        }
    }

    @Test("a streamed message has the blocks of the whole one")
    func messages() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let fields = #"""
                "max_tokens":200,"messages":[{"role":"user","content":"Hi"}],"temperature":0,
                "tools":[{"name":"f","input_schema":\#(tool)}],"tool_choice":{"type":"any",
                "disable_parallel_tool_use":true}
                """#
            let whole = try await server.client.post("/v1/messages", "{\(fields)}")?.json
            #expect(whole?["stop_reason"]?.string == "tool_use")
            let block = whole?["content"]?[0]
            #expect(block?["type"]?.string == "tool_use" && block?["name"]?.string == "f")
            let streamed = try #require(
                try await server.client.post("/v1/messages", #"{\#(fields),"stream":true}"#)
            )
            let events = streamed.chunks
            #expect(events.first?["type"]?.string == "message_start")
            #expect(events.last?["type"]?.string == "message_stop")
            let json = events.compactMap { $0["delta"]?["partial_json"]?.string }.joined()
            #expect(try JSONParser.parse(Array(json.utf8)) == block?["input"])
            let end = events.first { $0["type"]?.string == "message_delta" }
            #expect(end?["delta"]?["stop_reason"]?.string == "tool_use")
        }
    }

    @Test("counting says how long the prompt is; errors have Anthropic's shape")
    func counting() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let body = #"{"messages":[{"role":"user","content":"Hi there"}]}"#
            let counted = try await server.client.post("/v1/messages/count_tokens", body)?.json
            let tokens = try await server.client.post("/tokenize", body)?.json
            #expect(counted?["input_tokens"] == tokens?["count"])
            let error = try await server.client.post("/v1/messages", body)
            #expect(error?.status == 400)
            #expect(error?.json?["type"]?.string == "error")
            #expect(error?.json?["error"]?["type"]?.string == "invalid_request_error")
        }
    }

    @Test("a vector has length 1 and does not depend on what is computed beside it")
    func embeddings() async throws {
        try await TestServer.run { server in
            for pooling in ["mean", "last"] {
                let texts = #"["Once upon","a time","Once upon"]"#
                let together = try await vectors(texts, pooling, server)
                #expect(together.count == 3)
                let alone = try await vectors(#""a time""#, pooling, server)
                #expect(together[1] == alone[0] && together[0] == together[2])
                let length = together[0].compactMap(\.number).reduce(0) { $0 + $1 * $1 }
                #expect(abs(length - 1) < 1e-5)
            }
            #expect(await server.isEmptied())
        }
    }

    private func vectors(
        _ input: String,
        _ pooling: String,
        _ server: TestServer
    ) async throws -> [[JSONValue]] {
        let json = try await server.client.post(
            "/v1/embeddings",
            #"{"input":\#(input),"pooling":"\#(pooling)"}"#
        )?.json
        return (json?["data"]?.array ?? []).compactMap { $0["embedding"]?.array }
    }
}
