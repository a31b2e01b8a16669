public import JSONDocuments

/// A function the model may ask the client to call.
public struct Tool: Sendable, Equatable {
    /// Letters, digits, `_`, `-` and `.`, at most 64.
    public var name: String
    /// What it is for, told to the model.
    public var description: String?
    /// A JSON Schema of its arguments; nil takes any object.
    public var parameters: JSONValue?
    /// The arguments of a call must fit the schema even where the model chooses to call.
    public var isStrict: Bool

    /// Makes a tool.
    public init(
        name: String,
        description: String? = nil,
        parameters: JSONValue? = nil,
        isStrict: Bool = false
    ) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }

    /// Reads `{"type": "function", "function": {…}}`.
    init(_ value: JSONValue, index: Int) throws(APIError) {
        guard case .object = value else {
            throw Self.error(index, "must be an object, not \(value.kind)")
        }
        guard value["type"]?.string == "function" else {
            throw Self.error(index, "must have the type \"function\"")
        }
        guard let function = value["function"], case .object = function else {
            throw Self.error(index, "needs a `function`, an object")
        }
        try self.init(function: function, index: index)
    }

    /// Reads the inner object, which other protocols have without its wrapper.
    init(
        function: JSONValue,
        index: Int,
        schemaField: String = "parameters"
    ) throws(APIError) {
        guard let name = function["name"]?.string else {
            throw Self.error(index, "needs a `name`, a string")
        }
        guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameByte) else {
            throw Self.error(
                index,
                "has a `name` that is not 1 to 64 letters, digits, '_', '-' or '.'"
            )
        }
        self.name = name
        description = function["description"]?.string
        isStrict = function["strict"]?.bool ?? false
        switch function[schemaField] {
        case nil, .null: parameters = nil
        case .object(let members): parameters = .object(members)
        case .some(let other):
            throw Self.error(
                index,
                "has \(other.kind) as `\(schemaField)`; it is a JSON Schema, an object"
            )
        }
    }

    /// The tool as chat templates expect it: OpenAI's form.
    public var templateValue: JSONValue {
        var function = [JSONMember("name", .string(name))]
        if let description {
            function.append(JSONMember("description", .string(description)))
        }
        if let parameters { function.append(JSONMember("parameters", parameters)) }
        return .object([
            JSONMember("type", .string("function")),
            JSONMember("function", .object(function)),
        ])
    }

    /// Reads the list `tools` of a protocol with a form of its own for each; an absent list is
    /// empty.
    static func list(
        _ fields: FieldReader,
        _ read: (JSONValue, Int) throws(APIError) -> Tool
    ) throws(APIError) -> [Tool] {
        let list = try fields.list("tools") ?? []
        let limit = ChatCompletionRequest.maxToolCount
        guard list.count <= limit else {
            throw .badRequest(
                "`tools` may have \(limit) elements, got \(list.count).",
                param: "tools"
            )
        }
        var tools: [Tool] = []
        for (index, value) in list.enumerated() { tools.append(try read(value, index)) }
        try ChatCompletionRequest.checkNames(tools)
        return tools
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "_-.".utf8.contains(byte)
        }
    }

    private static func error(_ index: Int, _ reason: String) -> APIError {
        .badRequest("`tools[\(index)]` \(reason).", param: "tools")
    }
}

/// Whether the model may call tools, and which.
public enum ToolChoice: Sendable, Equatable {
    /// No call, whatever the tools.
    case none
    /// The model decides.
    case auto
    /// At least one call.
    case required
    /// A call of this tool.
    case function(String)

    /// Reads `tool_choice`; without one the model decides if there are tools.
    init(_ value: JSONValue?, tools: [Tool]) throws(APIError) {
        switch value {
        case nil: self = tools.isEmpty ? .none : .auto
        case .string("none"): self = .none
        case .string("auto"): self = .auto
        case .string("required"), .string("any"): self = .required
        case .object:
            guard value?["type"]?.string == "function",
                let name = value?["function"]?["name"]?.string ?? value?["name"]?.string
            else { throw Self.error }
            self = .function(name)
        default: throw Self.error
        }
        try check(tools)
    }

    /// Refuses a choice that the tools do not allow.
    func check(_ tools: [Tool]) throws(APIError) {
        switch self {
        case .none: return
        case .auto, .required:
            // A client without tools may well say that the model decides: there is nothing to call.
            guard self == .required, tools.isEmpty else { return }
            throw .badRequest("`tool_choice` needs `tools`.", param: "tool_choice")
        case .function(let name):
            guard !tools.contains(where: { $0.name == name }) else { return }
            throw .badRequest(
                "`tool_choice` names the tool \"\(name.prefix(64))\", which is not in `tools`.",
                param: "tool_choice"
            )
        }
    }

    private static var error: APIError {
        .badRequest(
            "`tool_choice` must be \"none\", \"auto\", \"required\" or "
                + "{\"type\": \"function\", \"function\": {\"name\": …}}.",
            param: "tool_choice"
        )
    }
}
