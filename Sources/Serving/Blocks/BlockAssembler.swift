import AnswerParsing
import OpenAIProtocol

/// Puts the parts of an answer into blocks, for protocols that list them.
struct BlockAssembler: Sendable {
    /// The complete blocks.
    private(set) var blocks: [AnswerBlock] = []
    private var open: AnswerBlock?

    /// What the parts of a step mean for the blocks.
    mutating func events(_ step: ChatStep) -> [AnswerBlockEvent] {
        var events: [AnswerBlockEvent] = []
        for part in step.parts {
            switch part {
            case .reasoning(let text):
                if open?.kind != .reasoning { begin(.reasoning, &events) }
                add(text, &events)
            case .content(let text):
                if open?.kind != .text { begin(.text, &events) }
                add(text, &events)
            case .toolCall(_, let name, let id):
                begin(.toolCall(id: id ?? "", name: name), &events)
            case .arguments(_, let fragment):
                add(fragment, &events)
            case .toolCallEnd:
                close(&events)
            }
        }
        if step.end != nil { close(&events) }
        return events
    }

    private mutating func begin(_ kind: AnswerBlock.Kind, _ events: inout [AnswerBlockEvent]) {
        close(&events)
        open = AnswerBlock(kind)
        events.append(.opened(index: blocks.count, kind))
    }

    private mutating func add(_ text: String, _ events: inout [AnswerBlockEvent]) {
        guard let kind = open?.kind, !text.isEmpty else { return }
        open?.text += text
        events.append(.delta(index: blocks.count, kind, text))
    }

    private mutating func close(_ events: inout [AnswerBlockEvent]) {
        guard let block = open else { return }
        open = nil
        events.append(.closed(index: blocks.count, block))
        blocks.append(block)
    }
}
