public import JSONDocuments

/// A function that the model may ask to be called.
public struct Tool: Sendable, Equatable {
    /// Its name, by which the model calls it; letters, digits, `_` and `-` suit every server.
    public var name: String
    /// What it does and when to call it, for the model.
    public var description: String?
    /// The JSON Schema of its arguments; nil for none.
    public var parameters: JSONValue?

    /// Describes a tool.
    public init(name: String, description: String? = nil, parameters: JSONValue? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
    }

    var json: JSONValue {
        var function = MemberList()
        function.add("name", name)
        function.add("description", description)
        function.add("parameters", parameters)
        return ["type": "function", "function": .object(function.members)]
    }
}

/// Whether the model has to call a tool.
///
/// What comes of it stands in ``ChatMessage/toolCalls``; the application makes the calls and
/// answers them with ``ChatMessage/tool(_:answering:)``.
public enum ToolChoice: Sendable, Equatable {
    /// It may not.
    case none
    /// It decides.
    case automatic
    /// It must call one or more.
    case required
    /// It must call the one of this name.
    case named(String)

    var json: JSONValue {
        switch self {
        case .none: "none"
        case .automatic: "auto"
        case .required: "required"
        case .named(let name): ["type": "function", "function": ["name": .string(name)]]
        }
    }
}

/// What the text of an answer has to be.
public enum ResponseFormat: Sendable, Equatable {
    /// Any text.
    case text
    /// Any JSON object.
    case jsonObject
    /// JSON that is valid against a schema, strictly; the name is for the server's messages.
    case jsonSchema(JSONValue, name: String)

    var json: JSONValue {
        switch self {
        case .text: ["type": "text"]
        case .jsonObject: ["type": "json_object"]
        case .jsonSchema(let schema, let name):
            [
                "type": "json_schema",
                "json_schema": ["name": .string(name), "schema": schema, "strict": true],
            ]
        }
    }
}
