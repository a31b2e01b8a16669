/// The metadata of a GGUF file: keys such as `llama.block_count` and their values.
///
/// Getters return nil when the key is absent and throw when the value is of another kind.
public struct GGUFMetadata: Sendable {
    /// More keys than any file has.
    static let keyLimit = 65_536
    private static let keyByteLimit = 4096

    private let file: String
    // By the bytes of their names, which Swift's == on strings would not keep apart.
    private var values: [[UInt8]: GGUFValue] = [:]

    /// Reads the metadata of a file, named in errors.
    public init(file path: String) throws(CheckpointError) {
        self = try GGUFHead(reading: FileBytes(path: path)).metadata
    }

    init(_ reader: inout GGUFReader, count: Int, file: String) throws(CheckpointError) {
        self.file = file
        for index in 0..<count {
            reader.place = "metadata entry \(index)"
            let key = try reader.name(limit: Self.keyByteLimit)
            let name = String(decoding: key, as: UTF8.self)
            reader.place = "metadata \(quoted(name))"
            let value = try GGUFValue(&reader)
            guard values.updateValue(value, forKey: key) == nil else {
                throw reader.problem("the key appears twice")
            }
        }
    }

    // MARK: - Getters

    /// Whether the key is there.
    public func has(_ key: String) -> Bool { value(key) != nil }

    private func value(_ key: String) -> GGUFValue? { values[Array(key.utf8)] }

    /// The error for a key, telling what it is now.
    func invalid(_ key: String, expected: String) -> CheckpointError {
        .invalidSetting(
            file: file,
            key: key,
            expected: expected,
            found: value(key)?.summary ?? "nothing"
        )
    }

    /// The text of a key.
    public func string(_ key: String) throws(CheckpointError) -> String? {
        switch value(key) {
        case nil: return nil
        case .string(let text): return text
        default: throw invalid(key, expected: "a string")
        }
    }

    /// The truth of a key.
    public func bool(_ key: String) throws(CheckpointError) -> Bool? {
        switch value(key) {
        case nil: return nil
        case .bool(let value): return value
        default: throw invalid(key, expected: "true or false")
        }
    }

    /// The integer of a key, of whichever width.
    public func integer(
        _ key: String,
        in range: ClosedRange<Int>
    ) throws(CheckpointError) -> Int? {
        switch value(key) {
        case nil: return nil
        case .integer(let value) where range.contains(value): return value
        default:
            throw invalid(
                key,
                expected: "an integer from \(range.lowerBound) to \(range.upperBound)"
            )
        }
    }

    /// The number of a key, integers included.
    func double(_ key: String, in range: ClosedRange<Double>) throws(CheckpointError) -> Double? {
        let number: Double
        switch value(key) {
        case nil: return nil
        case .number(let value): number = value
        case .integer(let value): number = Double(value)
        default: number = .nan
        }
        guard range.contains(number) else {
            throw invalid(
                key,
                expected: "a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return number
    }

    /// The integers of a key, each of which must lie in a range.
    public func integers(
        _ key: String,
        in range: ClosedRange<Int>
    ) throws(CheckpointError) -> [Int]? {
        guard let array = try array(key, of: "integers") else { return nil }
        guard let integers = array.integers, integers.allSatisfy(range.contains) else {
            throw invalid(
                key,
                expected: "integers from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return integers
    }

    /// The numbers of a key, which may be infinite or not numbers.
    public func floats(_ key: String) throws(CheckpointError) -> [Float]? {
        guard let array = try array(key, of: "numbers") else { return nil }
        guard let floats = array.floats else { throw invalid(key, expected: "float32 numbers") }
        return floats
    }

    /// The strings of a key as bytes, which need not be UTF-8.
    public func strings(_ key: String) throws(CheckpointError) -> [[UInt8]]? {
        guard let array = try array(key, of: "strings") else { return nil }
        guard let strings = array.strings else { throw invalid(key, expected: "strings") }
        return strings
    }

    /// How many elements an array has; nil when there is no array of the name.
    func elementCount(_ key: String) -> Int? {
        guard case .array(let array) = value(key) else { return nil }
        return array.count
    }

    private func array(_ key: String, of what: String) throws(CheckpointError) -> GGUFArray? {
        switch value(key) {
        case nil: return nil
        case .array(let array): return array
        default: throw invalid(key, expected: "an array of \(what)")
        }
    }
}
