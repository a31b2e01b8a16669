import JSONDocuments
import OpenAIProtocol
import Testing

private func text(_ json: [UInt8]) -> String { String(decoding: json, as: UTF8.self) }

@Suite("Anthropic's messages")
struct MessagesTests {
    @Test("a request becomes the chat request it amounts to")
    func request() throws {
        let chat = try MessagesRequest(
            body: Array(
                #"""
                {"model":"m","max_tokens":9,"system":[{"type":"text","text":"Be brief."}],
                 "stop_sequences":["X"],"messages":[
                  {"role":"user","content":"Hi"},
                  {"role":"assistant","content":[{"type":"text","text":"Look"},
                   {"type":"tool_use","id":"t","name":"f","input":{"a":1}}]},
                  {"role":"user","content":[{"type":"tool_result","tool_use_id":"t",
                   "content":[{"type":"text","text":"42"}]},{"type":"text","text":"And?"}]}],
                 "tools":[{"name":"f","input_schema":{"type":"object"}}],
                 "tool_choice":{"type":"tool","name":"f"}}
                """#.utf8
            )
        ).chat
        #expect(chat.messages.map(\.role) == [.system, .user, .assistant, .tool, .user])
        #expect(
            chat.messages.map(\.content) == [["Be brief."], ["Hi"], ["Look"], ["42"], ["And?"]]
        )
        #expect(chat.messages[2].toolCalls == [.init(id: "t", name: "f", arguments: #"{"a":1}"#)])
        #expect(chat.sampling.maxTokens == 9 && chat.sampling.stop == ["X"])
        #expect(chat.toolChoice == .function("f") && chat.options.model == "m")
    }

    @Test("the limit of the answer is required, but not to count")
    func maxTokens() throws {
        let body = Array(#"{"messages":[{"role":"user","content":"Hi"}]}"#.utf8)
        let error = #expect(throws: APIError.self) { try MessagesRequest(body: body) }
        #expect(error?.param == "max_tokens")
        #expect(try MessagesRequest(body: body, countsOnly: true).chat.messages.count == 1)
    }

    @Test("blocks are written in their order")
    func response() {
        var message = MessagesResponse(
            id: "msg_1",
            model: "m",
            usage: Usage(promptTokens: 5, completionTokens: 2, cachedTokens: 1)
        )
        message.blocks = [
            AnswerBlock(.text, text: "a"),
            AnswerBlock(.toolCall(id: "t", name: "f"), text: #"{"x":1}"#),
        ]
        message.finishReason = "tool_calls"
        #expect(
            text(message.encoded())
                == #"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":["#
                + #"{"type":"text","text":"a"},"#
                + #"{"type":"tool_use","id":"t","name":"f","input":{"x":1}}],"#
                + #""stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":4,"#
                + #""cache_read_input_tokens":1,"cache_creation_input_tokens":0,"#
                + #""output_tokens":2}}"#
        )
    }
}

@Suite("OpenAI's responses")
struct ResponsesTests {
    @Test("items become messages; the calls of one turn are one message")
    func request() throws {
        let request = try ResponsesRequest(
            body: Array(
                #"""
                {"instructions":"Be brief.","input":[{"role":"user","content":"Hi"},
                 {"type":"reasoning","summary":[],"content":[{"type":"reasoning_text","text":"r"}]},
                 {"type":"function_call","call_id":"1","name":"f","arguments":"{}"},
                 {"type":"function_call","call_id":"2","name":"g","arguments":"{}"},
                 {"type":"function_call_output","call_id":"1","output":"42"}],
                 "max_output_tokens":7,"text":{"format":{"type":"json_object"}}}
                """#.utf8
            )
        )
        let messages = request.chat.messages
        #expect(messages.map(\.role) == [.system, .user, .assistant, .tool])
        #expect(messages[2].reasoning == "r" && messages[2].toolCalls.map(\.name) == ["f", "g"])
        #expect(request.chat.sampling.maxTokens == 7)
        #expect(request.chat.format == AnswerFormat(.jsonObject, field: "text"))
    }

    @Test("nothing is stored, so nothing can be referred to")
    func stateless() {
        let body = Array(#"{"input":"Hi","previous_response_id":"resp_1"}"#.utf8)
        let error = #expect(throws: APIError.self) { try ResponsesRequest(body: body) }
        #expect(error?.param == "previous_response_id")
    }

    @Test("events are numbered, and their pieces are the whole")
    func events() throws {
        var events = ResponsesEvents(identity: "1")
        let block = AnswerBlock(.text, text: "ab")
        let sent =
            events.events(.opened(index: 0, .text))
            + events.events(.delta(index: 0, .text, "a"))
            + events.events(.delta(index: 0, .text, "b"))
            + events.events(.closed(index: 0, block))
        let read = try sent.map { try JSONParser.parse($0.json) }
        #expect(read.map { $0["sequence_number"]?.integer } == (0..<7).map { Int64($0) })
        #expect(read.map { $0["type"]?.string } == sent.map(\.name))
        #expect(read.compactMap { $0["delta"]?.string }.joined() == "ab")
    }
}

@Suite("Embeddings")
struct EmbeddingTests {
    @Test("vectors are lists or base64 of little-endian numbers")
    func encodings() throws {
        for (isBase64, expected) in [(false, "[1.0,-2.5]"), (true, #""AACAPwAAIMA=""#)] {
            let response = EmbeddingResponse(
                model: "m",
                vectors: [[1, -2.5]],
                tokenCount: 3,
                isBase64: isBase64
            )
            #expect(text(response.encoded()).contains(#""embedding":\#(expected)"#))
        }
    }
}
