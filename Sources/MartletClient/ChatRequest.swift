public import JSONDocuments

/// A conversation whose next message is wanted.
///
/// What is nil or empty is not sent: the server's default holds. Nothing is checked here; the
/// server refuses what is out of its range, with ``ClientError/refused(_:)``.
public struct ChatRequest: Sendable, Equatable {
    /// The model's name, one of those that ``ModelServer/models()`` lists.
    public var model: String
    /// The conversation so far.
    public var messages: [ChatMessage]
    /// How freely to draw, usually 0 to 2; 0 always takes the likeliest token.
    public var temperature: Double?
    /// Draws only from the likeliest tokens that have this probability together; 1 is all.
    public var topP: Double?
    /// The most tokens of the answer; usually as many as the model's context leaves.
    public var maxTokens: Int?
    /// The answer ends before any of these; four at most with most servers.
    public var stop: [String] = []
    /// Makes the draws repeatable: the same request with the same seed has the same answer.
    public var seed: Int?
    /// How many answers to draw; usually 1.
    public var answerCount: Int?
    /// The tools there are.
    public var tools: [Tool] = []
    /// Whether to call them; usually the model decides.
    public var toolChoice: ToolChoice?
    /// What the text has to be; usually anything.
    public var responseFormat: ResponseFormat?
    /// For how many of the likeliest tokens log-probabilities are wanted, beside the drawn one's;
    /// nil for none at all.
    public var topLogprobCount: Int?
    /// Further members of the request, such as `top_k`; they win over the ones above.
    public var extraFields: [JSONMember] = []

    /// Makes a request with the settings that most requests have.
    public init(
        model: String,
        messages: [ChatMessage],
        temperature: Double? = nil,
        maxTokens: Int? = nil,
        tools: [Tool] = []
    ) {
        self.model = model
        self.messages = messages
        self.temperature = temperature
        self.maxTokens = maxTokens
        self.tools = tools
    }

    func json(isStreamed: Bool) -> JSONValue {
        var members = MemberList()
        members.add("model", model)
        members.add("messages", messages.map(\.json))
        members.add("temperature", temperature)
        members.add("top_p", topP)
        // The older of two names, which every server knows.
        members.add("max_tokens", maxTokens)
        members.add("stop", stop.map { .string($0) })
        members.add("seed", seed)
        members.add("n", answerCount)
        members.add("tools", tools.map(\.json))
        members.add("tool_choice", toolChoice?.json)
        members.add("response_format", responseFormat?.json)
        if let topLogprobCount {
            members.add("logprobs", .bool(true))
            members.add("top_logprobs", topLogprobCount)
        }
        members.addStream(isStreamed)
        for field in extraFields { members.add(field.name, field.value) }
        return .object(members.members)
    }

    /// What of it changes the number of its tokens.
    var tokenizeJSON: JSONValue {
        var members = MemberList()
        members.add("model", model)
        members.add("messages", messages.map(\.json))
        members.add("tools", tools.map(\.json))
        return .object(members.members)
    }
}

extension MemberList {
    /// A stream is asked for together with its bill.
    mutating func addStream(_ isStreamed: Bool) {
        guard isStreamed else { return }
        add("stream", .bool(true))
        add("stream_options", ["include_usage": true] as JSONValue)
    }
}
