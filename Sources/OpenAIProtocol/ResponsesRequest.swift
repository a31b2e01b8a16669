public import JSONDocuments

/// The body of OpenAI's `POST /v1/responses`, as the chat request it amounts to.
///
/// Nothing is stored: a conversation is sent whole each time.
public struct ResponsesRequest: Sendable, Equatable {
    /// The conversation with everything that shapes its answer.
    public var chat: ChatCompletionRequest
    /// Members of the body that the answer repeats as they came.
    public var echoed: [JSONMember] = []

    /// Members that the answer repeats, with what it says where the client left them out.
    private static let echoedNames: [(name: String, missing: JSONValue)] = [
        ("instructions", .null), ("max_output_tokens", .null), ("metadata", .object([])),
        ("reasoning", .null), ("temperature", .null), ("top_p", .null),
        ("text", .object([JSONMember("format", .object([JSONMember("type", .string("text"))]))])),
        ("tool_choice", .string("auto")), ("tools", .array([])), ("user", .null),
    ]

    /// Reads a body.
    ///
    /// - Throws: 400 naming the field at fault.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        for name in ["previous_response_id", "conversation", "prompt"] where fields[name] != nil {
            throw .unsupported(
                name,
                "`\(name)` is not supported: this server stores no conversations. Send the whole "
                    + "conversation as `input`."
            )
        }
        if try fields.bool("background") == true { throw .unsupported("background") }
        var messages: [ChatMessage] = []
        if let instructions = try fields.string("instructions") {
            messages.append(ChatMessage(.system, instructions))
        }
        messages += try ResponsesInput.messages(fields["input"])
        chat = ChatCompletionRequest(messages: messages)
        chat.options.model = try fields.string("model")
        chat.options.stream = try fields.bool("stream") ?? false
        chat.sampling = try Self.sampling(fields)
        chat.parallelToolCalls = try fields.bool("parallel_tool_calls") ?? true
        if let effort = try fields.members("reasoning").flatMap({
            FieldReader($0)["effort"]?.string
        }) {
            chat.templateArguments = [JSONMember("reasoning_effort", .string(effort))]
        }
        chat.format = try Self.format(fields)
        try readTools(fields)
        for (name, missing) in Self.echoedNames {
            echoed.append(JSONMember(name, fields[name] ?? missing))
        }
    }

    private static func sampling(_ fields: FieldReader) throws(APIError) -> SamplingFields {
        var sampling = SamplingFields()
        sampling.maxTokens = try fields.int("max_output_tokens")
        sampling.temperature = try fields.double("temperature")
        sampling.topP = try fields.double("top_p")
        sampling.topK = try fields.int("top_k")
        sampling.seed = try fields.int("seed").map(Int64.init)
        return sampling
    }

    private static func format(_ fields: FieldReader) throws(APIError) -> AnswerFormat? {
        guard let text = try fields.members("text"), let format = FieldReader(text)["format"] else {
            return nil
        }
        switch format["type"]?.string {
        case "text": return nil
        case "json_object": return AnswerFormat(.jsonObject, field: "text")
        case "json_schema":
            guard let schema = format["schema"], case .object = schema else {
                throw .badRequest("`text.format` needs a `schema`, an object.", param: "text")
            }
            return AnswerFormat(.jsonSchema(schema), field: "text")
        default:
            throw .badRequest(
                "`text.format.type` must be \"text\", \"json_object\" or \"json_schema\".",
                param: "text"
            )
        }
    }

    private mutating func readTools(_ fields: FieldReader) throws(APIError) {
        chat.tools = try Tool.list(fields) { value, index throws(APIError) in
            guard value["type"]?.string == "function" else {
                throw .badRequest(
                    "`tools[\(index)]` must have the type \"function\": this server has no tools "
                        + "of its own.",
                    param: "tools"
                )
            }
            // Some clients send the nested form of chat completions.
            return try Tool(function: value["function"] ?? value, index: index)
        }
        chat.toolChoice = try ToolChoice(fields["tool_choice"], tools: chat.tools)
    }
}

/// The items of a request's `input`.
enum ResponsesInput {
    static func messages(_ input: JSONValue?) throws(APIError) -> [ChatMessage] {
        switch input {
        case .string(let text):
            return [ChatMessage(.user, text)]
        case .array(let items)
        where (1...ChatCompletionRequest.maxMessageCount)
            .contains(items.count):
            var messages: [ChatMessage] = []
            for (index, item) in items.enumerated() { try add(item, index, to: &messages) }
            guard !messages.isEmpty else { throw error }
            return messages
        default:
            throw error
        }
    }

    private static var error: APIError {
        .badRequest(
            "`input` is required: a string, or a list of 1 to "
                + "\(ChatCompletionRequest.maxMessageCount) items.",
            param: "input"
        )
    }

    private static func add(
        _ item: JSONValue,
        _ index: Int,
        to messages: inout [ChatMessage]
    ) throws(APIError) {
        switch item["type"]?.string {
        case nil, "message":
            do {
                var message = try ChatMessage(item, index: index)
                // The thought came as an item of its own.
                if message.role == .assistant, let last = messages.last, last.isThought {
                    message.reasoning = message.reasoning ?? last.reasoning
                    messages.removeLast()
                }
                messages.append(message)
            } catch {
                var told = error
                told.param = "input"
                told.message = told.message.replacingPrefix("`messages[", with: "`input[")
                throw told
            }
        case "function_call":
            guard let name = item["name"]?.string else {
                throw at(index, "is a function call without `name`")
            }
            let call = ChatMessage.ToolCall(
                id: item["call_id"]?.string ?? item["id"]?.string,
                name: name,
                arguments: item["arguments"]?.string ?? "{}"
            )
            // Calls of one turn come as items of their own.
            if messages.last?.role != .assistant {
                var message = ChatMessage(.assistant, "")
                message.content = nil
                messages.append(message)
            }
            messages[messages.count - 1].toolCalls.append(call)
        case "function_call_output":
            guard let id = item["call_id"]?.string else {
                throw at(index, "is the output of a call without `call_id`")
            }
            var message = ChatMessage(.tool, try output(item["output"], index))
            message.toolCallID = id
            messages.append(message)
        case "reasoning":
            let texts = (item["content"]?.array ?? []) + (item["summary"]?.array ?? [])
            var message = ChatMessage(.assistant, "")
            message.content = nil
            message.reasoning = texts.compactMap { $0["text"]?.string }.joined(separator: "\n")
            messages.append(message)
        case let type:
            throw at(index, "has the type \"\((type ?? "").prefix(64))\", which is not supported")
        }
    }

    private static func output(_ value: JSONValue?, _ index: Int) throws(APIError) -> String {
        if let text = value?.string { return text }
        guard let parts = value?.array else { throw at(index, "needs an `output`, a string") }
        return parts.compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    private static func at(_ index: Int, _ reason: String) -> APIError {
        .badRequest("`input[\(index)]` \(reason).", param: "input")
    }
}

extension ChatMessage {
    /// Nothing but what the assistant thought.
    fileprivate var isThought: Bool {
        role == .assistant && content == nil && toolCalls.isEmpty
    }
}

extension String {
    fileprivate func replacingPrefix(_ prefix: String, with other: String) -> String {
        hasPrefix(prefix) ? other + dropFirst(prefix.count) : self
    }
}
