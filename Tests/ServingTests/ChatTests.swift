import JSONDocuments
import TestData
import Testing
import TextGeneration
import Tokenization

/// Requests for the tiny model that comes with the package and has a chat template.
private let weather = #"""
    {"type":"function","function":{"name":"get_weather","parameters":{"type":"object",
     "properties":{"city":{"enum":["Oslo","Rome"]},"days":{"type":"integer","minimum":1,
     "maximum":3}},"required":["city","days"],"additionalProperties":false}}}
    """#

private let named = #"{"type":"function","function":{"name":"get_weather"}}"#

private func body(_ fields: String, _ text: String = "Say hi") -> String {
    #"{"messages":[{"role":"user","content":"\#(text)"}],\#(fields)}"#
}

@Suite("Conversations over HTTP")
struct ChatTests {
    @Test("a whole answer has a message, a reason and a bill")
    func whole() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let answer = try #require(
                try await server.client.post(
                    "/v1/chat/completions",
                    body(#""temperature":0,"max_tokens":8,"ignore_eos":true"#)
                )
            )
            #expect(answer.status == 200)
            let json = try #require(answer.json)
            #expect(json["object"]?.string == "chat.completion")
            #expect(json["id"]?.string?.hasPrefix("chatcmpl-") == true)
            #expect(json["choices"]?[0]?["message"]?["role"]?.string == "assistant")
            #expect(json["choices"]?[0]?["message"]?["content"]?.string != nil)
            #expect(json["choices"]?[0]?["finish_reason"]?.string == "length")
            #expect(json["usage"]?["completion_tokens"]?.integer == 8)
            #expect(await server.isEmptied())
        }
    }

    @Test(
        "a stream says the same as the whole, whatever was asked for",
        arguments: [
            #""logprobs":true,"top_logprobs":2,"return_token_ids":true"#,
            #""n":3,"temperature":1.5"#, #""stop":["e","the"],"temperature":1"#,
            #""response_format":{"type":"json_object"}"#,
            #""tools":[\#(weather)],"tool_choice":"required","max_tokens":200"#,
            #""tools":[\#(weather)],"tool_choice":\#(named),"max_tokens":200,"logprobs":true"#,
            #""tools":[\#(weather)]"#, #""skip_special_tokens":false,"temperature":2"#,
            #""structured_outputs":{"regex":"[é😀a]{1,9}"}"#,
            #""min_tokens":5,"ignore_eos":true"#, #""include_reasoning":false"#,
        ]
    )
    func stream(fields: String) async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            for seed in 0..<6 {
                let limit = fields.contains("max_tokens") ? "" : #","max_tokens":32"#
                let common = #""seed":\#(seed),"request_id":"r\#(seed)"\#(limit),"# + fields
                let path = "/v1/chat/completions"
                let whole = try await server.client.post(path, body(common))
                let streamed = try await server.client.post(path, body(common + #","stream":true"#))
                #expect(whole?.status == 200, "\(whole?.text ?? "")")
                #expect(streamed?.frames.last == "[DONE]")
                let joined = ChatFold(streamed?.chunks ?? []).choices
                #expect(joined == ChatFold.choices(ofWhole: whole?.json), "seed \(seed)")
            }
            #expect(await server.isEmptied())
        }
    }

    @Test("a forced call names a tool and its arguments fit, whatever the model would say")
    func forcedCalls() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            for seed in 0..<10 {
                let json = try await server.client.post(
                    "/v1/chat/completions",
                    body(
                        #""seed":\#(seed),"max_tokens":200,"tools":[\#(weather)],"#
                            + #""tool_choice":"required","parallel_tool_calls":false"#
                    )
                )?.json
                let choice = json?["choices"]?[0]
                #expect(choice?["finish_reason"]?.string == "tool_calls")
                #expect(choice?["message"]?["content"] == .null)
                let calls = choice?["message"]?["tool_calls"]?.array ?? []
                #expect(calls.count == 1)
                let function = calls.first?["function"]
                #expect(function?["name"]?.string == "get_weather")
                let text = try #require(function?["arguments"]?.string)
                let arguments = try JSONParser.parse(Array(text.utf8))
                #expect(["Oslo", "Rome"].contains(arguments["city"]?.string))
                #expect(arguments["days"]?.integer.map { 1...3 ~= $0 } == true)
            }
        }
    }

    @Test("what a user writes never becomes a control token, in any role")
    func controlTokens() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let tokenizer = try #require(server.model.tokenizer)
            let special = (0..<Int32(tokenizer.vocabularySize)).filter(tokenizer.isSpecial)
            for role in ["system", "user", "assistant"] {
                let plain = try await tokens(role, "x", server)
                for id in special {
                    let name = try #require(tokenizer.token(for: id))
                    let found = try await tokens(role, name, server)
                    #expect(
                        found.filter(special.contains) == plain.filter(special.contains),
                        "\(name) as \(role)"
                    )
                }
            }
        }
    }

    private func tokens(
        _ role: String,
        _ content: String,
        _ server: TestServer
    ) async throws -> [Int32] {
        let messages = #"[{"role":"\#(role)","content":"\#(content)"}]"#
        let answer = try await server.client.post("/tokenize", #"{"messages":\#(messages)}"#)
        let ids = try #require(answer?.json?["tokens"]?.array)
        return ids.compactMap { $0.integer.map(Int32.init) }
    }

    @Test("every answer that ends by itself fits its form")
    func structuredOutputs() async throws {
        let schema = #"""
            {"type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"],
             "additionalProperties":false}
            """#
        let named = #"{"name":"a","schema":\#(schema)}"#
        let format = #""response_format":{"type":"json_schema","json_schema":\#(named)}"#
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            var endedCount = 0
            for seed in 0..<20 {
                let json = try await server.client.post(
                    "/v1/chat/completions",
                    body(#""seed":\#(seed),"max_tokens":100,"# + format)
                )?.json
                let choice = json?["choices"]?[0]
                guard choice?["finish_reason"]?.string == "stop" else { continue }
                endedCount += 1
                let content = try #require(choice?["message"]?["content"]?.string)
                let value = try JSONParser.parse(Array(content.utf8))
                #expect(value["ok"]?.bool != nil && value.object?.count == 1)
            }
            #expect(endedCount > 0)
            let choices = #""structured_outputs":{"choice":["yes","no"]}"#
            for path in ["/v1/chat/completions", "/v1/completions"] {
                let prompt = path.contains("chat") ? "" : #""prompt":"x","max_tokens":20,"#
                let fields = prompt.isEmpty ? body(choices) : "{\(prompt)\(choices)}"
                let choice = try await server.client.post(path, fields)?.json?["choices"]?[0]
                let text = choice?["message"]?["content"]?.string ?? choice?["text"]?.string
                #expect(["yes", "no"].contains(text))
            }
        }
    }

    @Test("a model without a chat template says so")
    func noTemplate() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.post("/v1/chat/completions", body(#""n":1"#))
            #expect(answer?.status == 400)
            #expect(answer?.json?["error"]?["param"]?.string == "messages")
        }
    }

    @Test("timings are there when they are asked for")
    func timings() async throws {
        try await TestServer.run(folder: TestServer.tinyChat) { server in
            let json = try await server.client.post(
                "/v1/chat/completions",
                body(#""max_tokens":4,"ignore_eos":true,"return_timings":true"#)
            )?.json
            #expect(json?["timings"]?["predicted_n"]?.integer == 4)
            #expect(json?["metrics"]?["time_to_first_token_ms"]?.number.map { $0 >= 0 } == true)
        }
    }
}
