public import JSONDocuments

/// The body of `POST /v1/chat/completions`.
///
/// Types are checked here; ranges belong to the one validator behind all entry points.
public struct ChatCompletionRequest: Sendable, Equatable {
    /// The conversation so far; never empty.
    public var messages: [ChatMessage]
    /// What the model may call.
    public var tools: [Tool] = []
    /// Whether it may, or must.
    public var toolChoice = ToolChoice.none
    /// Several calls in one answer are fine.
    public var parallelToolCalls = true
    /// The form the answer is held to; nil leaves it free.
    public var format: AnswerFormat?
    /// The prompt ends where the assistant begins to speak.
    public var addGenerationPrompt = true
    /// The answer goes on with the last message instead of beginning one.
    public var continueFinalMessage = false
    /// The tokenizer may put its own tokens around what the template printed.
    public var addSpecialTokens = false
    /// Further variables of the template.
    public var templateArguments: [JSONMember] = []
    /// Texts for templates that know how to show documents.
    public var documents: JSONValue?
    /// The answer shows what the model thought before it spoke.
    public var includeReasoning = true
    /// The answer begins with the text of the last message.
    public var echo = false
    /// How tokens are chosen and when to stop.
    public var sampling = SamplingFields()
    /// What holds for every kind of request.
    public var options = RequestOptions()

    /// A request with every default.
    public init(messages: [ChatMessage]) { self.messages = messages }

    /// Reads a body.
    ///
    /// - Throws: 400 naming the field that is missing, of the wrong type, or not supported.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        try UnsupportedFields.refuse(fields)
        try self.init(conversation: fields)
        options = try RequestOptions(fields)
        format = try AnswerFormat(fields)
        includeReasoning = try fields.bool("include_reasoning") ?? true
        echo = try fields.bool("echo") ?? false
        sampling = try SamplingFields(fields, logprobs: Self.logprobs(fields))
        sampling.maxTokens = try fields.int("max_completion_tokens") ?? sampling.maxTokens
        try readTools(fields)
        guard sampling.promptLogprobs == nil || !options.stream else {
            throw .badRequest(
                "`prompt_logprobs` is not available when `stream` is true.",
                param: "prompt_logprobs"
            )
        }
        if format != nil, toolChoice != .none, toolChoice != .auto {
            throw .badRequest(
                "A form for the answer and a `tool_choice` that forces a call exclude one another.",
                param: "tool_choice"
            )
        }
    }

    /// Reads what makes the prompt: the fields that rendering and counting take as well.
    init(conversation fields: FieldReader) throws(APIError) {
        guard fields["messages"] != nil, let list = try fields.list("messages") else {
            throw .badRequest("`messages` is required, a list.", param: "messages")
        }
        guard (1...Self.maxMessageCount).contains(list.count) else {
            throw .badRequest(
                "`messages` must have 1 to \(Self.maxMessageCount) elements, got \(list.count).",
                param: "messages"
            )
        }
        var messages: [ChatMessage] = []
        for (index, value) in list.enumerated() {
            messages.append(try ChatMessage(value, index: index))
        }
        self.messages = messages
        continueFinalMessage = try fields.bool("continue_final_message") ?? false
        addGenerationPrompt =
            try fields.bool("add_generation_prompt") ?? !continueFinalMessage
        addSpecialTokens = try fields.bool("add_special_tokens") ?? false
        documents = try fields.list("documents").map { .array($0) }
        templateArguments = try Self.templateArguments(fields)
        guard !continueFinalMessage || !addGenerationPrompt else {
            throw .badRequest(
                "`continue_final_message` and `add_generation_prompt` exclude one another.",
                param: "continue_final_message"
            )
        }
    }

    /// Reads `tools`, `tool_choice` and `parallel_tool_calls`.
    mutating func readTools(_ fields: FieldReader) throws(APIError) {
        if let list = try fields.list("tools") {
            guard (1...Self.maxToolCount).contains(list.count) else {
                throw .badRequest(
                    "`tools` must have 1 to \(Self.maxToolCount) elements, got \(list.count); "
                        + "leave the field out if there are none.",
                    param: "tools"
                )
            }
            for (index, value) in list.enumerated() {
                tools.append(try Tool(value, index: index))
            }
            try Self.checkNames(tools)
        }
        toolChoice = try ToolChoice(fields["tool_choice"], tools: tools)
        parallelToolCalls = try fields.bool("parallel_tool_calls") ?? true
    }

    static func checkNames(_ tools: [Tool]) throws(APIError) {
        var names: Set<String> = []
        for tool in tools where !names.insert(tool.name).inserted {
            throw .badRequest("`tools` has two of the name \"\(tool.name)\".", param: "tools")
        }
    }

    /// Most messages of a conversation.
    public static let maxMessageCount = 1024
    /// Most tools of a request.
    public static let maxToolCount = 128

    // MARK: - Fields with a form of their own

    /// The number of candidates per token: 0 reports the chosen tokens only, nil nothing.
    private static func logprobs(_ fields: FieldReader) throws(APIError) -> Int? {
        let isWanted = try fields.bool("logprobs") ?? false
        let count = try fields.int("top_logprobs")
        guard let count else { return isWanted ? 0 : nil }
        guard isWanted || count == 0 else {
            throw .badRequest(
                "`top_logprobs` needs `logprobs` to be true.",
                param: "top_logprobs"
            )
        }
        guard (0...20).contains(count) else {
            throw .badRequest(
                "`top_logprobs` must be from 0 to 20, got \(count).",
                param: "top_logprobs"
            )
        }
        return isWanted ? count : nil
    }

    /// Names a request may not give to a template: the server fills them in.
    private static let reservedNames: Set<String> = [
        "messages", "tools", "documents", "add_generation_prompt", "bos_token", "eos_token",
        "chat_template", "raise_exception", "strftime_now", "namespace", "range",
    ]

    private static func templateArguments(_ fields: FieldReader) throws(APIError) -> [JSONMember] {
        let name = "chat_template_kwargs"
        var arguments = try fields.members(name) ?? []
        for argument in arguments where reservedNames.contains(argument.name) {
            throw .badRequest(
                "`\(name)` may not set `\(argument.name)`; the server does.",
                param: name
            )
        }
        guard arguments.count <= 32 else {
            throw .badRequest("`\(name)` may have 32 members, got \(arguments.count).", param: name)
        }
        if let effort = try fields.string("reasoning_effort") {
            guard ["none", "minimal", "low", "medium", "high", "xhigh", "max"].contains(effort)
            else {
                throw .badRequest(
                    "`reasoning_effort` must be \"none\", \"minimal\", \"low\", \"medium\" or "
                        + "\"high\".",
                    param: "reasoning_effort"
                )
            }
            arguments.addMissing("reasoning_effort", .string(effort))
            // Templates that can be told to think know it by this name.
            if effort == "none" { arguments.addMissing("enable_thinking", .bool(false)) }
        }
        return arguments
    }
}

extension [JSONMember] {
    /// Adds a member unless there is one of this name.
    fileprivate mutating func addMissing(_ name: String, _ value: JSONValue) {
        if !contains(where: { $0.name == name }) { append(JSONMember(name, value)) }
    }
}
