public import JSONDocuments

/// A text whose continuation is wanted.
///
/// What is nil or empty is not sent: the server's default holds.
public struct CompletionRequest: Sendable, Equatable {
    /// The model's name, one of those that ``ModelServer/models()`` lists.
    public var model: String
    /// The text to go on with.
    public var prompt: String
    /// How freely to draw, usually 0 to 2; 0 always takes the likeliest token.
    public var temperature: Double?
    /// The most tokens of the continuation; usually 16.
    public var maxTokens: Int?
    /// The continuation ends before any of these; four at most with most servers.
    public var stop: [String] = []
    /// Makes the draws repeatable: the same request with the same seed has the same answer.
    public var seed: Int?
    /// Further members of the request, such as `top_p`; they win over the ones above.
    public var extraFields: [JSONMember] = []

    /// Makes a request with the settings that most requests have.
    public init(
        model: String,
        prompt: String,
        temperature: Double? = nil,
        maxTokens: Int? = nil
    ) {
        self.model = model
        self.prompt = prompt
        self.temperature = temperature
        self.maxTokens = maxTokens
    }

    func json(isStreamed: Bool) -> JSONValue {
        var members = MemberList()
        members.add("model", model)
        members.add("prompt", prompt)
        members.add("temperature", temperature)
        members.add("max_tokens", maxTokens)
        members.add("stop", stop.map { .string($0) })
        members.add("seed", seed)
        members.addStream(isStreamed)
        for field in extraFields { members.add(field.name, field.value) }
        return .object(members.members)
    }
}

/// A continuation of a text: whole, or a piece of it.
public struct Completion: Sendable, Equatable {
    /// The server's name for the request.
    public var id: String
    /// The model that answered.
    public var model: String
    /// The continuations, or what is new of them.
    public var choices: [Choice]
    /// What it cost; in a stream, with the last piece.
    public var usage: TokenUsage?

    /// One continuation, or a piece of it.
    public struct Choice: Sendable, Equatable {
        /// Which of the continuations that were asked for, from 0 on.
        public var index: Int
        /// The text, without the prompt.
        public var text: String
        /// Why it ended; nil while more is to come.
        public var finishReason: FinishReason?
    }

    /// The text of the first continuation; empty if there is none.
    public var text: String { choices.first { $0.index == 0 }?.text ?? "" }
}

extension Completion: ServerAnswer {
    /// Reads an answer, or a piece of one.
    ///
    /// - Throws: ``ClientError/malformedAnswer(_:)`` if it has no list of choices.
    public init(_ reader: AnswerReader) throws(ClientError) {
        id = reader.text("id") ?? ""
        model = reader.text("model") ?? ""
        choices = try reader.requiredElements("choices").map { choice in
            Choice(
                index: choice.count("index") ?? 0,
                text: choice.text("text") ?? "",
                finishReason: choice.finishReason
            )
        }
        usage = reader.usage
    }
}
