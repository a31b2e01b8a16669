/// A strict pull parser for JSON that lies in memory.
///
/// Tokenizer files reach 30 MB, nearly all of it one object of strings and one array of pairs.
/// Those are read member by member into their final tables; only the small rest becomes a tree.
struct JSONReader {
    /// Deeper nesting is refused, so that recursion over the file is bounded.
    static let maximumDepth = 64

    let file: String
    private let bytes: [UInt8]
    private(set) var position = 0
    private var depth = 0
    // True just after an opening bracket: no comma is due.
    private var isFirst = false

    init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        self.file = file
        do {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw .malformedJSON(
                file: file,
                offset: error.byteOffsets.lowerBound,
                reason: "not valid UTF-8"
            )
        }
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    // MARK: - Structure

    /// The first byte of the next value, or nil at the end of the file.
    mutating func peek() -> UInt8? {
        skipWhitespace()
        return position < bytes.count ? bytes[position] : nil
    }

    mutating func beginObject() throws(TokenizerError) { try open("{", "an object") }

    mutating func beginArray() throws(TokenizerError) { try open("[", "an array") }

    /// Reads the next key of the object being read; false when the object has ended.
    mutating func nextKey(into key: inout [UInt8]) throws(TokenizerError) -> Bool {
        guard try advance(closing: "}") else { return false }
        key.removeAll(keepingCapacity: true)
        try readString(appendingTo: &key)
        try expect(":")
        return true
    }

    /// Whether the array being read has another element, which is then to be read.
    mutating func nextElement() throws(TokenizerError) -> Bool { try advance(closing: "]") }

    /// Throws unless only white space is left.
    mutating func expectEnd() throws(TokenizerError) {
        if peek() != nil { throw error("something follows the value") }
    }

    func error(_ reason: String) -> TokenizerError {
        .malformedJSON(file: file, offset: position, reason: reason)
    }

    private mutating func open(
        _ bracket: Unicode.Scalar,
        _ what: String
    ) throws(TokenizerError) {
        guard peek() == UInt8(ascii: bracket) else { throw error("expected \(what)") }
        guard depth < Self.maximumDepth else {
            throw error("nested more than \(Self.maximumDepth) levels deep")
        }
        depth += 1
        position += 1
        isFirst = true
    }

    private mutating func advance(closing bracket: Unicode.Scalar) throws(TokenizerError) -> Bool {
        if peek() == UInt8(ascii: bracket) {
            position += 1
            depth -= 1
            isFirst = false
            return false
        }
        if !isFirst { try expect(",") }
        isFirst = false
        return true
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(TokenizerError) {
        guard peek() == UInt8(ascii: character) else { throw error("expected '\(character)'") }
        position += 1
    }

    private mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    // MARK: - Values

    /// Reads a string and appends its UTF-8 to `text`.
    mutating func readString(appendingTo text: inout [UInt8]) throws(TokenizerError) {
        guard peek() == UInt8(ascii: "\"") else { throw error("expected a string") }
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try readEscape(appendingTo: &text)
            case 0..<0x20:
                throw error("a control character inside a string")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw error("the file ends inside a string")
    }

    /// Reads an integer without fraction or exponent.
    mutating func readInteger() throws(TokenizerError) -> Int {
        let start = position
        let token = try numberToken()
        guard let value = Int(token) else {
            position = start
            throw error("expected an integer, found \(token.prefix(40))")
        }
        return value
    }

    /// Reads a finite number.
    mutating func readNumber() throws(TokenizerError) -> Double {
        let start = position
        let token = try numberToken()
        guard let value = Double(token), value.isFinite else {
            position = start
            throw error("the number \(token.prefix(40)) has no finite value")
        }
        return value
    }

    /// Reads `true`, `false` or `null`; null gives nil.
    mutating func readLiteral() throws(TokenizerError) -> Bool? {
        skipWhitespace()
        for (word, value) in [("true", true), ("false", false), ("null", nil)] as [(_, Bool?)] {
            let end = position + word.utf8.count
            guard end <= bytes.count, bytes[position..<end].elementsEqual(word.utf8) else {
                continue
            }
            position = end
            return value
        }
        throw error("expected a value")
    }

    private mutating func numberToken() throws(TokenizerError) -> String {
        skipWhitespace()
        let start = position
        if byte == UInt8(ascii: "-") { position += 1 }
        let leadingZero = byte == UInt8(ascii: "0")
        let digits = skipDigits()
        guard digits > 0, !(leadingZero && digits > 1) else { throw error("expected a number") }
        if byte == UInt8(ascii: ".") {
            position += 1
            guard skipDigits() > 0 else { throw error("a fraction without digits") }
        }
        if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            position += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw error("an exponent without digits") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte, (0x30...0x39).contains(byte) { position += 1 }
        return position - start
    }

    // MARK: - Escapes

    private mutating func readEscape(appendingTo text: inout [UInt8]) throws(TokenizerError) {
        position += 1
        guard let byte else { throw error("the file ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var value = try readHexadecimal()
            if (0xD800..<0xDC00).contains(value), self.byte == UInt8(ascii: "\\") {
                position += 1
                guard self.byte == UInt8(ascii: "u") else { throw error("half a surrogate pair") }
                position += 1
                let low = try readHexadecimal()
                guard (0xDC00..<0xE000).contains(low) else {
                    throw error("half a surrogate pair")
                }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw error("half a surrogate pair") }
            UTF8Scalar.append(scalar.value, to: &text)
        default:
            throw error("an unknown escape")
        }
    }

    private mutating func readHexadecimal() throws(TokenizerError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}
