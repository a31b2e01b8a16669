/// A JSON value as a tree, for files of bounded size.
package indirect enum JSONValue: Equatable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without fraction and exponent that fits `Int`.
    case integer(Int)
    /// Any other number; always finite.
    case double(Double)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object, members in the order of the file, every key once.
    case object([Member])

    /// One key of an object and its value.
    package struct Member: Equatable, Sendable {
        /// The key.
        package let key: String
        /// The value.
        package let value: JSONValue
    }

    /// Reads a whole document; `file` is named in errors.
    package init(parsing bytes: [UInt8], file: String) throws(CheckpointError) {
        var reader = JSONReader(bytes, file: file, depthLimit: 64)
        self = try JSONValue(&reader)
        try reader.end()
    }

    private init(_ reader: inout JSONReader) throws(CheckpointError) {
        switch reader.peek() {
        case UInt8(ascii: "{"):
            var members: [Member] = []
            var keys: Set<[UInt8]> = []
            try reader.object { (reader, key) throws(CheckpointError) in
                let name = String(decoding: key, as: UTF8.self)
                guard keys.insert(key).inserted else {
                    throw reader.problem("the key \(quoted(name)) appears twice")
                }
                members.append(Member(key: name, value: try JSONValue(&reader)))
            }
            self = .object(members)
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try reader.array { (reader) throws(CheckpointError) in
                elements.append(try JSONValue(&reader))
            }
            self = .array(elements)
        case UInt8(ascii: "\""):
            self = .string(String(decoding: try reader.string(), as: UTF8.self))
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
            self = try reader.word().map { .bool($0) } ?? .null
        default:
            let text = try reader.number()
            if let integer = Int(text) {
                self = .integer(integer)
            } else if let double = Double(text), double.isFinite {
                self = .double(double)
            } else {
                throw reader.problem("the number \(quoted(text)) is out of range")
            }
        }
    }

    /// The value of a key, nil when this is no object or has no such key.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        // By bytes: Swift's == on strings would also match other normalisations of the key.
        return members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// What the value is, for an error message.
    package var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): quoted(value)
        case .array(let elements): "an array of \(elements.count)"
        case .object: "an object"
        }
    }
}
