import AnswerParsing
import TestData
import Testing

@Suite("Reasoning")
struct ReasoningTests {
    private func split(
        _ text: String,
        _ format: ReasoningFormat = .qwen3,
        startsInside: Bool = false
    ) -> [String] {
        let found = summary(text, nil, reasoning: format, startsInReasoning: startsInside)
        return [found.reasoning, found.content]
    }

    @Test("tags and the white space around them are dropped")
    func tags() {
        #expect(split("<think>\na\n b\n</think>\n\nc\n") == ["a\n b", "c\n"])
        #expect(split("\n<think>a</think>c") == ["a", "c"])
        #expect(split("<think>\n\n</think>\n\nc") == ["", "c"])
        #expect(split("[THINK]a[/THINK]c", .mistral) == ["a", "c"])
    }

    @Test("an answer may begin inside the reasoning")
    func startsInside() {
        #expect(split("a</think>c", .deepseekR1, startsInside: true) == ["a", "c"])
        #expect(split("a < b", startsInside: true) == ["a < b", ""])
        #expect(split("a</thi", startsInside: true) == ["a</thi", ""])
        #expect(ReasoningFormat.deepseekR1.startsInside(promptTail: "<｜Assistant｜><think>\n"))
        #expect(!ReasoningFormat.qwen3.startsInside(promptTail: "<think>\n\n</think>\n\n"))
        #expect(!ReasoningFormat.qwen3.startsInside(promptTail: "<think> <|im_end|>"))
    }

    @Test("an answer without reasoning stays as it is")
    func none() {
        for text in ["", "c", "\n <thin", "<thought>c", "c <think>a</think>", " \n"] {
            #expect(split(text) == ["", text])
        }
    }

    @Test("Granite may tag its answer, too")
    func granite() {
        let text = "<think>a</think><response>c</response>"
        #expect(split(text, .granite) == ["a", "c"])
        let old = "Here is my thought process:\na\nHere is my response:\nc</response>"
        #expect(split(old, .granite) == ["a", "c</response>"])
    }

    @Test("a tag inside the reasoning's own text ends it, calls in it are none")
    func callInside() {
        let call = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>"
        let found = summary("<think>\(call)</think>\(call)", .hermes, reasoning: .qwen3)
        #expect(found.reasoning == call)
        #expect(found.calls == [AnswerSummary.Call("f", "{}")])
        #expect(found.content.isEmpty)
    }
}

@Suite("Golden reasoning", .enabled(if: TestData.isPresent))
struct GoldenReasoningTests {
    @Test("templates imply their family's reasoning")
    func detection() throws {
        let families: [(prefix: String, format: ReasoningFormat)] = [
            ("deepseek", .deepseekR1), ("glm-4", .glm45), ("gpt-oss", .gptOSS),
            ("granite-3.3", .granite), ("qwen3-coder", .mistral), ("qwen3", .qwen3),
            ("smollm3", .qwen3),
        ]
        for template in GoldenTemplate.all {
            let wanted = families.first { template.name.hasPrefix($0.prefix) }?.format
            let found = ReasoningFormat.detect(template: try template.template())
            // Qwen3-Coder does not think; its line keeps it from being taken for a Qwen3.
            #expect(found == (wanted == .mistral ? nil : wanted), "\(template.name)")
        }
    }
}
