import JSONDocuments

/// The answer to `POST /v1/chat/completions` as a whole.
public struct ChatCompletionResponse: Sendable, Equatable {
    /// The request's id.
    public var id: String
    /// Unix seconds.
    public var created: Int
    /// The served model's name.
    public var model: String
    /// The answers, by index.
    public var choices: [ChatChoice]
    /// What the request cost.
    public var usage: Usage
    /// What took how long, if asked for.
    public var timings: RequestTimings?

    /// Makes an answer.
    public init(
        id: String,
        created: Int,
        model: String,
        choices: [ChatChoice],
        usage: Usage,
        timings: RequestTimings? = nil
    ) {
        self.id = id
        self.created = created
        self.model = model
        self.choices = choices
        self.usage = usage
        self.timings = timings
    }

    /// The JSON body.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "chat.completion")
            writer.member("created", created)
            writer.member("model", model)
            writer.name("choices")
            writer.array(choices) { $1.write(to: &$0) }
            writer.name("usage")
            usage.write(to: &writer)
            writer.member("system_fingerprint", nil as String?)
            if let timings { timings.write(to: &writer) }
        }
        return writer.bytes
    }
}

/// One answer to a conversation.
public struct ChatChoice: Sendable, Equatable {
    /// Which of the `n` answers.
    public var index: Int
    /// What the assistant says; nil when it only calls tools.
    public var content: String?
    /// What it thought before; nil for none.
    public var reasoning: String?
    /// The calls it makes.
    public var toolCalls: [ChatMessage.ToolCall] = []
    /// One per token, if asked for.
    public var logprobs: [ChatTokenLogprob]?
    /// `stop`, `length`, `tool_calls`.
    public var finishReason: String?
    /// What stopped it, if it was a stop string or stop token.
    public var stopReason: StopReason?
    /// The ids of its tokens, if asked for.
    public var tokenIDs: [Int32]?
    /// The ids of the prompt, if asked for.
    public var promptTokenIDs: [Int32]?
    /// One entry per prompt token, the first nil; nil if not asked for.
    public var promptLogprobs: [[PromptLogprob]?]?

    /// An empty choice.
    public init(index: Int) { self.index = index }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("index", index)
            writer.name("message")
            writer.object { writer in
                writer.member("role", "assistant")
                writer.member("content", content)
                writer.member("refusal", nil as String?)
                if let reasoning {
                    writer.member("reasoning", reasoning)
                    // The name older clients know.
                    writer.member("reasoning_content", reasoning)
                }
                if !toolCalls.isEmpty {
                    writer.name("tool_calls")
                    writer.array(toolCalls) { writer, call in
                        writer.object { call.writeMembers(to: &$0) }
                    }
                }
            }
            writer.chatLogprobs(logprobs)
            writer.member("finish_reason", finishReason)
            writer.stopReason(stopReason)
            if let tokenIDs { writer.member("token_ids", tokenIDs) }
            if let promptTokenIDs { writer.member("prompt_token_ids", promptTokenIDs) }
            if let promptLogprobs { writer.promptLogprobs(promptLogprobs) }
        }
    }
}

extension ChatMessage.ToolCall {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("type", "function")
        writer.name("function")
        writer.object { writer in
            writer.member("name", name)
            writer.member("arguments", arguments)
        }
    }
}
