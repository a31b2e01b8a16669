public import JSONDocuments

/// One message of a conversation.
public struct ChatMessage: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable, CaseIterable {
        /// Whoever made the application: what the model shall be and do.
        case system
        /// A person.
        case user
        /// The model.
        case assistant
        /// A tool that the model called.
        case tool
    }

    /// Who speaks.
    public var role: Role
    /// What is said; nil where an assistant only calls tools.
    public var content: String?
    /// What a model that thinks thought before it answered, if the server keeps it apart; read from
    /// answers, never sent.
    public var reasoning: String?
    /// The calls of tools that an assistant asks for.
    public var toolCalls: [ToolCall]
    /// Which call a tool's message answers: the call's ``ToolCall/id``.
    public var toolCallID: String?

    /// Makes a message.
    public init(
        role: Role,
        content: String?,
        reasoning: String? = nil,
        toolCalls: [ToolCall] = [],
        toolCallID: String? = nil
    ) {
        self.role = role
        self.content = content
        self.reasoning = reasoning
        self.toolCalls = toolCalls
        self.toolCallID = toolCallID
    }

    /// What the model shall be and do.
    public static func system(_ text: String) -> ChatMessage {
        ChatMessage(role: .system, content: text)
    }

    /// What a person says.
    public static func user(_ text: String) -> ChatMessage {
        ChatMessage(role: .user, content: text)
    }

    /// What the model said.
    public static func assistant(_ text: String) -> ChatMessage {
        ChatMessage(role: .assistant, content: text)
    }

    /// What came out of a call, as text.
    ///
    /// - Parameters:
    ///   - text: for the model to read; JSON or prose.
    ///   - callID: the ``ToolCall/id`` of the call.
    /// - Returns: a message to put behind the one that asked for the call.
    public static func tool(_ text: String, answering callID: String) -> ChatMessage {
        ChatMessage(role: .tool, content: text, toolCallID: callID)
    }
}

/// A call of a tool, as the model wrote it.
public struct ToolCall: Sendable, Equatable {
    /// The name of this one call, by which the tool's answer refers to it.
    public var id: String
    /// The tool's name.
    public var name: String
    /// The arguments as JSON text; a model can write anything here, so check them.
    public var arguments: String

    /// Makes a call.
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }

    /// The arguments as a document.
    ///
    /// - Throws: `JSONError` where the model wrote something that is not JSON.
    public func parsedArguments() throws(JSONError) -> JSONValue {
        try JSONParser.parse(Array(arguments.utf8))
    }
}

// MARK: - On the wire

extension ChatMessage {
    var json: JSONValue {
        var members = MemberList()
        members.add("role", role.rawValue)
        members.add("content", content.map { .string($0) } ?? .null)
        members.add("tool_calls", toolCalls.map(\.json))
        members.add("tool_call_id", toolCallID)
        return .object(members.members)
    }

    init(_ reader: AnswerReader) throws(ClientError) {
        let calls = reader.elements("tool_calls")
        var toolCalls: [ToolCall] = []
        for call in calls { toolCalls.append(try ToolCall(call)) }
        self.init(
            role: reader.text("role").flatMap(Role.init) ?? .assistant,
            content: reader.text("content"),
            reasoning: reader.reasoning,
            toolCalls: toolCalls
        )
    }
}

extension AnswerReader {
    /// Two names are in use, and some servers send both.
    var reasoning: String? { text("reasoning") ?? text("reasoning_content") }
}

extension ToolCall {
    fileprivate var json: JSONValue {
        [
            "id": .string(id), "type": "function",
            "function": ["name": .string(name), "arguments": .string(arguments)],
        ]
    }

    fileprivate init(_ reader: AnswerReader) throws(ClientError) {
        guard let function = reader.member("function"), let name = function.text("name") else {
            throw .malformedAnswer("a tool call names no function")
        }
        self.init(
            id: reader.text("id") ?? "",
            name: name,
            arguments: function.text("arguments") ?? ""
        )
    }
}
