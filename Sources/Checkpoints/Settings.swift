import FoundationEssentials

/// The keys of a JSON configuration file, read with checks.
///
/// Every getter returns nil when the key is absent or null, and throws when the value is of the
/// wrong kind or out of its range.
struct Settings {
    private let file: String
    private let path: String
    private let object: JSONValue

    /// Reads a configuration file of at most 1 MiB: real ones have some kilobytes.
    init(file path: String) throws(CheckpointError) {
        let bytes = try FileBytes(path: path).readAll(limit: 1 << 20)
        try self.init(JSONValue(parsing: bytes, file: path), file: path)
    }

    init(_ object: JSONValue, file: String, path: String = "") throws(CheckpointError) {
        self.file = file
        self.path = path
        self.object = object
        guard case .object = object else {
            let key = path.isEmpty ? "the whole file" : String(path.dropLast())
            throw .invalidSetting(
                file: file,
                key: key,
                expected: "an object",
                found: object.summary
            )
        }
    }

    /// Whether the key is there, be it null.
    func has(_ key: String) -> Bool { object[key] != nil }

    /// The keys in the order of the file.
    var keys: [String] {
        guard case .object(let members) = object else { return [] }
        return members.map(\.key)
    }

    /// The error for a key, telling what it is now.
    func invalid(_ key: String, expected: String) -> CheckpointError {
        .invalidSetting(
            file: file,
            key: path + key,
            expected: expected,
            found: object[key]?.summary ?? "nothing"
        )
    }

    /// The value of a getter, which must be there.
    func required<Value>(
        _ key: String,
        _ expected: String,
        _ value: Value?
    ) throws(CheckpointError) -> Value {
        guard let value else { throw invalid(key, expected: expected) }
        return value
    }

    // MARK: - Getters

    private func value(_ key: String) -> JSONValue? {
        let value = object[key]
        return value == .null ? nil : value
    }

    func bool(_ key: String) throws(CheckpointError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard case .bool(let bool) = value else { throw invalid(key, expected: "true or false") }
        return bool
    }

    func string(_ key: String) throws(CheckpointError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let string) = value else { throw invalid(key, expected: "a string") }
        return string
    }

    func integer(_ key: String, in range: ClosedRange<Int>) throws(CheckpointError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = value.asInteger, range.contains(integer) else {
            throw invalid(
                key,
                expected: "an integer from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return integer
    }

    func double(_ key: String, in range: ClosedRange<Double>) throws(CheckpointError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let double = value.asDouble, range.contains(double) else {
            throw invalid(
                key,
                expected: "a number from \(range.lowerBound) to \(range.upperBound)"
            )
        }
        return double
    }

    func object(_ key: String) throws(CheckpointError) -> Settings? {
        guard let value = value(key) else { return nil }
        return try Settings(value, file: file, path: path + key + ".")
    }

    func strings(_ key: String, limit: Int) throws(CheckpointError) -> [String]? {
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value, elements.count <= limit else {
            throw invalid(key, expected: "an array of at most \(limit) strings")
        }
        var strings: [String] = []
        for element in elements {
            guard case .string(let string) = element else {
                throw invalid(key, expected: "an array of strings")
            }
            strings.append(string)
        }
        return strings
    }

    func integers(
        _ key: String,
        in range: ClosedRange<Int>,
        limit: Int
    ) throws(CheckpointError) -> [Int]? {
        guard let value = value(key) else { return nil }
        let expected = "an array of at most \(limit) integers from \(range.lowerBound) on"
        guard case .array(let elements) = value, elements.count <= limit else {
            throw invalid(key, expected: expected)
        }
        let integers = elements.compactMap(\.asInteger).filter(range.contains)
        guard integers.count == elements.count else { throw invalid(key, expected: expected) }
        return integers
    }

    /// One token id or a list of them, as `eos_token_id` comes; empty when absent.
    func tokenIDs(_ key: String) throws(CheckpointError) -> [Int32] {
        guard let value = value(key) else { return [] }
        let elements: [JSONValue] = if case .array(let list) = value { list } else { [value] }
        let expected = "a token id, or a list of at most 1024"
        guard elements.count <= 1024 else { throw invalid(key, expected: expected) }
        var ids: [Int32] = []
        for element in elements {
            guard let id = element.asInteger.flatMap(Int32.init(exactly:)), id >= 0 else {
                throw invalid(key, expected: expected)
            }
            if !ids.contains(id) { ids.append(id) }
        }
        return ids
    }
}

extension JSONValue {
    /// The value as an integer; 4.0 counts as 4, because Python tools write both.
    fileprivate var asInteger: Int? {
        switch self {
        case .integer(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }

    fileprivate var asDouble: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }
}
