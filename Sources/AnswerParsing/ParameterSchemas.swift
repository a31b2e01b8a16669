internal import JSONDocuments

/// The kinds of JSON value a parameter may have.
struct ValueKinds: OptionSet, Sendable {
    let rawValue: UInt8

    static let string = ValueKinds(rawValue: 1)
    static let integer = ValueKinds(rawValue: 2)
    static let number = ValueKinds(rawValue: 4)
    static let bool = ValueKinds(rawValue: 8)
    static let null = ValueKinds(rawValue: 16)
    static let array = ValueKinds(rawValue: 32)
    static let object = ValueKinds(rawValue: 64)
    static let any = ValueKinds(rawValue: 127)

    /// The kind that a JSON Schema's `type` names; none for an unknown name.
    init(named name: String) {
        switch name {
        case "string": self = .string
        case "integer": self = .integer
        case "number": self = [.integer, .number]
        case "boolean": self = .bool
        case "null": self = .null
        case "array": self = .array
        case "object": self = .object
        default: self = []
        }
    }

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The kind that a value has.
    init(of value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .integer, .wideInteger: self = .integer
        case .number: self = value.integer == nil ? .number : [.integer, .number]
        case .string: self = .string
        case .array: self = .array
        case .object: self = .object
        }
    }
}

/// What the tools' schemas say about the types of their parameters.
struct ParameterSchemas: Sendable {
    private var kinds: [String: [String: ValueKinds]] = [:]

    init(_ tools: [AnswerTool]) {
        for tool in tools {
            var ofTool: [String: ValueKinds] = [:]
            for property in tool.parameters?["properties"]?.object ?? [] {
                let kinds = Self.kinds(of: property.value, depth: 0)
                if !kinds.isEmpty { ofTool[property.name] = kinds }
            }
            kinds[tool.name] = ofTool
        }
    }

    /// What a parameter may be; nil where no schema says anything.
    func kinds(tool: String, parameter: String) -> ValueKinds? { kinds[tool]?[parameter] }

    private static func kinds(of schema: JSONValue, depth: Int) -> ValueKinds {
        guard depth < 8, schema.object != nil else { return [] }
        if let name = schema["type"]?.string { return ValueKinds(named: name) }
        if let names = schema["type"]?.array {
            return names.reduce(into: []) { $0.formUnion(ValueKinds(named: $1.string ?? "")) }
        }
        if let values = schema["enum"]?.array ?? schema["const"].map({ [$0] }) {
            return values.reduce(into: []) { $0.formUnion(ValueKinds(of: $1)) }
        }
        for word in ["anyOf", "oneOf"] {
            guard let branches = schema[word]?.array else { continue }
            return branches.reduce(into: []) { $0.formUnion(kinds(of: $1, depth: depth + 1)) }
        }
        return .any
    }
}

extension ValueKinds {
    /// The JSON of a value that was written as bare text.
    ///
    /// Text that is no JSON of these kinds is a string: that keeps it as it is, and the client's
    /// own check of the arguments says what is wrong with it. `True`, `False` and `None` are taken
    /// as well, because that is how some templates print them.
    func json(of text: [UInt8]) -> [UInt8] {
        if self == .string { return text.jsonString }
        let trimmed = text.trimmed
        if contains(.null), trimmed.elementsEqual("None".utf8) { return Array("null".utf8) }
        if contains(.bool) {
            if trimmed.elementsEqual("True".utf8) { return Array("true".utf8) }
            if trimmed.elementsEqual("False".utf8) { return Array("false".utf8) }
        }
        guard let value = try? JSONParser.parse(trimmed) else { return text.jsonString }
        let kinds = ValueKinds(of: value)
        return kinds == .string || isDisjoint(with: kinds) ? text.jsonString : trimmed
    }
}

extension [UInt8] {
    fileprivate var trimmed: [UInt8] {
        Array(drop(while: \.isSpace).reversed().drop(while: \.isSpace).reversed())
    }

    /// The text as a JSON string with its quotes.
    var jsonString: [UInt8] {
        var writer = JSONWriter()
        writer.string(String(decoding: self, as: UTF8.self))
        return writer.bytes
    }
}
