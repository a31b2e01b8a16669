import JSONDocuments

/// The body of Anthropic's `POST /v1/messages` and `POST /v1/messages/count_tokens`, as the chat
/// request it amounts to.
public struct MessagesRequest: Sendable, Equatable {
    /// The conversation with everything that shapes its answer.
    public var chat: ChatCompletionRequest

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: JSON.
    ///   - countsOnly: the prompt's length is wanted, so `max_tokens` may be absent.
    /// - Throws: 400 naming the field at fault.
    public init(body: [UInt8], countsOnly: Bool = false) throws(APIError) {
        let fields = try FieldReader(body: body)
        guard let list = try fields.list("messages"), !list.isEmpty,
            list.count <= ChatCompletionRequest.maxMessageCount
        else {
            throw .badRequest(
                "`messages` is required, a list of 1 to "
                    + "\(ChatCompletionRequest.maxMessageCount) elements.",
                param: "messages"
            )
        }
        var messages: [ChatMessage] = []
        if let system = fields["system"] {
            messages.append(ChatMessage(.system, try Self.text(system, "system")))
        }
        for (index, value) in list.enumerated() {
            messages += try Self.messages(value, index)
        }
        chat = ChatCompletionRequest(messages: messages)
        chat.options.model = try fields.string("model")
        chat.options.stream = try fields.bool("stream") ?? false
        chat.sampling = try Self.sampling(fields)
        guard countsOnly || chat.sampling.maxTokens != nil else {
            throw .badRequest("`max_tokens` is required.", param: "max_tokens")
        }
        try readTools(fields)
        // Whether to think is the template's affair, where it has one.
        switch try fields.members("thinking").flatMap({ FieldReader($0)["type"]?.string }) {
        case "disabled":
            chat.templateArguments = [JSONMember("enable_thinking", .bool(false))]
        case "enabled", "adaptive":
            chat.templateArguments = [JSONMember("enable_thinking", .bool(true))]
        default: break
        }
    }

    private static func sampling(_ fields: FieldReader) throws(APIError) -> SamplingFields {
        var sampling = SamplingFields()
        sampling.maxTokens = try fields.int("max_tokens")
        sampling.temperature = try fields.double("temperature")
        sampling.topP = try fields.double("top_p")
        sampling.topK = try fields.int("top_k")
        sampling.stop = try fields.strings("stop_sequences") ?? []
        return sampling
    }

    // MARK: - Messages

    /// A turn becomes one message, or several where it answers calls.
    private static func messages(
        _ value: JSONValue,
        _ index: Int
    ) throws(APIError) -> [ChatMessage] {
        let role: ChatMessage.Role
        switch value["role"]?.string {
        case "user": role = .user
        case "assistant": role = .assistant
        case "system": role = .system
        default:
            throw error(index, "needs the `role` \"user\" or \"assistant\"")
        }
        guard let content = value["content"] else { throw error(index, "needs `content`") }
        if let text = content.string { return [ChatMessage(role, text)] }
        guard let blocks = content.array else {
            throw error(index, "has \(content.kind) as `content`")
        }
        var answers: [ChatMessage] = []
        var message = ChatMessage(role, "")
        message.content = nil
        for block in blocks {
            switch block["type"]?.string {
            case "text":
                guard let text = block["text"]?.string else {
                    throw error(index, "has a text block without `text`")
                }
                message.content = (message.content ?? []) + [text]
            case "thinking":
                message.reasoning = block["thinking"]?.string
            case "redacted_thinking":
                break
            case "tool_use":
                message.toolCalls.append(try call(block, index))
            case "tool_result":
                answers.append(try toolAnswer(block, index))
            case let type:
                throw error(
                    index,
                    "has a block of type \"\((type ?? "none").prefix(64))\"; this model takes text "
                        + "and tool blocks only"
                )
            }
        }
        let isEmpty = message.content == nil && message.toolCalls.isEmpty
        if isEmpty, answers.isEmpty { message.content = [] }
        return answers + (isEmpty && !answers.isEmpty ? [] : [message])
    }

    private static func call(
        _ block: JSONValue,
        _ index: Int
    ) throws(APIError) -> ChatMessage.ToolCall {
        guard let name = block["name"]?.string else {
            throw error(index, "has a tool_use block without `name`")
        }
        var writer = JSONWriter()
        writer.value(block["input"] ?? .object([]))
        return ChatMessage.ToolCall(
            id: block["id"]?.string,
            name: name,
            arguments: String(decoding: writer.bytes, as: UTF8.self)
        )
    }

    private static func toolAnswer(
        _ block: JSONValue,
        _ index: Int
    ) throws(APIError) -> ChatMessage {
        guard let id = block["tool_use_id"]?.string else {
            throw error(index, "has a tool_result block without `tool_use_id`")
        }
        let field = "messages[\(index)].content"
        var answer = ChatMessage(
            .tool,
            try block["content"].map { value throws(APIError) in
                try text(value, field)
            } ?? ""
        )
        answer.toolCallID = id
        return answer
    }

    private static func text(_ value: JSONValue, _ field: String) throws(APIError) -> String {
        if let text = value.string { return text }
        guard let blocks = value.array else {
            throw .badRequest(
                "`\(field)` must be a string or a list of text blocks.",
                param: "messages"
            )
        }
        var texts: [String] = []
        for block in blocks {
            guard let text = block["text"]?.string else {
                throw .badRequest("`\(field)` may have text blocks only.", param: "messages")
            }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    private static func error(_ index: Int, _ reason: String) -> APIError {
        .badRequest("`messages[\(index)]` \(reason).", param: "messages")
    }

    // MARK: - Tools

    private mutating func readTools(_ fields: FieldReader) throws(APIError) {
        chat.tools = try Tool.list(fields) { value, index throws(APIError) in
            try Tool(function: value, index: index, schemaField: "input_schema")
        }
        let members = try fields.members("tool_choice")
        let choice = members.map { FieldReader($0) }
        chat.parallelToolCalls = try choice?.bool("disable_parallel_tool_use") != true
        switch try choice?.string("type") {
        case nil: chat.toolChoice = chat.tools.isEmpty ? .none : .auto
        case "auto": chat.toolChoice = .auto
        case "none": chat.toolChoice = .none
        case "any": chat.toolChoice = .required
        case "tool":
            guard let name = try choice?.string("name") else {
                throw .badRequest("`tool_choice` needs a `name`.", param: "tool_choice")
            }
            chat.toolChoice = .function(name)
        default:
            throw .badRequest(
                "`tool_choice.type` must be \"auto\", \"any\", \"tool\" or \"none\".",
                param: "tool_choice"
            )
        }
        try chat.toolChoice.check(chat.tools)
    }
}
