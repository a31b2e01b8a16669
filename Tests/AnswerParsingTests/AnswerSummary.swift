import AnswerParsing
import JSONDocuments

/// An answer's parts in one value, for comparison.
struct AnswerSummary: Equatable {
    struct Call: Equatable {
        var name: String
        var id: String?
        var arguments = ""
        var isWhole = false
    }

    var reasoning = ""
    var content = ""
    var calls: [Call] = []
    /// What a client could not make sense of: a fragment of no call, an end without a beginning.
    var disorder: [AnswerPart] = []

    init(_ parts: [AnswerPart]) {
        for part in parts {
            switch part {
            case .reasoning(let text): reasoning += text
            case .content(let text): content += text
            case .toolCall(let index, let name, let id):
                if index != calls.count { disorder.append(part) }
                calls.append(Call(name: name, id: id))
            case .arguments(let index, let fragment):
                guard index == calls.count - 1, !calls[index].isWhole, !fragment.isEmpty else {
                    disorder.append(part)
                    continue
                }
                calls[index].arguments += fragment
            case .toolCallEnd(let index):
                guard index == calls.count - 1, !calls[index].isWhole else {
                    disorder.append(part)
                    continue
                }
                calls[index].isWhole = true
            }
        }
    }
}

extension AnswerSummary.Call {
    /// A whole call.
    init(_ name: String, _ arguments: String, id: String? = nil) {
        self.init(name: name, id: id, arguments: arguments, isWhole: true)
    }

    /// A call that was broken or cut off.
    init(broken name: String, _ arguments: String) {
        self.init(name: name, id: nil, arguments: arguments, isWhole: false)
    }
}

/// The summary of a whole text.
func summary(
    _ text: String,
    _ format: ToolCallFormat?,
    reasoning: ReasoningFormat? = nil,
    startsInReasoning: Bool = false,
    tools: [AnswerTool] = []
) -> AnswerSummary {
    AnswerSummary(
        AnswerParser.parse(
            text,
            toolCalls: format,
            reasoning: reasoning,
            startsInReasoning: startsInReasoning,
            tools: tools
        )
    )
}

/// The summary of no reasoning, some content and some calls.
func expected(_ content: String = "", _ calls: AnswerSummary.Call...) -> AnswerSummary {
    var summary = AnswerSummary([])
    summary.content = content
    summary.calls = calls
    return summary
}
