/// A piece of an answer to a conversation.
public struct ChatChunk: Sendable, Equatable {
    /// The server's name for the request.
    public var id: String
    /// The model that answers.
    public var model: String
    /// What is new; none in the chunk that only brings the usage.
    public var choices: [Choice]
    /// What the whole request cost; in the last chunk, if the server says.
    public var usage: TokenUsage?

    /// What is new of one answer.
    public struct Choice: Sendable, Equatable {
        /// Which of the answers that were asked for, from 0 on.
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
        /// Which call of the answer, from 0 on.
        public var index: Int
        /// The call's identity, in its first piece.
        public var id: String?
        /// The tool's name, in its first piece.
        public var name: String?
        /// JSON text to put behind the arguments that came before; whole only at the end.
        public var arguments: String
    }

    /// The new text of the first answer; empty if this chunk has none.
    public var text: String { choices.first { $0.index == 0 }?.content ?? "" }
}

extension ChatChunk: ServerAnswer {
    /// Reads a chunk.
    ///
    /// - Throws: ``ClientError/malformedAnswer(_:)`` if it has no list of choices.
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
