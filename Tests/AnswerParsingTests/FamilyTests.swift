import AnswerParsing
import JSONDocuments
import Testing

@Suite("Families of calls")
struct FamilyTests {
    private static let weather = AnswerTool(name: "get_weather")

    @Test("Llama 3 writes bare objects, with a token in front and semicolons between")
    func llama3() {
        let call = "{\"name\": \"get_weather\", \"parameters\": {\"city\": \"Paris\"}}"
        let one = AnswerSummary.Call("get_weather", "{\"city\": \"Paris\"}")
        let texts = [call, "<|python_tag|>" + call, " \n" + call, call + "<|eom_id|>"]
        for text in texts {
            #expect(summary(text, .llama3JSON, tools: [Self.weather]) == expected("", one))
        }
        let both = summary(call + "; " + call, .llama3JSON, tools: [Self.weather])
        #expect(both == expected("", one, one))
        let late = summary("I ask.\n" + call + "\nThere.", .llama3JSON, tools: [Self.weather])
        #expect(late == expected("I ask.There.", one))
    }

    @Test(
        "an object that names no tool is Llama 3's answer",
        arguments: [
            "{\"name\": \"Paris\", \"parameters\": {}}", "{\"name\": \"get_weather\"}",
            "{\"city\": \"Paris\"}", "{}", "{", "{\"na", "see {\"name\": \"get_weather\", ",
            "<|python_tag|>print(1)", "{\"name\": \"get_weather\", \"parameters\": 7}",
            "{\"name\": \"get_weather\", \"parameters\": {}, ",
        ].map { String($0) }
    )
    func llama3Content(text: String) {
        let found = summary(text, .llama3JSON, tools: [Self.weather])
        if text.hasSuffix("{}, ") {
            #expect(found == expected("", AnswerSummary.Call("get_weather", "{}")))
        } else {
            #expect(found == expected(text))
        }
    }

