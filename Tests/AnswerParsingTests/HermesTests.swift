import AnswerParsing
import Testing

@Suite("Hermes calls")
struct HermesTests {
    private func parse(_ text: String) -> [AnswerPart] {
        AnswerParser.parse(text, toolCalls: .hermes, reasoning: .qwen3)
    }

    @Test("reasoning, content and two calls come apart")
    func everything() {
        let text = """
            <think>
            Let me see.
            </think>

            I ask.

            <tool_call>
            {"name": "f", "arguments": {"a": 1}}
            </tool_call>
            <tool_call>
            {"name": "g", "arguments": {}}
            </tool_call>
            """
        #expect(
            parse(text) == [
                .reasoning("Let me see."),
                .content("I ask."),
                .toolCall(index: 0, name: "f", id: nil),
                .arguments(index: 0, fragment: "{\"a\": 1}"),
                .toolCallEnd(index: 0),
                .toolCall(index: 1, name: "g", id: nil),
                .arguments(index: 1, fragment: "{}"),
                .toolCallEnd(index: 1),
            ]
        )
    }
}
