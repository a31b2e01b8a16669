public import JSONDocuments

/// The form an answer is held to, token by token.
public struct AnswerFormat: Sendable, Equatable {
    /// What the answer has to be.
    public enum Kind: Sendable, Equatable {
        /// Any JSON object.
        case jsonObject
        /// JSON that fits a schema.
        case jsonSchema(JSONValue)
        /// A text that a regular expression matches as a whole.
        case regex(String)
        /// One of some texts.
        case choice([String])
        /// A text of a language in GBNF.
        case grammar(String)
        /// Free text in which every `begin` is followed by JSON of its schema and its `end`.
        case structuralTag([StructuralTag], triggers: [String])
    }

    /// A region of JSON within free text.
    public struct StructuralTag: Sendable, Equatable {
        /// The text the region begins with.
        public var begin: String
        /// What the JSON in it must fit.
        public var schema: JSONValue
        /// The text that ends it.
        public var end: String
    }

    /// What the answer has to be.
    public var kind: Kind
    /// The request field that asked for it.
    public var field: String

    /// A form that `field` asked for.
    public init(_ kind: Kind, field: String) {
        self.kind = kind
        self.field = field
    }

    /// Reads the field that names a form: OpenAI's, vLLM's old or new, or llama.cpp's.
    ///
    /// - Returns: nil if no field asks for a form.
    /// - Throws: 400 if a field has the wrong shape, or two fields ask for different things.
    init?(_ fields: FieldReader) throws(APIError) {
        var found: [AnswerFormat] = []
        if let kind = try Self.responseFormat(fields) {
            found.append(AnswerFormat(kind, field: "response_format"))
        }
        found += try Self.structuredOutputs(fields)
        found += try Self.guidedFields(fields)
        found += try Self.llamaFields(fields)
        guard let first = found.first else { return nil }
        if found.count > 1 {
            throw .badRequest(
                "`\(first.field)` and `\(found[1].field)` both give the answer a form; use one.",
                param: found[1].field
            )
        }
        self = first
    }

    // MARK: - The fields

    private static func responseFormat(_ fields: FieldReader) throws(APIError) -> Kind? {
        let name = "response_format"
        guard let members = try fields.members(name) else { return nil }
        let format = FieldReader(members)
        switch try format.string("type") {
        case "text": return nil
        case "json_object":
            // Together, Groq and llama.cpp take a schema here as well.
            return format["schema"].map { .jsonSchema($0) } ?? .jsonObject
        case "json_schema":
            guard let inner = try format.members("json_schema"),
                let schema = FieldReader(inner)["schema"]
            else {
                throw .badRequest(
                    "`response_format.json_schema` needs a `schema`.",
                    param: name
                )
            }
            return .jsonSchema(try checked(schema: schema, field: name))
        case "structural_tag":
            return try structuralTag(.object(members), field: name)
        default:
            throw .badRequest(
                "`response_format.type` must be \"text\", \"json_object\", \"json_schema\" or "
                    + "\"structural_tag\".",
                param: name
            )
        }
    }

    private static func structuredOutputs(
        _ fields: FieldReader
    ) throws(APIError) -> [AnswerFormat] {
        let name = "structured_outputs"
        guard let members = try fields.members(name) else { return [] }
        let outputs = FieldReader(members)
        var found = try forms(outputs, field: name) { $0 }
        if try outputs.bool("json_object") == true {
            found.append(AnswerFormat(.jsonObject, field: name))
        }
        if let tag = outputs["structural_tag"] {
            let value = try tag.string.map { text throws(APIError) in
                try parsed(text, field: name)
            }
            found.append(AnswerFormat(try structuralTag(value ?? tag, field: name), field: name))
        }
        guard !found.isEmpty else {
            throw .badRequest(
                "`structured_outputs` needs one of `json`, `regex`, `choice`, `grammar`, "
                    + "`json_object`, `structural_tag`.",
                param: name
            )
        }
        return found
    }

    private static func guidedFields(
        _ fields: FieldReader
    ) throws(APIError) -> [AnswerFormat] {
        try forms(fields, field: nil) { "guided_" + $0 }
    }

    /// What vLLM names `json`, `regex`, `choice` and `grammar`, with or without a prefix.
    private static func forms(
        _ fields: FieldReader,
        field: String?,
        _ name: (String) -> String
    ) throws(APIError) -> [AnswerFormat] {
        var found: [AnswerFormat] = []
        if let schema = fields[name("json")] {
            let field = field ?? name("json")
            let value = try schema.string.map { text throws(APIError) in
                try parsed(text, field: field)
            }
            let tree = try checked(schema: value ?? schema, field: field)
            found.append(AnswerFormat(.jsonSchema(tree), field: field))
        }
        if let pattern = try fields.string(name("regex")) {
            found.append(AnswerFormat(.regex(pattern), field: field ?? name("regex")))
        }
        if let list = try fields.list(name("choice")) {
            let field = field ?? name("choice")
            let texts = list.compactMap(\.string)
            guard !texts.isEmpty, texts.count == list.count else {
                throw .badRequest("`choice` must be a list of strings.", param: field)
            }
            found.append(AnswerFormat(.choice(texts), field: field))
        }
        if let grammar = try fields.string(name("grammar")) {
            found.append(AnswerFormat(.grammar(grammar), field: field ?? name("grammar")))
        }
        return found
    }

    private static func llamaFields(
        _ fields: FieldReader
    ) throws(APIError) -> [AnswerFormat] {
        var found: [AnswerFormat] = []
        if let grammar = try fields.string("grammar"), !grammar.isEmpty {
            found.append(AnswerFormat(.grammar(grammar), field: "grammar"))
        }
        if let schema = fields["json_schema"] {
            let field = "json_schema"
            let tree = try checked(schema: schema, field: field)
            found.append(AnswerFormat(.jsonSchema(tree), field: field))
        }
        return found
    }

    private static func structuralTag(
        _ value: JSONValue,
        field: String
    ) throws(APIError) -> Kind {
        var tags: [StructuralTag] = []
        for each in value["structures"]?.array ?? [] {
            guard let begin = each["begin"]?.string, !begin.isEmpty,
                let end = each["end"]?.string, let schema = each["schema"]
            else {
                throw .badRequest(
                    "Each of `structures` needs `begin`, `schema` and `end`.",
                    param: field
                )
            }
            tags.append(StructuralTag(begin: begin, schema: schema, end: end))
        }
        let triggers = value["triggers"]?.array?.compactMap(\.string) ?? []
        guard !tags.isEmpty, !triggers.isEmpty else {
            throw .badRequest(
                "A structural tag needs `structures` and `triggers`, neither of them empty.",
                param: field
            )
        }
        return .structuralTag(tags, triggers: triggers)
    }

    // MARK: - Schemas

    private static func checked(
        schema: JSONValue,
        field: String
    ) throws(APIError) -> JSONValue {
        switch schema {
        case .object, .bool: return schema
        default:
            throw .badRequest("A JSON Schema is an object, not \(schema.kind).", param: field)
        }
    }

    private static func parsed(_ text: String, field: String) throws(APIError) -> JSONValue {
        do {
            return try JSONParser.parse(Array(text.utf8))
        } catch {
            throw .badRequest(
                "`\(field)` holds a text that is not JSON: \(error.reason) at byte "
                    + "\(error.byteOffset).",
                param: field
            )
        }
    }
}
