/// Reads a string inside a tag, with Python's escapes.
struct TextLiteral {
    private let source: [UInt8]
    private(set) var position: Int
    private let line: Int

    /// Reads from the opening quote at `position` on.
    init(_ source: [UInt8], at position: Int, line: Int) {
        self.source = source
        self.position = position
        self.line = line
    }

    mutating func read() throws(ChatTemplateError) -> [UInt8] {
        let quote = source[position]
        position += 1
        var text: [UInt8] = []
        while position < source.count {
            let byte = source[position]
            position += 1
            if byte == quote { return text }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else {
                text.append(byte)
            }
        }
        throw error("a string is not closed")
    }

    private mutating func escape(into text: inout [UInt8]) throws(ChatTemplateError) {
        guard position < source.count else { throw error("a string is not closed") }
        let byte = source[position]
        position += 1
        switch byte {
        case 0x0A: break
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(byte)
        case UInt8(ascii: "a"): text.append(0x07)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "v"): text.append(0x0B)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "0")...UInt8(ascii: "7"): octal(first: byte, into: &text)
        case UInt8(ascii: "x"): text.append(try scalar(try hexadecimal(2)))
        case UInt8(ascii: "u"): text.append(try pair(try hexadecimal(4)))
        case UInt8(ascii: "U"): text.append(try scalar(try hexadecimal(8)))
        case UInt8(ascii: "N"): throw error("a string names a character; write it itself")
        default: text += [UInt8(ascii: "\\"), byte]
        }
    }

    private mutating func octal(first: UInt8, into text: inout [UInt8]) {
        var value = UInt32(first & 7)
        for _ in 0..<2 {
            guard position < source.count, source[position] & 0xF8 == UInt8(ascii: "0") else {
                break
            }
            value = value << 3 | UInt32(source[position] & 7)
            position += 1
        }
        text.append(Unicode.Scalar(value) ?? "\u{FFFD}")
    }

    private mutating func hexadecimal(_ count: Int) throws(ChatTemplateError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard position < source.count, source[position] < 0x80,
                let digit = Character(Unicode.Scalar(source[position])).hexDigitValue
            else { throw error("an escape in a string is cut") }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private func scalar(_ value: UInt32) throws(ChatTemplateError) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(value) else {
            throw error("an escape in a string is no character")
        }
        return scalar
    }

    /// Takes the second half of a surrogate pair along.
    private mutating func pair(_ first: UInt32) throws(ChatTemplateError) -> Unicode.Scalar {
        guard (0xD800..<0xDC00).contains(first), source[position...].starts(with: "\\u".utf8) else {
            return try scalar(first)
        }
        position += 2
        let second = try hexadecimal(4)
        guard (0xDC00..<0xE000).contains(second) else {
            throw error("an escape in a string is half a character")
        }
        return try scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }

    private func error(_ reason: String) -> ChatTemplateError {
        .syntax(line: line, reason: reason)
    }
}
