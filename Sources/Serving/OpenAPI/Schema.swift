import JSONDocuments

/// What values a field takes, in the words of JSON Schema (2020-12), as OpenAPI 3.1 uses it.
package struct Schema: Sendable, Equatable {
    /// The keywords, in the order they are shown.
    private(set) var members: [JSONMember]

    private init(_ members: [JSONMember]) {
        self.members = members
    }

    private init(type: String, _ more: [JSONMember] = []) {
        self.init([JSONMember("type", .string(type))] + more)
    }

    var json: JSONValue { .object(members) }

    // MARK: - Kinds

    static let boolean = Schema(type: "boolean")
    static let string = Schema(type: "string")
    static let integer = Schema(type: "integer")
    static let number = Schema(type: "number")
    /// An object of any content.
    static let anyObject = Schema(type: "object")
    /// Whatever JSON there is.
    static let any = Schema([])
    /// An id of the vocabulary, whose size the document does not know.
    static let tokenID = integer(0...Int(Int32.max))

    static func integer(_ range: ClosedRange<Int>) -> Schema {
        Schema(
            type: "integer",
            [
                JSONMember("minimum", .integer(Int64(range.lowerBound))),
                JSONMember("maximum", .integer(Int64(range.upperBound))),
            ]
        )
    }

    static func integer(from minimum: Int) -> Schema {
        Schema(type: "integer", [JSONMember("minimum", .integer(Int64(minimum)))])
    }

    static func number(_ range: ClosedRange<Double>) -> Schema {
        Schema(
            type: "number",
            [
                JSONMember("minimum", .number(range.lowerBound)),
                JSONMember("maximum", .number(range.upperBound)),
            ]
        )
    }

    /// A number in (0, `maximum`].
    static func positive(upTo maximum: Double) -> Schema {
        Schema(
            type: "number",
            [
                JSONMember("exclusiveMinimum", .integer(0)),
                JSONMember("maximum", .number(maximum)),
            ]
        )
    }

    static func string(_ lengths: ClosedRange<Int>) -> Schema {
        Schema(
            type: "string",
            [
                JSONMember("minLength", .integer(Int64(lengths.lowerBound))),
                JSONMember("maxLength", .integer(Int64(lengths.upperBound))),
            ]
        )
    }

    static func values(_ texts: String...) -> Schema {
        Schema([JSONMember("enum", .array(texts.map { .string($0) }))])
    }

    static func list(of element: Schema, _ counts: ClosedRange<Int>? = nil) -> Schema {
        var members = [JSONMember("items", element.json)]
        if let counts {
            members.append(JSONMember("minItems", .integer(Int64(counts.lowerBound))))
            members.append(JSONMember("maxItems", .integer(Int64(counts.upperBound))))
        }
        return Schema(type: "array", members)
    }

    static func list(atLeast minimum: Int, of element: Schema) -> Schema {
        Schema(
            type: "array",
            [
                JSONMember("items", element.json),
                JSONMember("minItems", .integer(Int64(minimum))),
            ]
        )
    }

    /// An object whose names are token ids.
    static func byTokenID(_ value: Schema, maxCount: Int) -> Schema {
        Schema(
            type: "object",
            [
                JSONMember("additionalProperties", value.json),
                JSONMember(
                    "propertyNames",
                    Schema(type: "string", [JSONMember("pattern", .string("^[0-9]{1,10}$"))]).json
                ),
                JSONMember("maxProperties", .integer(Int64(maxCount))),
            ]
        )
    }

    static func oneOf(_ choices: Schema...) -> Schema {
        Schema([JSONMember("anyOf", .array(choices.map(\.json)))])
    }

    /// An object with these members; others are ignored.
    static func object(_ fields: [Field]) -> Schema {
        let required = fields.filter(\.isRequired).map { JSONValue.string($0.name) }
        var members: [JSONMember] = []
        if !required.isEmpty { members.append(JSONMember("required", .array(required))) }
        members.append(
            JSONMember("properties", .object(fields.map { JSONMember($0.name, $0.json) }))
        )
        return Schema(type: "object", members)
    }
}

/// One member of a body.
package struct Field: Sendable, Equatable {
    let name: String
    let schema: Schema
    let note: String
    let isRequired: Bool

    /// A member that may be absent or null.
    init(_ name: String, _ schema: Schema, _ note: String = "") {
        self.init(name, schema, note, isRequired: false)
    }

    /// A member that must be there.
    static func required(_ name: String, _ schema: Schema, _ note: String = "") -> Field {
        Field(name, schema, note, isRequired: true)
    }

    private init(_ name: String, _ schema: Schema, _ note: String, isRequired: Bool) {
        self.name = name
        self.schema = schema
        self.note = note
        self.isRequired = isRequired
    }

    /// The same member where it may be absent.
    var asOptional: Field { Field(name, schema, note) }

    /// Null is the same as absent, so every member that may be absent takes it.
    var json: JSONValue {
        var members = isRequired ? schema.members : Self.nullable(schema.members)
        if !note.isEmpty { members.append(JSONMember("description", .string(note))) }
        return .object(members)
    }

    private static func nullable(_ members: [JSONMember]) -> [JSONMember] {
        members.map { member in
            switch (member.name, member.value) {
            case ("type", .string(let type)):
                JSONMember("type", .array([.string(type), .string("null")]))
            case ("enum", .array(let values)):
                JSONMember("enum", .array(values + [.null]))
            case ("anyOf", .array(let choices)):
                JSONMember(
                    "anyOf",
                    .array(choices + [.object([JSONMember("type", .string("null"))])])
                )
            default:
                member
            }
        }
    }
}
