/// A strict reader of JSON text (RFC 8259) that hands out one value after the other.
///
/// The head of a safetensors file can have 100,000 entries, so it is read without building a tree.
/// Strings come as bytes: two names that differ only in their Unicode normalisation stay apart.
package struct JSONReader {
    private let bytes: [UInt8]
    private let file: String
    private let depthLimit: Int
    private var position = 0
    private var depth = 0

    /// Makes a reader at the beginning of `bytes`, named `file` in errors.
    ///
    /// At most `depthLimit` objects and arrays may lie inside each other.
    package init(_ bytes: [UInt8], file: String, depthLimit: Int) {
        self.bytes = bytes
        self.file = file
        self.depthLimit = depthLimit
    }

    /// The error for what the reader has just read or is about to read.
    package func problem(_ text: String) -> CheckpointError {
        .invalidJSON(file: file, offset: position, problem: text)
    }

    /// The first byte of the next value or mark, not taken; nil at the end of the text.
    package mutating func peek() -> UInt8? {
        while position < bytes.count, isSpace(bytes[position]) { position += 1 }
        return position < bytes.count ? bytes[position] : nil
    }

    /// Checks that nothing but white space is left.
    package mutating func end() throws(CheckpointError) {
        if peek() != nil { throw problem("more text after the end of the value") }
    }

    // MARK: - Containers

    /// Reads an object; `member` must read exactly the one value of the key it is given.
    package mutating func object(
        _ member: (inout JSONReader, _ key: [UInt8]) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try open(ascii("{"), "an object")
        if peek() == ascii("}") { return close() }
        while true {
            guard peek() == ascii("\"") else { throw problem("expected a key in quotes") }
            let key = try string()
            guard peek() == ascii(":") else { throw problem("expected ':' after a key") }
            position += 1
            try member(&self, key)
            if try endsAfterValue(ascii("}")) { return close() }
        }
    }

    /// Reads an array; `element` must read exactly one value.
    package mutating func array(
        _ element: (inout JSONReader) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try open(ascii("["), "an array")
        if peek() == ascii("]") { return close() }
        while true {
            try element(&self)
            if try endsAfterValue(ascii("]")) { return close() }
        }
    }

    private mutating func open(_ mark: UInt8, _ what: String) throws(CheckpointError) {
        guard peek() == mark else { throw problem("expected \(what)") }
        guard depth < depthLimit else { throw problem("nested deeper than \(depthLimit) levels") }
        position += 1
        depth += 1
    }

    private mutating func close() {
        position += 1
        depth -= 1
    }

    private mutating func endsAfterValue(_ mark: UInt8) throws(CheckpointError) -> Bool {
        switch peek() {
        case mark: return true
        case ascii(","):
            position += 1
            return false
        default: throw problem("expected ',' or the end of the object or array")
        }
    }

    // MARK: - Values

    /// Reads any value and forgets it.
    package mutating func skip() throws(CheckpointError) {
        switch peek() {
        case ascii("{"): try object { (reader, _) throws(CheckpointError) in try reader.skip() }
        case ascii("["): try array { (reader) throws(CheckpointError) in try reader.skip() }
        case ascii("\""): _ = try string()
        case ascii("t"), ascii("f"), ascii("n"): _ = try word()
        default: _ = try number()
        }
    }

    /// Reads `true`, `false` or `null`, the last as nil.
    package mutating func word() throws(CheckpointError) -> Bool? {
        for (text, value) in [("true", true), ("false", false), ("null", nil)]
        where bytes[position...].starts(with: text.utf8) {
            position += text.utf8.count
            return value
        }
        throw problem("expected a value")
    }

    /// Reads a number and returns its text, which follows the grammar of JSON.
    package mutating func number() throws(CheckpointError) -> String {
        _ = peek()
        let start = position
        skipByte(ascii("-"))
        let integerStart = position
        let integerDigits = skipDigits()
        guard integerDigits > 0 else { throw problem("expected a value") }
        if integerDigits > 1, bytes[integerStart] == ascii("0") {
            throw problem("a number begins with 0")
        }
        if skipByte(ascii(".")), skipDigits() == 0 { throw problem("expected a digit after '.'") }
        if skipByte(ascii("e")) || skipByte(ascii("E")) {
            if !skipByte(ascii("-")) { skipByte(ascii("+")) }
            if skipDigits() == 0 { throw problem("expected a digit in the exponent") }
        }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// Reads an integer from 0 on: digits only, and no more than fit `Int`.
    package mutating func unsignedInteger() throws(CheckpointError) -> Int {
        let text = try number()
        guard let value = Int(text), value >= 0, !text.hasPrefix("-") else {
            throw problem("expected an integer from 0 to \(Int.max), found \(quoted(text))")
        }
        return value
    }

    @discardableResult
    private mutating func skipByte(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
        return position - start
    }

    // MARK: - Strings

    /// Reads a string: its UTF-8 bytes, escapes resolved, checked to be valid UTF-8.
    package mutating func string() throws(CheckpointError) -> [UInt8] {
        guard peek() == ascii("\"") else { throw problem("expected a string") }
        position += 1
        var result: [UInt8] = []
        while true {
            guard position < bytes.count else { throw problem("a string has no end") }
            let byte = bytes[position]
            guard byte >= 0x20 else { throw problem("a control character in a string") }
            position += 1
            if byte == ascii("\"") { break }
            if byte == ascii("\\") {
                try appendEscape(to: &result)
            } else {
                result.append(byte)
            }
        }
        guard String(validating: result, as: UTF8.self) != nil else {
            throw problem("a string is not valid UTF-8")
        }
        return result
    }

    private mutating func appendEscape(to result: inout [UInt8]) throws(CheckpointError) {
        guard position < bytes.count else { throw problem("a string has no end") }
        let letter = bytes[position]
        position += 1
        switch letter {
        case ascii("\""), ascii("\\"), ascii("/"): result.append(letter)
        case ascii("b"): result.append(0x08)
        case ascii("f"): result.append(0x0c)
        case ascii("n"): result.append(0x0a)
        case ascii("r"): result.append(0x0d)
        case ascii("t"): result.append(0x09)
        case ascii("u"):
            let scalar = try escapedScalar()
            result.append(contentsOf: String(Character(scalar)).utf8)
        default: throw problem("an unknown escape in a string")
        }
    }

    private mutating func escapedScalar() throws(CheckpointError) -> Unicode.Scalar {
        var value = try fourHexDigits()
        if value & 0xfc00 == 0xd800, skipByte(ascii("\\")), skipByte(ascii("u")) {
            let low = try fourHexDigits()
            guard low & 0xfc00 == 0xdc00 else { throw problem("half of a surrogate pair") }
            value = 0x10000 + (value - 0xd800) << 10 + (low - 0xdc00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw problem("half of a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(CheckpointError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count,
                let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue
            else { throw problem("expected four hexadecimal digits after \\u") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

/// The byte of an ASCII character.
@inline(__always)
private func ascii(_ character: Unicode.Scalar) -> UInt8 {
    UInt8(truncatingIfNeeded: character.value)
}

private func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09
}

private func isDigit(_ byte: UInt8) -> Bool {
    byte >= 0x30 && byte <= 0x39
}
