/// Follows one JSON value byte by byte: where it ends, and whether it still is one.
///
/// Strict but for control characters inside strings, which models write and clients may forgive.
/// The state is a few words whatever the value's size.
struct JSONScanner: Sendable {
    /// What a byte led to.
    enum Step {
        case more
        /// The byte is the value's last.
        case done
        /// A number or word had ended with the byte before.
        case doneBefore
        /// The byte fits no JSON value, or values lie too deep.
        case invalid
    }

    private enum State {
        case value, valueOrClose, key, keyOrClose, colon, afterValue
        case string, escape, hex, word
        case minus, zero, integer, point, fraction, exponent, exponentSign, exponentDigits
    }

    private static let words: [[UInt8]] = [
        Array("true".utf8), Array("false".utf8), Array("null".utf8),
    ]

    private var state = State.value
    private var depth = 0
    /// Bit by bit from the outside in: whether that level is an object.
    private var levels: UInt64 = 0
    private var stringIsKey = false
    private var word = 0
    /// How much of a word or of four hexadecimal digits was seen.
    private var seen = 0

    /// Takes the next byte; after `done`, `doneBefore` or `invalid` there must be none.
    mutating func push(_ byte: UInt8) -> Step {
        switch state {
        case .string: return inString(byte)
        case .escape, .hex: return inEscape(byte)
        case .word: return inWord(byte)
        case .value, .valueOrClose, .key, .keyOrClose, .colon, .afterValue:
            return byte.isSpace ? .more : between(byte)
        default: return inNumber(byte)
        }
    }

    // MARK: - Structure

    private var isInObject: Bool { depth > 0 && levels >> UInt64(depth - 1) & 1 == 1 }

    private mutating func between(_ byte: UInt8) -> Step {
        switch (state, byte) {
        case (.value, _): return start(byte)
        case (.valueOrClose, UInt8(ascii: "]")), (.keyOrClose, UInt8(ascii: "}")): return close()
        case (.valueOrClose, _): return start(byte)
        case (.key, UInt8(ascii: "\"")), (.keyOrClose, UInt8(ascii: "\"")):
            stringIsKey = true
            return go(.string)
        case (.colon, UInt8(ascii: ":")): return go(.value)
        case (.afterValue, UInt8(ascii: ",")): return go(isInObject ? .key : .value)
        case (.afterValue, UInt8(ascii: "}")) where isInObject: return close()
        case (.afterValue, UInt8(ascii: "]")) where !isInObject: return close()
        default: return .invalid
        }
    }

    private mutating func start(_ byte: UInt8) -> Step {
        switch byte {
        case UInt8(ascii: "{"): return open(.keyOrClose, isObject: true)
        case UInt8(ascii: "["): return open(.valueOrClose, isObject: false)
        case UInt8(ascii: "\""):
            stringIsKey = false
            return go(.string)
        case UInt8(ascii: "-"): return go(.minus)
        case UInt8(ascii: "0"): return go(.zero)
        case UInt8(ascii: "1")...UInt8(ascii: "9"): return go(.integer)
        default:
            guard let index = Self.words.firstIndex(where: { $0.first == byte }) else {
                return .invalid
            }
            word = index
            seen = 1
            return go(.word)
        }
    }

    private mutating func open(_ next: State, isObject: Bool) -> Step {
        guard depth < HoldLimit.depth else { return .invalid }
        let bit: UInt64 = 1 << UInt64(depth)
        levels = isObject ? levels | bit : levels & ~bit
        depth += 1
        return go(next)
    }

    private mutating func close() -> Step {
        depth -= 1
        return complete()
    }

    private mutating func complete() -> Step {
        state = .afterValue
        return depth == 0 ? .done : .more
    }

    private mutating func go(_ next: State) -> Step {
        state = next
        return .more
    }

    // MARK: - Strings, words, numbers

    private mutating func inString(_ byte: UInt8) -> Step {
        switch byte {
        case UInt8(ascii: "\\"): return go(.escape)
        case UInt8(ascii: "\""): return stringIsKey ? go(.colon) : complete()
        default: return .more
        }
    }

    private mutating func inEscape(_ byte: UInt8) -> Step {
        if state == .hex {
            guard byte.isHexDigit else { return .invalid }
            seen += 1
            return seen == 4 ? go(.string) : .more
        }
        switch byte {
        case UInt8(ascii: "u"):
            seen = 0
            return go(.hex)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return go(.string)
        default: return .invalid
        }
    }

    private mutating func inWord(_ byte: UInt8) -> Step {
        let letters = Self.words[word]
        guard letters[seen] == byte else { return .invalid }
        seen += 1
        return seen == letters.count ? complete() : .more
    }

    private mutating func inNumber(_ byte: UInt8) -> Step {
        let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        let isExponent = byte | 0x20 == UInt8(ascii: "e")
        switch state {
        case .minus where isDigit: return go(byte == UInt8(ascii: "0") ? .zero : .integer)
        case .integer where isDigit, .fraction where isDigit, .exponentDigits where isDigit:
            return .more
        case .zero where byte == UInt8(ascii: "."), .integer where byte == UInt8(ascii: "."):
            return go(.point)
        case .point where isDigit: return go(.fraction)
        case .zero where isExponent, .integer where isExponent, .fraction where isExponent:
            return go(.exponent)
        case .exponent where byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"):
            return go(.exponentSign)
        case .exponent where isDigit, .exponentSign where isDigit: return go(.exponentDigits)
        case .zero, .integer, .fraction, .exponentDigits:
            guard complete() == .more else { return .doneBefore }
            return byte.isSpace ? .more : between(byte)
        default: return .invalid
        }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
