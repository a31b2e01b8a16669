/// A JSON document as a tree.
///
/// Whole numbers of up to 128 bits that are written without point and exponent stay exact; every
/// other number is a finite `Double`.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A whole number that does not fit 64 bits.
    case wideInteger(Int128)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([JSONMember])

    /// The member of an object; nil when this is no object or has no such member.
    public subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The element of an array; nil when this is no array or it is too short.
    public subscript(_ index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }

    /// The text of a string, else nil.
    public var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The value of a boolean, else nil.
    public var bool: Bool? {
        guard case .bool(let value) = self else { return nil }
        return value
    }

    /// A whole number, written as `3` or `3.0`, else nil.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// Any number, else nil.
    public var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .wideInteger(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The elements of an array, else nil.
    public var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// The members of an object in their order, else nil.
    public var object: [JSONMember]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    /// What the value is, in a message to whoever sent it.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .wideInteger, .number: "a number"
        case .string: "a string"
        case .array: "a list"
        case .object: "an object"
        }
    }
}

/// One member of a JSON object.
public struct JSONMember: Sendable, Hashable {
    /// The member's name.
    public var name: String
    /// What it holds.
    public var value: JSONValue

    /// Makes a member.
    public init(_ name: String, _ value: JSONValue) {
        self.name = name
        self.value = value
    }
}
