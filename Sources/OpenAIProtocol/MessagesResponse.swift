import JSONDocuments

/// The answer to Anthropic's `POST /v1/messages`, whole or as the events of a stream.
public struct MessagesResponse: Sendable, Equatable {
    /// Begins with `msg_`.
    public var id: String
    /// The served model's name.
    public var model: String
    /// Thoughts, texts and calls in their order.
    public var blocks: [AnswerBlock] = []
    /// OpenAI's word for why it ended; nil while more is to come.
    public var finishReason: String?
    /// The stop sequence that ended it, if one did.
    public var stopSequence: String?
    /// What it cost, or has cost so far.
    public var usage: Usage

    /// An answer without blocks.
    public init(id: String, model: String, usage: Usage) {
        self.id = id
        self.model = model
        self.usage = usage
    }

    /// The JSON body.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("type", "message")
            writer.member("role", "assistant")
            writer.member("model", model)
            writer.name("content")
            writer.array(blocks) { $0.anthropicBlock($1) }
            writer.member("stop_reason", stopReason)
            writer.member("stop_sequence", stopSequence)
            writer.name("usage")
            writer.anthropicUsage(usage)
        }
    }

    private var stopReason: String? {
        switch finishReason {
        case nil: nil
        case "length": "max_tokens"
        case "tool_calls": "tool_use"
        default: stopSequence == nil ? "end_turn" : "stop_sequence"
        }
    }

    // MARK: - Events

    /// An event's name and its JSON.
    public typealias Event = (name: String, json: [UInt8])

    /// The first event.
    public var started: Event {
        event("message_start") { writer in
            writer.name("message")
            write(to: &writer)
        }
    }

    /// What a client is told of a block.
    public static func event(_ block: AnswerBlockEvent) -> Event {
        switch block {
        case .opened(let index, let kind):
            return event("content_block_start") { writer in
                writer.member("index", index)
                writer.name("content_block")
                writer.anthropicBlock(AnswerBlock(kind))
            }
        case .delta(let index, let kind, let text):
            return event("content_block_delta") { writer in
                let (type, name) = names(ofDelta: kind)
                writer.member("index", index)
                writer.name("delta")
                writer.object { writer in
                    writer.member("type", type)
                    writer.member(name, text)
                }
            }
        case .closed(let index, _):
            return event("content_block_stop") { $0.member("index", index) }
        }
    }

    private static func names(ofDelta kind: AnswerBlock.Kind) -> (type: String, text: String) {
        switch kind {
        case .reasoning: ("thinking_delta", "thinking")
        case .text: ("text_delta", "text")
        case .toolCall: ("input_json_delta", "partial_json")
        }
    }

    /// The last two events.
    public var ended: [Event] {
        let delta = event("message_delta") { writer in
            writer.name("delta")
            writer.object { writer in
                writer.member("stop_reason", stopReason)
                writer.member("stop_sequence", stopSequence)
            }
            writer.name("usage")
            writer.anthropicUsage(usage)
        }
        return [delta, Self.event("message_stop") { _ in }]
    }

    /// An error in Anthropic's shape: the body of an answer, and the last event of a stream that
    /// fails.
    public static func encoded(_ error: APIError) -> [UInt8] {
        event("error") { writer in
            writer.name("error")
            writer.object { writer in
                writer.member("type", type(of: error.status))
                writer.member("message", error.message)
            }
        }.json
    }

    private static func type(of status: Int) -> String {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503: "overloaded_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }

    private func event(_ name: String, _ body: (inout JSONWriter) -> Void) -> Event {
        Self.event(name, body)
    }

    private static func event(_ name: String, _ body: (inout JSONWriter) -> Void) -> Event {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("type", name)
            body(&writer)
        }
        return (name, writer.bytes)
    }
}

extension JSONWriter {
    fileprivate mutating func anthropicBlock(_ block: AnswerBlock) {
        object { writer in
            switch block.kind {
            case .reasoning:
                writer.member("type", "thinking")
                writer.member("thinking", block.text)
                writer.member("signature", "")
            case .text:
                writer.member("type", "text")
                writer.member("text", block.text)
            case .toolCall(let id, let name):
                writer.member("type", "tool_use")
                writer.member("id", id)
                writer.member("name", name)
                writer.name("input")
                // What was cut off in the middle is no JSON; the stop reason tells the client so.
                writer.value((try? JSONParser.parse(Array(block.text.utf8))) ?? .object([]))
            }
        }
    }

    fileprivate mutating func anthropicUsage(_ usage: Usage) {
        object { writer in
            writer.member("input_tokens", usage.promptTokens - usage.cachedTokens)
            writer.member("cache_read_input_tokens", usage.cachedTokens)
            writer.member("cache_creation_input_tokens", 0)
            writer.member("output_tokens", usage.completionTokens)
        }
    }
}