    @Test("Mistral writes lists, or names with tokens around them")
    func mistral() {
        let list = """
            [TOOL_CALLS][{"name": "f", "arguments": {"a": 1}, "id": "abc123XYZ"}, \
            {"id": "abc123XYW", "name": "g", "arguments": {}}]
            """
        let calls = expected(
            "",
            AnswerSummary.Call("f", "{\"a\": 1}"),
            AnswerSummary.Call("g", "{}", id: "abc123XYW")
        )
        #expect(summary(list, .mistral) == calls)
        let named = "[TOOL_CALLS]f[ARGS]{\"a\": 1}[TOOL_CALLS]g[CALL_ID]abc123XYW[ARGS]{}"
        #expect(summary(named, .mistralNamed) == calls)
        let bare = "Hm. [TOOL_CALLS]f{\"a\": 1}"
        #expect(
            summary(bare, .mistral) == expected("Hm.", AnswerSummary.Call("f", "{\"a\": 1}"))
        )
    }

    @Test("Qwen3-Coder's texts get their types from the schema")
    func qwen3Coder() throws {
        let schema = """
            {"properties": {"text": {"type": "string"}, "count": {"type": "integer"},
             "flag": {"type": "boolean"}, "list": {"type": "array"}, "maybe":
             {"anyOf": [{"type": "number"}, {"type": "null"}]}}}
            """
        let tool = AnswerTool(name: "f", parameters: try JSONParser.parse(Array(schema.utf8)))
        let text = """
            I call.
            <tool_call>
            <function=f>
            <parameter=text>
            12 "x"
            <b>
            </parameter>
            <parameter=count>
            12
            </parameter>
            <parameter=flag>
            True
            </parameter>
            <parameter=list>
            [1, "a"]
            </parameter>
            <parameter=maybe>
            None
            </parameter>
            <parameter=other>
            5
            </parameter>
            </function>
            </tool_call>
            """
        let arguments = """
            {"text": "12 \\"x\\"\\n<b>", "count": 12, "flag": true, "list": [1, "a"], \
            "maybe": null, "other": "5"}
            """
        let wanted = expected("I call.", AnswerSummary.Call("f", arguments))
        #expect(summary(text, .qwen3Coder, tools: [tool]) == wanted)
        #expect(
            summary("<function=f>\n</function>", .qwen3Coder)
                == expected("", AnswerSummary.Call("f", "{}"))
        )
    }

    @Test("a value of another type than the schema's stays a string")
    func wrongType() throws {
        let schema = "{\"properties\": {\"n\": {\"type\": \"integer\"}}}"
        let tool = AnswerTool(name: "f", parameters: try JSONParser.parse(Array(schema.utf8)))
        let text = "<function=f><parameter=n>many</parameter></function>"
        let wanted = expected("", AnswerSummary.Call("f", "{\"n\": \"many\"}"))
        #expect(summary(text, .qwen3Coder, tools: [tool]) == wanted)
    }

    @Test("GLM writes pairs of tags")
    func glm() {
        let text = """
            Yes.
            <tool_call>f
            <arg_key>a</arg_key>
            <arg_value>Paris</arg_value>
            <arg_key>b</arg_key>
            <arg_value>[2]</arg_value>
            </tool_call>
            <tool_call>g
            </tool_call>
            """
        let wanted = expected(
            "Yes.",
            AnswerSummary.Call("f", "{\"a\": \"Paris\", \"b\": [2]}"),
            AnswerSummary.Call("g", "{}")
        )
        #expect(summary(text, .glm45) == wanted)
    }

    @Test("DeepSeek writes two forms between the same tokens")
    func deepseek() {
        let old = """
            <｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f
            ```json
            {"a": 1}
            ```<｜tool▁call▁end｜>
            <｜tool▁call▁begin｜>function<｜tool▁sep｜>g
            ```json
            {}
            ```<｜tool▁call▁end｜><｜tool▁calls▁end｜>
            """
        let new = """
            <｜tool▁calls▁begin｜><｜tool▁call▁begin｜>f<｜tool▁sep｜>{"a": 1}<｜tool▁call▁end｜>\
            <｜tool▁call▁begin｜>g<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>
            """
        let wanted = expected(
            "",
            AnswerSummary.Call("f", "{\"a\": 1}"),
            AnswerSummary.Call("g", "{}")
        )
        #expect(summary(old, .deepseekV3) == wanted)
        #expect(summary(new, .deepseekV31) == wanted)
    }

    @Test("Kimi's name is its id")
    func kimi() {
        let text = """
            <|tool_calls_section_begin|><|tool_call_begin|>functions.f:0\
            <|tool_call_argument_begin|>{"a": 1}<|tool_call_end|><|tool_calls_section_end|>
            """
        let wanted = AnswerSummary.Call("f", "{\"a\": 1}", id: "functions.f:0")
        #expect(summary(text, .kimiK2) == expected("", wanted))
    }

    @Test("gpt-oss says by channels what is what")
    func gptOSS() {
        let text = """
            <|channel|>analysis<|message|>Think.<|end|><|start|>assistant<|channel|>commentary\
            <|message|>I ask.<|end|><|start|>assistant<|channel|>commentary to=functions.f \
            <|constrain|>json<|message|>{"a": 1}<|call|>
            """
        var wanted = expected("I ask.", AnswerSummary.Call("f", "{\"a\": 1}"))
        wanted.reasoning = "Think."
        #expect(summary(text, .gptOSS) == wanted)
        let final = "<|channel|>final<|message|>Hello.<|return|>"
        #expect(summary(final, nil, reasoning: .gptOSS) == expected("Hello."))
        #expect(summary("Just text.", .gptOSS) == expected("Just text."))
        let toNobody = " to=functions.f<|channel|>commentary json<|message|>{}<|call|>"
        #expect(summary(toNobody, nil, reasoning: .gptOSS) == expected("{}"))
        #expect(summary(toNobody, .gptOSS) == expected("", AnswerSummary.Call("f", "{}")))
    }

    @Test("Granite, Command R and functionary")
    func others() {
        let wanted = expected("", AnswerSummary.Call("f", "{\"a\": 1}"))
        let granite = "<|tool_call|>[{\"name\": \"f\", \"arguments\": {\"a\": 1}}]"
        #expect(summary(granite, .granite) == wanted)
        let command = """
            Action:
            ```json
            [
                {
                    "tool_name": "f",
                    "parameters": {"a": 1}
                }
            ]```
            """
        #expect(summary(command, .commandR) == wanted)
        #expect(summary("<function=f>{\"a\": 1}</function>", .functionary) == wanted)
    }

    @Test("a call written as the syntax says is read back", arguments: ToolCallFormat.allCases)
    func syntax(format: ToolCallFormat) {
        let syntax = format.syntax
        let names = syntax.separator == nil ? ["get_weather"] : ["get_weather", "f-1", "g_2"]
        let calls = names.map { name in
            let arguments =
                switch syntax.arguments {
                case .json: "{\"k\": \"v\"}"
                case .tagged(let tags):
                    tags.beforeKey + "k" + tags.betweenKeyAndValue + "v" + tags.afterValue
                }
            return syntax.beforeName + name + syntax.betweenNameAndArguments + arguments
                + syntax.afterArguments
        }
        let text = syntax.begin + calls.joined(separator: syntax.separator ?? "") + syntax.end
        let tools = names.map { AnswerTool(name: $0) }
        let found = summary(text, format, tools: tools)
        #expect(found.content.isEmpty)
        #expect(found.calls.map(\.name) == names)
        #expect(found.calls.allSatisfy { $0.arguments == "{\"k\": \"v\"}" && $0.isWhole })
        let begin = syntax.begin + syntax.beforeName
        let beginsWithToken = syntax.specialTokens.contains { begin.hasPrefix($0) }
        #expect(syntax.specialTokens.isEmpty == !beginsWithToken)
    }

    @Test("names of formats are read back")
    func names() {
        for format in ToolCallFormat.allCases {
            #expect(ToolCallFormat(name: format.rawValue) == format)
        }
        for format in ReasoningFormat.allCases {
            #expect(ReasoningFormat(name: format.rawValue) == format)
        }
        #expect(ToolCallFormat(name: "gpt_oss") == .gptOSS)
        #expect(ToolCallFormat(name: "none") == nil)
        #expect(ReasoningFormat(name: "gpt_oss") == .gptOSS)
    }
}
