import JSONDocuments
import OpenAIProtocol
import Testing

private func request(_ fields: String) throws(APIError) -> ChatCompletionRequest {
    try ChatCompletionRequest(
        body: Array(#"{"messages":[{"role":"user","content":"Hi"}]\#(fields)}"#.utf8)
    )
}

private func messages(_ list: String) throws(APIError) -> [ChatMessage] {
    try ChatCompletionRequest(body: Array(#"{"messages":[\#(list)]}"#.utf8)).messages
}

@Suite("ChatCompletionRequest")
struct ChatRequestTests {
    @Test("content comes as a string or as parts, and some messages have none")
    func content() throws {
        let read = try messages(
            #"""
            {"role":"system","content":"s"},
            {"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
            {"role":"assistant","content":null,"reasoning_content":"r","tool_calls":[
              {"id":"1","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},
              {"id":"2","type":"function","function":{"name":"g","arguments":{"y":[2]}}}]},
            {"role":"tool","tool_call_id":"1","content":"42"}
            """#
        )
        #expect(read.map(\.content) == [["s"], ["a", "b"], nil, ["42"]])
        #expect(read[2].reasoning == "r")
        #expect(read[2].toolCalls.map(\.arguments) == [#"{"x":1}"#, #"{"y":[2]}"#])
        #expect(read[3].toolCallID == "1")
    }

    @Test(
        "a message that cannot be read is a 400 that says which",
        arguments: [
            "5", "null", #"{"content":"x"}"#, #"{"role":1,"content":"x"}"#,
            #"{"role":"wizard","content":"x"}"#, #"{"role":"user"}"#,
            #"{"role":"user","content":5}"#, #"{"role":"tool","content":"x"}"#,
            #"{"role":"user","content":[{"type":"text"}]}"#,
            #"{"role":"user","content":[{"type":"hologram"}]}"#,
            #"{"role":"user","content":[{"type":"image_url","image_url":{"url":"http://a"}}]}"#,
            #"{"role":"assistant","tool_calls":[{"id":"1"}]}"#,
        ]
    )
    func badMessages(message: String) {
        let error = #expect(throws: APIError.self) {
            try messages(#"{"role":"user","content":"ok"},\#(message)"#)
        }
        #expect(error?.status == 400)
        #expect(error?.param == "messages")
        #expect(error?.message.contains("messages[1]") == true)
    }

    @Test("log-probabilities are asked for by two fields")
    func logprobs() throws {
        #expect(try request("").sampling.logprobs == nil)
        #expect(try request(#","logprobs":true"#).sampling.logprobs == 0)
        #expect(try request(#","logprobs":true,"top_logprobs":3"#).sampling.logprobs == 3)
        #expect(try request(#","logprobs":false,"top_logprobs":0"#).sampling.logprobs == nil)
    }

    @Test("the newer limit wins over the older")
    func maxTokens() throws {
        #expect(try request(#","max_tokens":5"#).sampling.maxTokens == 5)
        #expect(
            try request(#","max_tokens":5,"max_completion_tokens":7"#).sampling.maxTokens == 7
        )
    }

    @Test("the model may call tools if there are any, unless it is told what to do")
    func toolChoice() throws {
        let tools = #","tools":[{"type":"function","function":{"name":"f"}}]"#
        #expect(try request("").toolChoice == .none)
        #expect(try request(tools).toolChoice == .auto)
        #expect(try request(tools + #","tool_choice":"none""#).toolChoice == .none)
        #expect(try request(tools + #","tool_choice":"required""#).toolChoice == .required)
        let named = #","tool_choice":{"type":"function","function":{"name":"f"}}"#
        #expect(try request(tools + named).toolChoice == .function("f"))
    }

    @Test("a form for the answer comes by many names")
    func formats() throws {
        let schema = JSONValue.object([JSONMember("type", .string("object"))])
        let json = #"{"type":"object"}"#
        let inner = #"{"name":"n","schema":\#(json)}"#
        let cases: [(String, AnswerFormat.Kind)] = [
            (#""response_format":{"type":"json_object"}"#, .jsonObject),
            (
                #""response_format":{"type":"json_schema","json_schema":\#(inner)}"#,
                .jsonSchema(schema)
            ),
            (#""structured_outputs":{"json":\#(json)}"#, .jsonSchema(schema)),
            (#""structured_outputs":{"json":"{\"type\":\"object\"}"}"#, .jsonSchema(schema)),
            (#""structured_outputs":{"regex":"a+"}"#, .regex("a+")),
            (#""structured_outputs":{"choice":["a","b"]}"#, .choice(["a", "b"])),
            (#""structured_outputs":{"grammar":"root ::= \"a\""}"#, .grammar(#"root ::= "a""#)),
            (#""structured_outputs":{"json_object":true}"#, .jsonObject),
            (#""guided_json":\#(json)"#, .jsonSchema(schema)),
            (#""guided_choice":["a"]"#, .choice(["a"])),
            (#""grammar":"root ::= \"a\"""#, .grammar(#"root ::= "a""#)),
            (#""json_schema":\#(json)"#, .jsonSchema(schema)),
        ]
        for (field, kind) in cases { #expect(try request("," + field).format?.kind == kind) }
        #expect(try request(#","response_format":{"type":"text"}"#).format == nil)
    }

    @Test(
        "what cannot be is a 400 that names the field",
        arguments: [
            ("messages", #","messages":[]"#), ("tools", #","tools":[]"#),
            ("tools", #","tools":"x""#),
            ("tools", #","tools":[{"type":"function"}]"#),
            ("tools", #","tools":[{"type":"retrieval","function":{"name":"a"}}]"#),
            ("tools", #","tools":[{"type":"function","function":{"name":"has space"}}]"#),
            ("tool_choice", #","tool_choice":"required""#),
            ("tool_choice", #","tool_choice":"maybe""#),
            ("logprobs", #","logprobs":"yes""#), ("top_logprobs", #","top_logprobs":3"#),
            ("top_logprobs", #","logprobs":true,"top_logprobs":21"#),
            ("response_format", #","response_format":{"type":"yaml"}"#),
            ("response_format", #","response_format":{"type":"json_schema"}"#),
            ("guided_regex", #","structured_outputs":{"regex":"a"},"guided_regex":"b""#),
            ("chat_template", #","chat_template":"x""#),
            ("chat_template_kwargs", #","chat_template_kwargs":{"messages":[]}"#),
            (
                "continue_final_message",
                #","continue_final_message":true,"add_generation_prompt":true"#
            ),
            ("reasoning_effort", #","reasoning_effort":"immense""#),
        ]
    )
    func refused(field: String, more: String) {
        let hasMessages = more.hasPrefix(#","messages""#)
        let error = #expect(throws: APIError.self) {
            hasMessages
                ? try ChatCompletionRequest(body: Array("{\(more.dropFirst())}".utf8))
                : try request(more)
        }
        #expect(error?.status == 400)
        #expect(error?.param == field)
    }
}
