import JSONDocuments

/// One message of a conversation, checked, with all its fields for the model's template.
public struct ChatMessage: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable, CaseIterable {
        case system, developer, user, assistant, tool, function
    }

    /// A call of a tool that the assistant made in an earlier turn.
    public struct ToolCall: Sendable, Equatable {
        /// The call's name, which the tool's answer refers to.
        public var id: String?
        /// Which tool.
        public var name: String
        /// JSON of an object, as the model wrote it.
        public var arguments: String

        /// Makes a call.
        public init(id: String?, name: String, arguments: String) {
            self.id = id
            self.name = name
            self.arguments = arguments
        }
    }

    /// Who speaks.
    public var role: Role
    /// The texts of its parts; nil where the message has no content, empty for an empty list.
    public var content: [String]?
    /// The speaker's name, if the client gives one.
    public var name: String?
    /// What the assistant thought before it spoke.
    public var reasoning: String?
    /// The assistant's calls.
    public var toolCalls: [ToolCall] = []
    /// Which call this is the answer to.
    public var toolCallID: String?

    /// Makes a message with one text.
    public init(_ role: Role, _ text: String) {
        self.role = role
        content = [text]
    }

    init(_ value: JSONValue, index: Int) throws(APIError) {
        guard case .object(let members) = value else {
            throw Self.error(index, "must be an object, not \(value.kind)")
        }
        let fields = FieldReader(members)
        guard let written = fields["role"]?.string else {
            throw Self.error(index, "needs a `role`, a string")
        }
        guard let role = Role(rawValue: written) else {
            let known = Role.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
            throw Self.error(index, "has the role \"\(written.prefix(64))\"; known are \(known)")
        }
        self.role = role
        name = fields["name"]?.string
        reasoning =
            fields["reasoning"]?.string ?? fields["reasoning_content"]?.string
            ?? fields["thinking"]?.string
        content = try Self.content(fields["content"], index)
        toolCalls = try Self.toolCalls(fields, index)
        toolCallID = fields["tool_call_id"]?.string
        switch role {
        case .assistant: break
        case .tool where toolCallID == nil:
            throw Self.error(index, "answers a tool call and needs its `tool_call_id`")
        default:
            if content == nil { throw Self.error(index, "needs `content`") }
        }
    }

    // MARK: - Fields

    private static func content(
        _ value: JSONValue?,
        _ index: Int
    ) throws(APIError) -> [String]? {
        switch value {
        case nil: return nil
        case .string(let text): return [text]
        case .array(let parts):
            var texts: [String] = []
            for part in parts {
                if let text = try text(ofPart: part, index) { texts.append(text) }
            }
            return texts
        case .some(let other):
            throw error(index, "has \(other.kind) as `content`; it is a string or a list of parts")
        }
    }

    /// The text of a part; nil for one that holds none, such as the record of a thought.
    private static func text(ofPart part: JSONValue, _ index: Int) throws(APIError) -> String? {
        if let text = part.string { return text }
        guard let type = part["type"]?.string else {
            throw error(index, "has a part of its content without `type`")
        }
        switch type {
        case "text", "input_text", "output_text":
            guard let text = part["text"]?.string else {
                throw error(index, "has a part of type \"\(type)\" without `text`")
            }
            return text
        case "refusal":
            return part["refusal"]?.string
        case "thinking", "redacted_thinking":
            return nil
        case "image_url", "input_image", "image", "input_audio", "audio_url", "video_url", "file",
            "input_file", "document":
            throw error(
                index,
                "has a part of type \"\(type)\", but this model takes text only; nothing is "
                    + "fetched from a URL"
            )
        default:
            throw error(index, "has a part of the unknown type \"\(type.prefix(64))\"")
        }
    }

    private static func toolCalls(
        _ fields: FieldReader,
        _ index: Int
    ) throws(APIError) -> [ToolCall] {
        guard let value = fields["tool_calls"] else { return [] }
        guard let list = value.array else {
            throw error(index, "has \(value.kind) as `tool_calls`; it is a list")
        }
        var calls: [ToolCall] = []
        for each in list {
            guard let function = each["function"], let name = function["name"]?.string else {
                throw error(index, "has a tool call without `function.name`")
            }
            calls.append(
                ToolCall(
                    id: each["id"]?.string,
                    name: name,
                    arguments: arguments(function["arguments"])
                )
            )
        }
        return calls
    }

    /// A client that kept the arguments as a tree may send them so.
    private static func arguments(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: return "{}"
        case .string(let text): return text
        case .some(let tree):
            var writer = JSONWriter()
            writer.value(tree)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    private static func error(_ index: Int, _ reason: String) -> APIError {
        .badRequest("`messages[\(index)]` \(reason).", param: "messages")
    }
}
