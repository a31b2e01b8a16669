/// A piece of an answer to a conversation.
public struct ChatChunk: Sendable, Equatable {
    /// The server's name for the request.
    public var id: String
    /// The model that answers.
    public var model: String
    /// What is new; none in the chunk that only brings the bill.
    public var choices: [Choice]
    /// What it cost, in the last chunk.
    public var usage: TokenUsage?

    /// What is new of one answer.
    public struct Choice: Sendable, Equatable {
        /// Of which one.
        public var index: Int
        /// Text to put behind what came before.
        public var content: String
        /// The same for what the model thinks.
        public var reasoning: String
        /// Pieces of tool calls.
        public var toolCalls: [ToolCallPiece]
        /// Why it ended; nil while more is to come.
        public var finishReason: FinishReason?
        /// One entry for each new token, if they were asked for.
        public var logprobs: [TokenLogprob]
    }

    /// A piece of a tool call.
    public struct ToolCallPiece: Sendable, Equatable {
        /// Of which call of the answer.
        public var index: Int
        /// The call's identity, in its first piece.
        public var id: String?
        /// The tool's name, in its first piece.
        public var name: String?
        /// Text to put behind the arguments that came before.
        public var arguments: String
    }

    /// The new text of the first answer.
    public var text: String { choices.first { $0.index == 0 }?.content ?? "" }
}

extension ChatChunk: ServerAnswer {
    /// Reads a chunk.
    public init(_ reader: AnswerReader) throws(ClientError) {
        id = reader.text("id") ?? ""
        model = reader.text("model") ?? ""
        choices = try reader.requiredElements("choices").map(Choice.init)
        usage = reader.usage
    }
}

extension ChatChunk.Choice {
    fileprivate init(_ reader: AnswerReader) {
        let delta = reader.member("delta")
        self.init(
            index: reader.count("index") ?? 0,
            content: delta?.text("content") ?? "",
            reasoning: delta?.reasoning ?? "",
            toolCalls: delta?.elements("tool_calls").map(ChatChunk.ToolCallPiece.init) ?? [],
            finishReason: reader.finishReason,
            logprobs: reader.chatLogprobs
        )
    }
}

extension ChatChunk.ToolCallPiece {
    fileprivate init(_ reader: AnswerReader) {
        let function = reader.member("function")
        self.init(
            index: reader.count("index") ?? 0,
            id: reader.text("id"),
            name: function?.text("name"),
            arguments: function?.text("arguments") ?? ""
        )
    }
}
