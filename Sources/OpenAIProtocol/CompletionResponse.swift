import JSONDocuments

/// The answer to `POST /v1/completions`: whole, or one chunk of a stream.
public struct CompletionResponse: Sendable, Equatable {
    /// The request's id, the same in all chunks.
    public var id: String
    /// Unix seconds.
    public var created: Int
    /// The served model's name.
    public var model: String
    /// The texts, by index.
    public var choices: [CompletionChoice]
    /// What the request cost; nil on chunks that do not carry it.
    public var usage: Usage?
    /// Whether this is part of a stream.
    public var isChunk: Bool
    /// Absent usage is written as null, as in streams that will end with a bill.
    public var announcesUsage = false
    /// What took how long, if asked for.
    public var timings: RequestTimings?

    /// Makes an answer.
    public init(
        id: String,
        created: Int,
        model: String,
        choices: [CompletionChoice],
        usage: Usage?,
        isChunk: Bool
    ) {
        self.id = id
        self.created = created
        self.model = model
        self.choices = choices
        self.usage = usage
        self.isChunk = isChunk
    }

    /// The JSON body.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "text_completion")
            writer.member("created", created)
            writer.member("model", model)
            writer.name("choices")
            writer.array(choices) { $1.write(to: &$0, isChunk: isChunk) }
            if let usage {
                writer.name("usage")
                usage.write(to: &writer)
            } else if announcesUsage {
                writer.name("usage")
                writer.null()
            }
            if !isChunk { writer.member("system_fingerprint", nil as String?) }
            if let timings { timings.write(to: &writer) }
        }
        return writer.bytes
    }
}

/// What ended a choice besides its length.
public enum StopReason: Sendable, Equatable {
    /// One of the request's `stop_token_ids`.
    case token(Int32)
    /// One of the request's `stop` strings.
    case string(String)
}

/// One continuation of one prompt, or a piece of it.
public struct CompletionChoice: Sendable, Equatable {
    /// Prompt index × n + sample.
    public var index: Int
    /// The text, with the prompt before it if the request said `echo`.
    public var text = ""
    /// Present if asked for.
    public var logprobs: CompletionLogprobs?
    /// `stop`, `length`, `abort`; nil while more is to come.
    public var finishReason: String?
    /// What stopped it, if it was a stop string or stop token.
    public var stopReason: StopReason?
    /// The ids of the generated tokens, if asked for.
    public var tokenIDs: [Int32]?
    /// The ids of the prompt, if asked for.
    public var promptTokenIDs: [Int32]?
    /// One entry per prompt token, the first nil; nil if not asked for.
    public var promptLogprobs: [[PromptLogprob]?]?

    /// An empty choice.
    public init(index: Int) { self.index = index }

    func write(to writer: inout JSONWriter, isChunk: Bool) {
        writer.object { writer in
            writer.member("index", index)
            writer.member("text", text)
            writer.name("logprobs")
            if let logprobs { logprobs.write(to: &writer) } else { writer.null() }
            writer.member("finish_reason", finishReason)
            writer.stopReason(stopReason)
            if let tokenIDs { writer.member("token_ids", tokenIDs) }
            if let promptTokenIDs { writer.member("prompt_token_ids", promptTokenIDs) }
            if !isChunk { writer.promptLogprobs(promptLogprobs) }
        }
    }
}

extension JSONWriter {
    /// Writes the member `stop_reason`.
    mutating func stopReason(_ reason: StopReason?) {
        name("stop_reason")
        switch reason {
        case .token(let id): integer(id)
        case .string(let text): string(text)
        case nil: null()
        }
    }

    /// Writes the member `prompt_logprobs`.
    mutating func promptLogprobs(_ positions: [[PromptLogprob]?]?) {
        name("prompt_logprobs")
        guard let positions else { return null() }
        array(positions) { writer, entries in
            guard let entries else { return writer.null() }
            writer.object { writer in
                for entry in entries { entry.write(to: &writer) }
            }
        }
    }
}
