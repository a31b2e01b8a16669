/// The kinds of values, by the numbers the format gives them.
private enum GGUFValueType: UInt32 {
    case uint8 = 0, int8, uint16, int16, uint32, int32, float32, bool, string, array
    case uint64, int64, float64

    init(_ reader: inout GGUFReader) throws(CheckpointError) {
        let number = try reader.uint32()
        guard let type = GGUFValueType(rawValue: number) else {
            throw reader.problem("a value of the unknown type \(number), expected 0 to 12")
        }
        self = type
    }

    /// The bytes of a value; of a string or an array, the fewest it can have.
    var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: 12
        }
    }

    /// The integer that the low ``byteCount`` bytes of a word are; nil where it is none.
    func integer(_ word: UInt64) -> Int? {
        switch self {
        case .uint8, .uint16, .uint32, .uint64: Int(exactly: word)
        case .int8: Int(Int8(truncatingIfNeeded: word))
        case .int16: Int(Int16(truncatingIfNeeded: word))
        case .int32: Int(Int32(truncatingIfNeeded: word))
        case .int64: Int(truncatingIfNeeded: word)
        case .float32, .float64, .bool, .string, .array: nil
        }
    }
}

/// A value of a GGUF file's metadata.
enum GGUFValue: Sendable {
    case integer(Int)
    /// A floating-point number, or an integer from 2⁶³ on; perhaps infinite or not a number.
    case number(Double)
    case bool(Bool)
    case string(String)
    case array(GGUFArray)

    private static let stringLimit = 16 << 20

    /// Reads the type and the value that come next.
    init(_ reader: inout GGUFReader) throws(CheckpointError) {
        let type = try GGUFValueType(&reader)
        switch type {
        case .string:
            var bytes: [UInt8] = []
            try reader.string(limit: Self.stringLimit, appendingTo: &bytes)
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw reader.problem("a string that is not valid UTF-8")
            }
            self = .string(text)
        case .array:
            self = .array(try GGUFArray(&reader))
        default:
            var bytes: [UInt8] = []
            try reader.read(type.byteCount, appendingTo: &bytes)
            let word = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            switch type {
            case .bool:
                guard word <= 1 else { throw reader.problem("a truth value of \(word)") }
                self = .bool(word == 1)
            case .float32:
                self = .number(Double(Float(bitPattern: UInt32(truncatingIfNeeded: word))))
            case .float64: self = .number(Double(bitPattern: word))
            default: self = type.integer(word).map { .integer($0) } ?? .number(Double(word))
            }
        }
    }

    /// What the value is, for an error message.
    var summary: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let text): quoted(text)
        case .array(let array): "an array of \(array.count)"
        }
    }
}

/// An array of a GGUF file's metadata, kept as the bytes it has in the file.
struct GGUFArray: Sendable {
    /// More elements than any file has: vocabularies have some hundred thousand.
    private static let countLimit = 1 << 22
    private static let stringLimit = 1 << 20
    private static let depthLimit = 4

    /// How many elements there are.
    let count: Int
    private let type: GGUFValueType
    private var bytes: [UInt8] = []
    // Of strings: where each ends.
    private var ends: [Int] = []

    /// Reads the array that comes next; arrays in arrays are checked, but not kept.
    init(_ reader: inout GGUFReader) throws(CheckpointError) {
        (type, count) = try Self.readHead(&reader)
        switch type {
        case .string:
            ends.reserveCapacity(count)
            for _ in 0..<count {
                try reader.string(limit: Self.stringLimit, appendingTo: &bytes)
                ends.append(bytes.count)
            }
        case .array:
            for _ in 0..<count { try Self.skip(&reader, depth: 2) }
        default:
            try reader.read(count * type.byteCount, appendingTo: &bytes)
        }
    }

    private static func readHead(
        _ reader: inout GGUFReader
    ) throws(CheckpointError) -> (GGUFValueType, Int) {
        let type = try GGUFValueType(&reader)
        let count = try reader.count(
            of: "elements in an array",
            ofAtLeast: type.byteCount,
            limit: countLimit
        )
        return (type, count)
    }

    private static func skip(_ reader: inout GGUFReader, depth: Int) throws(CheckpointError) {
        guard depth <= depthLimit else {
            throw reader.problem("arrays nested deeper than \(depthLimit) levels")
        }
        let (type, count) = try readHead(&reader)
        guard type != .array else {
            for _ in 0..<count { try skip(&reader, depth: depth + 1) }
            return
        }
        for _ in 0..<count {
            var bytes: [UInt8] = []
            if type == .string {
                try reader.string(limit: stringLimit, appendingTo: &bytes)
            } else {
                try reader.read(type.byteCount, appendingTo: &bytes)
            }
        }
    }

    // MARK: - Elements

    /// The elements; nil when they are no integers.
    var integers: [Int]? {
        guard let words else { return nil }
        var integers: [Int] = []
        integers.reserveCapacity(count)
        for word in words {
            guard let integer = type.integer(word) else { return nil }
            integers.append(integer)
        }
        return integers
    }

    /// The elements; nil when they are not of type float32.
    var floats: [Float]? {
        guard type == .float32 else { return nil }
        return words?.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
    }

    /// The elements' bytes; nil when they are no strings.
    var strings: [[UInt8]]? {
        guard type == .string else { return nil }
        var start = 0
        return ends.map { end in
            defer { start = end }
            return Array(bytes[start..<end])
        }
    }

    /// The bytes of each element as a little-endian number; nil where they have no fixed size.
    private var words: [UInt64]? {
        guard type != .string, type != .array else { return nil }
        let byteCount = type.byteCount
        return (0..<count).map { index in
            (0..<byteCount).reduce(UInt64(0)) { word, place in
                word | UInt64(bytes[index * byteCount + place]) << UInt64(8 * place)
            }
        }
    }
}
