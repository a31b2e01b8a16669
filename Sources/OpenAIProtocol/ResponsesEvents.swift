import JSONDocuments

/// The events of a streamed answer to `POST /v1/responses`, numbered in their order.
public struct ResponsesEvents: Sendable {
    /// An event's name and its JSON.
    public typealias Event = (name: String, json: [UInt8])

    private let identity: String
    private var sequenceNumber = 0

    /// The events of one answer.
    public init(identity: String) { self.identity = identity }

    /// An event about the answer as a whole: `response.created`, `response.completed`.
    public mutating func event(_ name: String, _ response: ResponsesResponse) -> Event {
        event(name) { writer in
            writer.name("response")
            response.write(to: &writer)
        }
    }

    /// What a client is told of a block.
    public mutating func events(_ block: AnswerBlockEvent) -> [Event] {
        switch block {
        case .opened(let index, let kind): opened(index, kind)
        case .delta(let index, let kind, let text): [delta(index, kind, text)]
        case .closed(let index, let block): closed(index, block)
        }
    }

    // MARK: - Blocks

    private func itemID(_ index: Int) -> String { "item_\(identity)_\(index)" }

    private mutating func opened(_ index: Int, _ kind: AnswerBlock.Kind) -> [Event] {
        let id = itemID(index)
        var events = [
            event("response.output_item.added") { writer in
                writer.member("output_index", index)
                writer.name("item")
                writer.responseItem(AnswerBlock(kind), id: id, status: "in_progress")
            }
        ]
        if kind == .text {
            events.append(
                event("response.content_part.added") { writer in
                    writer.place(index, id)
                    writer.name("part")
                    writer.responsePart(kind, "")
                }
            )
        }
        return events
    }

    private mutating func delta(_ index: Int, _ kind: AnswerBlock.Kind, _ text: String) -> Event {
        let id = itemID(index)
        switch kind {
        case .reasoning:
            return event("response.reasoning_text.delta") { writer in
                writer.place(index, id)
                writer.member("delta", text)
            }
        case .text:
            return event("response.output_text.delta") { writer in
                writer.place(index, id)
                writer.member("delta", text)
                writer.name("logprobs")
                writer.array([] as [Int]) { $0.integer($1) }
            }
        case .toolCall:
            return event("response.function_call_arguments.delta") { writer in
                writer.member("item_id", id)
                writer.member("output_index", index)
                writer.member("delta", text)
            }
        }
    }

    private mutating func closed(_ index: Int, _ block: AnswerBlock) -> [Event] {
        let id = itemID(index)
        var events: [Event] = []
        switch block.kind {
        case .reasoning:
            events.append(
                event("response.reasoning_text.done") { writer in
                    writer.place(index, id)
                    writer.member("text", block.text)
                }
            )
        case .text:
            events.append(
                event("response.output_text.done") { writer in
                    writer.place(index, id)
                    writer.member("text", block.text)
                    writer.name("logprobs")
                    writer.array([] as [Int]) { $0.integer($1) }
                }
            )
            events.append(
                event("response.content_part.done") { writer in
                    writer.place(index, id)
                    writer.name("part")
                    writer.responsePart(.text, block.text)
                }
            )
        case .toolCall(_, let name):
            events.append(
                event("response.function_call_arguments.done") { writer in
                    writer.member("item_id", id)
                    writer.member("output_index", index)
                    writer.member("name", name)
                    writer.member("arguments", block.text)
                }
            )
        }
        events.append(
            event("response.output_item.done") { writer in
                writer.member("output_index", index)
                writer.name("item")
                writer.responseItem(block, id: id, status: "completed")
            }
        )
        return events
    }

    private mutating func event(_ name: String, _ body: (inout JSONWriter) -> Void) -> Event {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", name)
            writer.member("sequence_number", sequenceNumber)
            body(&writer)
        }
        sequenceNumber += 1
        return (name, writer.bytes)
    }
}

extension JSONWriter {
    /// Where a piece of text belongs.
    fileprivate mutating func place(_ index: Int, _ id: String) {
        member("item_id", id)
        member("output_index", index)
        member("content_index", 0)
    }
}
