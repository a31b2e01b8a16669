/// Why a text is not JSON, or not JSON we take.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, as a clause: "a string is not closed".
    public var reason: String
    /// Where, counted in bytes from the start.
    public var byteOffset: Int

    /// One sentence for whoever sent the text.
    public var description: String {
        "The body is not valid JSON: \(reason) at byte \(byteOffset)."
    }
}

/// Reads JSON from bytes nobody has vouched for.
///
/// Strict (RFC 8259) with three limits of its own: nesting depth, no member named twice, no number
/// beyond `Double`. Recursion is bounded by the depth, so no input can overflow the stack.
public struct JSONParser {
    private let bytes: [UInt8]
    private let depthLimit: Int
    private var position = 0

    /// Parses a whole document.
    ///
    /// - Parameters:
    ///   - bytes: UTF-8; a byte order mark in front is skipped.
    ///   - depthLimit: how many arrays and objects may lie inside one another.
    /// - Returns: the document's one value.
    /// - Throws: ``JSONError`` at the first byte that does not fit.
    public static func parse(
        _ bytes: [UInt8],
        depthLimit: Int = 64
    ) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, depthLimit: depthLimit)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { parser.position = 3 }
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else {
            throw parser.error("something follows the document")
        }
        return value
    }

    private init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    // MARK: - Values

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard let first = peek else { throw error("a value is missing") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw error("a value cannot start like this")
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var elements: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            elements.append(try value(depth: depth))
            if take(UInt8(ascii: "]")) { return .array(elements) }
            try expect(UInt8(ascii: ","), "a list is not closed")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var members: [JSONMember] = []
        var names: Set<String> = []
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name is missing") }
            let start = position
            let name = try string()
            guard names.insert(name).inserted else {
                position = start
                throw error("an object names a member twice")
            }
            try expect(UInt8(ascii: ":"), "a colon is missing")
            members.append(JSONMember(name, try value(depth: depth)))
            if take(UInt8(ascii: "}")) { return .object(members) }
            try expect(UInt8(ascii: ","), "an object is not closed")
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= depthLimit else {
            throw error("values lie more than \(depthLimit) deep")
        }
        position += 1
    }

    private mutating func literal(
        _ text: StaticString,
        _ value: JSONValue
    ) throws(JSONError) -> JSONValue {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count, bytes[position..<end].elementsEqual(text.description.utf8) else {
            throw error("a value cannot start like this")
        }
        position = end
        return value
    }

    // MARK: - Numbers

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        var isWhole = true
        if peek == UInt8(ascii: "-") { position += 1 }
        if peek == UInt8(ascii: "0") {
            position += 1
        } else {
            try digits()
        }
        if peek == UInt8(ascii: ".") {
            isWhole = false
            position += 1
            try digits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isWhole = false
            position += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let value = Int64(text) { return .integer(value) }
        if isWhole, let value = Int128(text) { return .wideInteger(value) }
        guard let value = Double(text), value.isFinite else {
            position = start
            throw error("a number is too large")
        }
        return .number(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            position += 1
        }
        guard position > start else { throw error("a digit is missing") }
    }

    // MARK: - Strings

    private mutating func string() throws(JSONError) -> String {
        let start = position
        position += 1
        var text: [UInt8] = []
        var plainStart = position
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                text += bytes[plainStart..<position]
                position += 1
                guard let valid = String(validating: text, as: UTF8.self) else {
                    position = start
                    throw error("a string is not UTF-8")
                }
                return valid
            case UInt8(ascii: "\\"):
                text += bytes[plainStart..<position]
                position += 1
                try escape(into: &text)
                plainStart = position
            case 0..<0x20:
                throw error("a string holds an unescaped control character")
            default:
                position += 1
            }
        }
        position = start
        throw error("a string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw error("an escape is not finished") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text += String(Character(try escapedScalar())).utf8
        default: throw error("an escape is unknown")
        }
    }

    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let first = try hexUnit()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // Only the first half of a surrogate pair can stand here; its other half must follow at
        // once.
        guard first < 0xDC00, peek == UInt8(ascii: "\\") else {
            throw error("half of a surrogate pair stands alone")
        }
        position += 1
        guard peek == UInt8(ascii: "u") else {
            throw error("half of a surrogate pair stands alone")
        }
        position += 1
        let second = try hexUnit()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("half of a surrogate pair stands alone") }
        return scalar
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        let end = position + 4
        guard end <= bytes.count else { throw error("an escape is not finished") }
        var unit: UInt32 = 0
        for byte in bytes[position..<end] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("an escape is not hexadecimal")
            }
            unit = unit << 4 | UInt32(digit)
        }
        position = end
        return unit
    }

    // MARK: - Bytes

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        skipSpace()
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8, _ reason: String) throws(JSONError) {
        guard take(byte) else { throw error(reason) }
    }

    private func error(_ reason: String) -> JSONError {
        JSONError(reason: reason, byteOffset: position)
    }
}
