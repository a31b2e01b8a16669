/// A JSON value.
///
/// Strings are kept as UTF-8, because Swift compares strings by canonical equivalence.
indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string([UInt8])
    case array([JSONValue])
    case object([(key: [UInt8], value: JSONValue)])
}

extension JSONReader {
    /// Reads the next value as a tree.
    mutating func readValue() throws(TokenizerError) -> JSONValue {
        switch peek() {
        case UInt8(ascii: "{"):
            var members: [(key: [UInt8], value: JSONValue)] = []
            var key: [UInt8] = []
            try beginObject()
            while try nextKey(into: &key) { members.append((key, try readValue())) }
            return .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try beginArray()
            while try nextElement() { elements.append(try readValue()) }
            return .array(elements)
        case UInt8(ascii: "\""):
            var text: [UInt8] = []
            try readString(appendingTo: &text)
            return .string(text)
        case UInt8(ascii: "-"), .some(UInt8(ascii: "0")...UInt8(ascii: "9")):
            return .number(try readNumber())
        default:
            return try readLiteral().map(JSONValue.bool) ?? .null
        }
    }
}

/// A JSON value that knows its place in the file, so that complaints can name it.
struct JSONNode {
    let value: JSONValue
    let place: String

    var isNull: Bool {
        if case .null = value { true } else { false }
    }

    /// A member of an object; null when it is absent.
    ///
    /// Of equal keys the last one counts.
    subscript(_ key: String) -> JSONNode {
        // The place of the outermost object is the file's name with a colon.
        let place = place.hasSuffix(": ") ? place + key : "\(place).\(key)"
        guard case .object(let members) = value else {
            return JSONNode(value: .null, place: place)
        }
        let found = members.last { $0.key.elementsEqual(key.utf8) }
        return JSONNode(value: found?.value ?? .null, place: place)
    }

    /// The elements of an array; nothing for null.
    func elements() throws(TokenizerError) -> [JSONNode] {
        switch value {
        case .null: return []
        case .array(let values):
            return values.enumerated().map {
                JSONNode(value: $0.element, place: "\(place)[\($0.offset)]")
            }
        default: throw expected("an array")
        }
    }

    func bytes() throws(TokenizerError) -> [UInt8] {
        guard case .string(let bytes) = value else { throw expected("a string") }
        return bytes
    }

    func string() throws(TokenizerError) -> String {
        String(decoding: try bytes(), as: UTF8.self)
    }

    func bool(default fallback: Bool) throws(TokenizerError) -> Bool {
        switch value {
        case .null: return fallback
        case .bool(let value): return value
        default: throw expected("true or false")
        }
    }

    func integer() throws(TokenizerError) -> Int {
        guard case .number(let number) = value, let integer = Int(exactly: number) else {
            throw expected("an integer")
        }
        return integer
    }

    func number() throws(TokenizerError) -> Double {
        guard case .number(let number) = value else { throw expected("a number") }
        return number
    }

    /// The single scalar that a string holds.
    func scalar() throws(TokenizerError) -> Unicode.Scalar {
        let scalars = try string().unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else {
            throw expected("a string of one character")
        }
        return first
    }

    func expected(_ what: String) -> TokenizerError {
        .invalid(place: place, reason: isNull ? "\(what) is missing" : "expected \(what)")
    }

    func unsupported(_ feature: String) -> TokenizerError {
        .unsupported(place: place, feature: feature)
    }
}
