public import JSONDocuments

/// The answer to OpenAI's `POST /v1/responses` as a whole.
public struct ResponsesResponse: Sendable, Equatable {
    /// The request's name; ids of the answer and of its items are made of it.
    public var identity: String
    /// Unix seconds.
    public var created: Int
    /// The served model's name.
    public var model: String
    /// Members of the request that the answer repeats.
    public var echoed: [JSONMember]
    /// Several calls in one answer are fine.
    public var parallelToolCalls: Bool
    /// Thoughts, texts and calls in their order, as far as they are complete.
    public var blocks: [AnswerBlock] = []
    /// OpenAI's chat word for why it ended; nil while more is to come.
    public var finishReason: String?
    /// What it cost; nil while more is to come.
    public var usage: Usage?
    /// What went wrong, if something did.
    public var error: APIError?

    /// An answer that has just begun.
    public init(
        identity: String,
        created: Int,
        model: String,
        request: ResponsesRequest
    ) {
        self.identity = identity
        self.created = created
        self.model = model
        echoed = request.echoed
        parallelToolCalls = request.chat.parallelToolCalls
    }

    /// The JSON body.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The answer's id.
    public var id: String { "resp_" + identity }

    /// Where the answer stands: `in_progress`, `completed`, `incomplete`, `failed`.
    public var status: String {
        if error != nil { return "failed" }
        switch finishReason {
        case nil: return "in_progress"
        case "length": return "incomplete"
        default: return "completed"
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "response")
            writer.member("created_at", created)
            writer.member("status", status)
            writer.name("error")
            if let error {
                writer.object { writer in
                    writer.member("code", "server_error")
                    writer.member("message", error.message)
                }
            } else {
                writer.null()
            }
            writer.name("incomplete_details")
            if status == "incomplete" {
                writer.object { $0.member("reason", "max_output_tokens") }
            } else {
                writer.null()
            }
            writer.member("model", model)
            writer.name("output")
            writer.array(blocks.enumerated()) { writer, element in
                let isLast = element.offset == blocks.count - 1
                let status = isLast && status == "incomplete" ? "incomplete" : "completed"
                writer.responseItem(element.element, id: itemID(element.offset), status: status)
            }
            writer.member("parallel_tool_calls", parallelToolCalls)
            writer.member("previous_response_id", nil as String?)
            writer.member("store", false)
            writer.member("truncation", "disabled")
            for member in echoed {
                writer.name(member.name)
                writer.value(member.value)
            }
            writer.name("usage")
            if let usage { writer.responseUsage(usage) } else { writer.null() }
        }
    }

    /// The id of an item of the output.
    func itemID(_ index: Int) -> String { "item_\(identity)_\(index)" }
}

extension JSONWriter {
    /// Writes a block as an item of the output.
    mutating func responseItem(_ block: AnswerBlock, id: String, status: String) {
        object { writer in
            writer.member("id", id)
            switch block.kind {
            case .reasoning:
                writer.member("type", "reasoning")
                writer.name("summary")
                writer.array([] as [Int]) { $0.integer($1) }
                writer.name("content")
                let texts = block.text.isEmpty ? [] : [block.text]
                writer.array(texts) { $0.responsePart(.reasoning, $1) }
            case .text:
                writer.member("type", "message")
                writer.member("status", status)
                writer.member("role", "assistant")
                writer.name("content")
                let texts = block.text.isEmpty && status == "in_progress" ? [] : [block.text]
                writer.array(texts) { $0.responsePart(.text, $1) }
            case .toolCall(let callID, let name):
                writer.member("type", "function_call")
                writer.member("status", status)
                writer.member("call_id", callID)
                writer.member("name", name)
                writer.member("arguments", block.text)
            }
        }
    }

    /// Writes the one part of a message or a thought.
    mutating func responsePart(_ kind: AnswerBlock.Kind, _ text: String) {
        object { writer in
            guard kind != .reasoning else {
                writer.member("type", "reasoning_text")
                writer.member("text", text)
                return
            }
            writer.member("type", "output_text")
            writer.member("text", text)
            for name in ["annotations", "logprobs"] {
                writer.name(name)
                writer.array([] as [Int]) { $0.integer($1) }
            }
        }
    }

    fileprivate mutating func responseUsage(_ usage: Usage) {
        object { writer in
            writer.member("input_tokens", usage.promptTokens)
            writer.name("input_tokens_details")
            writer.object { $0.member("cached_tokens", usage.cachedTokens) }
            writer.member("output_tokens", usage.completionTokens)
            writer.name("output_tokens_details")
            writer.object { $0.member("reasoning_tokens", usage.reasoningTokens) }
            writer.member("total_tokens", usage.promptTokens + usage.completionTokens)
        }
    }
}
