import AnswerParsing
import Testing

@Suite("Hostile answers")
struct HostileTextTests {
    /// A megabyte for the worst, less for every piece with every family.
    private static let byteCount = 1 << 20
    private static let pieceByteCount = 1 << 16

    private static let pieces = [
        "<tool_call>", "<tool_call>{", "{", "{\n", "{\"name\":", "[", "<", "<function=", "\n", " ",
        "<tool_call>{\"name\":\"f\",\"x\":\"", "[TOOL_CALLS][", "[TOOL_CALLS]f",
        "<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>f<｜tool▁sep｜>", "<|channel|>", "<|message|>",
        "<function=f><parameter=a>", "<tool_call>f<arg_key>", "<think>", "</think",
        "Action:\n```json\n",
    ]

    @Test("pieces of calls, over and over, are no calls", arguments: ToolCallFormat.allCases)
    func repetition(format: ToolCallFormat) {
        for piece in Self.pieces {
            let text = String(repeating: piece, count: Self.pieceByteCount / piece.utf8.count)
            let found = summary(text, format, tools: [AnswerTool(name: "f")])
            #expect(found.disorder.isEmpty)
            if found.calls.isEmpty, format != .gptOSS {
                #expect(found.content.utf8.count == text.utf8.count, "\(piece)")
            }
        }
    }

    @Test(
        "a megabyte of beginnings is content",
        arguments: zip(
            ["<tool_call>", "<", "{", "{\n"],
            [ToolCallFormat.hermes, .qwen3Coder, .llama3JSON, .llama3JSON]
        )
    )
    func megabyte(piece: String, format: ToolCallFormat) {
        let text = String(repeating: piece, count: Self.byteCount / piece.utf8.count)
        #expect(summary(text, format, tools: [AnswerTool(name: "f")]) == expected(text))
    }

    @Test("values nested too deep break the call")
    func depth() {
        let head = "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": "
        let brackets = String(repeating: "[", count: Self.byteCount)
        let found = summary(head + brackets, .hermes)
        #expect(found.calls == [AnswerSummary.Call(broken: "f", "{\"a\": " + brackets.prefix(63))])
        #expect(found.content.utf8.count == Self.byteCount - 63)
        let fits = String(brackets.prefix(63)) + String(repeating: "]", count: 63)
        let whole = summary(head + fits + "}}", .hermes)
        #expect(whole.calls == [AnswerSummary.Call("f", "{\"a\": " + fits + "}")])
    }

    @Test("a name that never comes is waited for up to a limit")
    func lateName() {
        let text = "<tool_call>{\"arguments\": {\"a\": \"" + String(repeating: "x", count: 300_000)
        var parser = AnswerParser(toolCalls: .hermes, reasoning: nil)
        var content = ""
        for part in parser.append(text) {
            if case .content(let text) = part { content += text }
        }
        #expect(content == text)
    }

    @Test("a long argument is passed on, not kept")
    func longArgument() {
        let value = String(repeating: "x\\n", count: Self.byteCount / 3)
        let text = "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": \"\(value)\"}}"
        let found = summary(text, .hermes)
        #expect(found.calls == [AnswerSummary.Call("f", "{\"a\": \"\(value)\"}")])
        let long = String(repeating: "1", count: 300_000)
        let tagged = summary(
            "<tool_call>f<arg_key>a</arg_key><arg_value>\(long)</arg_value></tool_call>",
            .glm45
        )
        #expect(tagged.calls == [AnswerSummary.Call("f", "{\"a\": \"\(long)\"}")])
    }
}
