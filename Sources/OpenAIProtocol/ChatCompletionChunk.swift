import JSONDocuments

/// One chunk of a streamed answer to `POST /v1/chat/completions`.
public struct ChatCompletionChunk: Sendable, Equatable {
    /// A piece of a tool call: the first one names it, the others go on with its arguments.
    public struct ToolCallDelta: Sendable, Equatable {
        /// Which call of the answer, from 0 on.
        public var index: Int
        /// The call's name, in its first piece.
        public var id: String?
        /// Which tool, in its first piece.
        public var name: String?
        /// More of the JSON of the arguments.
        public var arguments: String

        /// Makes a piece.
        public init(index: Int, id: String? = nil, name: String? = nil, arguments: String) {
            self.index = index
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    /// What is new.
    public enum Delta: Sendable, Equatable {
        /// The first chunk: who speaks.
        case role
        /// More of what the assistant says.
        case content(String)
        /// More of what it thinks.
        case reasoning(String)
        /// More of a call.
        case toolCall(ToolCallDelta)
        /// Nothing but log-probabilities, token ids or the end.
        case empty
    }

    /// The part of a chunk that belongs to one answer.
    public struct Choice: Sendable, Equatable {
        /// Which of the `n` answers.
        public var index: Int
        /// What is new.
        public var delta: Delta
        /// Those of the tokens that came with this chunk, if asked for.
        public var logprobs: [ChatTokenLogprob]?
        /// Only in the last chunk of an answer.
        public var finishReason: String?
        /// What stopped it, if it was a stop string or stop token.
        public var stopReason: StopReason?
        /// Those of the tokens that came with this chunk, if asked for.
        public var tokenIDs: [Int32]?
        /// The ids of the prompt, in the first chunk, if asked for.
        public var promptTokenIDs: [Int32]?

        /// A choice of a chunk.
        public init(index: Int, delta: Delta) {
            self.index = index
            self.delta = delta
        }
    }

    /// The request's id, the same in all chunks.
    public var id: String
    /// Unix seconds.
    public var created: Int
    /// The served model's name.
    public var model: String
    /// Nil in the chunk that only carries the bill.
    public var choice: Choice?
    /// The bill, or what it is so far.
    public var usage: Usage?
    /// Absent usage is written as null, as in streams that will end with a bill.
    public var announcesUsage = false
    /// What took how long, in the last chunk of an answer, if asked for.
    public var timings: RequestTimings?

    /// Makes a chunk.
    public init(id: String, created: Int, model: String, choice: Choice?) {
        self.id = id
        self.created = created
        self.model = model
        self.choice = choice
    }

    /// The JSON of the frame.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "chat.completion.chunk")
            writer.member("created", created)
            writer.member("model", model)
            writer.name("choices")
            writer.array(choice.map { [$0] } ?? []) { $1.write(to: &$0) }
            if let usage {
                writer.name("usage")
                usage.write(to: &writer)
            } else if announcesUsage {
                writer.name("usage")
                writer.null()
            }
            if let timings { timings.write(to: &writer) }
        }
        return writer.bytes
    }
}

extension ChatCompletionChunk.Choice {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("index", index)
            writer.name("delta")
            writer.object { delta.writeMembers(to: &$0) }
            writer.chatLogprobs(logprobs)
            writer.member("finish_reason", finishReason)
            if finishReason != nil { writer.stopReason(stopReason) }
            if let tokenIDs { writer.member("token_ids", tokenIDs) }
            if let promptTokenIDs { writer.member("prompt_token_ids", promptTokenIDs) }
        }
    }
}

extension ChatCompletionChunk.Delta {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        switch self {
        case .role:
            writer.member("role", "assistant")
            writer.member("content", "")
        case .content(let text):
            writer.member("content", text)
        case .reasoning(let text):
            writer.member("reasoning", text)
            writer.member("reasoning_content", text)
        case .toolCall(let call):
            writer.name("tool_calls")
            writer.array([call]) { $1.write(to: &$0) }
        case .empty:
            break
        }
    }
}

extension ChatCompletionChunk.ToolCallDelta {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("index", index)
            if let id { writer.member("id", id) }
            if name != nil { writer.member("type", "function") }
            writer.name("function")
            writer.object { writer in
                if let name { writer.member("name", name) }
                writer.member("arguments", arguments)
            }
        }
    }
}
