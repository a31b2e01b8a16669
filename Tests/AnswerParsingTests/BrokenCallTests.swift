import AnswerParsing
import Testing

@Suite("Broken calls")
struct BrokenCallTests {
    @Test(
        "what is no call is content, byte for byte",
        arguments: [
            "<tool", "<tool_call>", "a <tool_call>\n b", "<tool_call>{", "<tool_call>[]",
            "<tool_call>\n{\"name\": \"f\"", "<tool_call>\n{\"name\": 5}\n</tool_call>",
            "<tool_call>{\"name\": \"f\", \"arguments\": 5}</tool_call>\n",
            "<tool_call>{\"name\": \"\", \"arguments\": {}}</tool_call>",
            "<tool_call>{\"arguments\": {}}</tool_call>", "<tool_call>{name: f}</tool_call>",
            "</tool_call>", "  \n<tool_call >  ", "\u{FF5C}<｜tool",
        ]
    )
    func content(text: String) {
        #expect(summary(text, .hermes) == expected(text))
    }

    @Test("a call that breaks after its name stays incomplete; the rest is content")
    func brokenArguments() {
        let text = "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": 'x'}}\n</tool_call>"
        let wanted = expected(
            "'x'}}\n</tool_call>",
            AnswerSummary.Call(broken: "f", "{\"a\": ")
        )
        #expect(summary(text, .hermes) == wanted)
    }

    @Test("a call that is cut off keeps what there was")
    func cutOff() {
        let text = "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": [1, \"b"
        let wanted = expected("", AnswerSummary.Call(broken: "f", "{\"a\": [1, \"b"))
        #expect(summary(text, .hermes) == wanted)
        let tagged = "<function=f><parameter=a>\nx \"y\n</param"
        #expect(
            summary(tagged, .qwen3Coder)
                == expected("", AnswerSummary.Call(broken: "f", "{\"a\": \"x \\\"y\\n</param"))
        )
    }

    @Test("whole arguments are a whole call, whatever the frame")
    func frame() {
        let call = "<tool_call>{\"name\": \"f\", \"arguments\": {}"
        for (rest, content) in [("", ""), ("}", ""), ("}\nSo.", "So."), (" So.", "So.")] {
            let wanted = expected(content, AnswerSummary.Call("f", "{}"))
            #expect(summary(call + rest, .hermes) == wanted)
        }
    }

    @Test("a call follows another's ruins")
    func afterRuins() {
        let call = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>"
        let text = "<tool_call><tool_call>{\"x\"\(call)"
        let wanted = expected("<tool_call><tool_call>{\"x\"", AnswerSummary.Call("f", "{}"))
        #expect(summary(text, .hermes) == wanted)
    }

    @Test("arguments may stand in front of the name")
    func order() {
        let text = "<tool_call>{\"arguments\": {\"a\": 1.5e3}, \"x\": [2], \"name\": \"f\"}"
        let wanted = expected("", AnswerSummary.Call("f", "{\"a\": 1.5e3}"))
        #expect(summary(text, .hermes) == wanted)
    }

    @Test("arguments in a string are what the string says")
    func stringArguments() {
        let inner = #" {\"a\": \"\u00fc\\n\ud83e\udd86\"} "#
        let text = #"<tool_call>{"name": "f", "arguments": ""# + inner + "\"}</tool_call>"
        let wanted = expected("", AnswerSummary.Call("f", #"{"a": "ü\n🦆"}"#))
        #expect(summary(text, .hermes) == wanted)
        let named = #"[TOOL_CALLS]f[ARGS]"{\"a\": 1}""#
        #expect(summary(named, .mistral) == expected("", AnswerSummary.Call("f", "{\"a\": 1}")))
        let plain = #"<tool_call>{"name": "f", "arguments": "a"}</tool_call>"#
        #expect(summary(plain, .hermes) == expected(plain))
    }

    @Test("text that cannot become a call is released at once")
    func release() {
        var parser = AnswerParser(
            toolCalls: .llama3JSON,
            reasoning: nil,
            startsInReasoning: false,
            toolNames: ["get_weather"]
        )
        #expect(parser.append("{\"na") == [])
        #expect(parser.append("tion\"") == [.content("{\"nation\"")])
        #expect(parser.append("\n{\"name\": \"get_") == [])
        #expect(parser.append("time") == [.content("\n{\"name\": \"get_time")])
        #expect(parser.finish() == [])
    }

    @Test("arguments stream as they come")
    func streaming() {
        var parser = AnswerParser(toolCalls: .hermes, reasoning: nil)
        #expect(parser.append("So <tool_call>{\"name\": \"f\", ") == [.content("So")])
        #expect(
            parser.append("\"arguments\": {\"a") == [
                .toolCall(index: 0, name: "f", id: nil),
                .arguments(index: 0, fragment: "{\"a"),
            ]
        )
        #expect(parser.append("\": 1") == [.arguments(index: 0, fragment: "\": 1")])
        #expect(
            parser.append("}}") == [
                .arguments(index: 0, fragment: "}"), .toolCallEnd(index: 0),
            ]
        )
        #expect(parser.append("\n</tool_call>\n") == [])
        #expect(parser.finish() == [])
    }

    @Test("without a format everything is content")
    func noFormat() {
        let text = " <think>x</think><tool_call>{\"name\": \"f\", \"arguments\": {}} "
        #expect(summary(text, nil) == expected(text))
    }
}
