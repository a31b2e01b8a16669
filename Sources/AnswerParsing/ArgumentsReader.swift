/// Follows a call's arguments: a JSON object, or a string that holds one.
///
/// Some models put the object into a string, as the history shows it where clients send it so. Then
/// the arguments are what the string says.
struct ArgumentsReader: Sendable {
    enum Step {
        case more
        /// The byte is the last of the arguments.
        case done
        case invalid
    }

    private var outer = JSONScanner()
    private var inner = JSONScanner()
    private var isString: Bool?
    private var innerHasBegun = false
    private var innerIsDone = false
    private var unescaper = Unescaper()

    /// Whether arguments can begin with the byte.
    static func canBegin(with byte: UInt8) -> Bool {
        byte == UInt8(ascii: "{") || byte == UInt8(ascii: "\"")
    }

    /// Takes a byte; appends to `decoded` what it adds to the object's text.
    mutating func push(_ byte: UInt8, decoded: inout [UInt8]) -> Step {
        let isFirst = isString == nil
        let isString = isString ?? (byte == UInt8(ascii: "\""))
        self.isString = isString
        let step = outer.push(byte)
        guard isString else {
            if isFirst, byte != UInt8(ascii: "{") { return .invalid }
            switch step {
            case .invalid, .doneBefore: return .invalid
            case .more, .done: decoded.append(byte)
            }
            return step == .done ? .done : .more
        }
        switch step {
        case .invalid, .doneBefore: return .invalid
        case .done: return innerIsDone ? .done : .invalid
        case .more: return isFirst || unescape(byte, &decoded) ? .more : .invalid
        }
    }

    /// Takes a byte of the string; false if what it holds is no object.
    private mutating func unescape(_ byte: UInt8, _ decoded: inout [UInt8]) -> Bool {
        var bytes: [UInt8] = []
        unescaper.push(byte, &bytes)
        for byte in bytes {
            if byte.isSpace, !innerHasBegun || innerIsDone { continue }
            guard !innerIsDone, innerHasBegun || byte == UInt8(ascii: "{") else { return false }
            innerHasBegun = true
            switch inner.push(byte) {
            case .invalid, .doneBefore: return false
            case .done: innerIsDone = true
            case .more: break
            }
            decoded.append(byte)
        }
        return true
    }
}

/// Resolves the escapes of a JSON string that is known to be well formed.
private struct Unescaper: Sendable {
    private enum State {
        case plain, escape, hex
    }

    private var state = State.plain
    private var value: UInt32 = 0
    private var digitCount = 0
    /// The first half of a character outside the basic plane.
    private var high: UInt32?

    mutating func push(_ byte: UInt8, _ text: inout [UInt8]) {
        switch state {
        case .plain:
            if byte == UInt8(ascii: "\\") {
                state = .escape
            } else {
                flushHalf(&text)
                text.append(byte)
            }
        case .escape:
            state = .plain
            if byte == UInt8(ascii: "u") {
                (state, value, digitCount) = (.hex, 0, 0)
                return
            }
            flushHalf(&text)
            text.append(Self.escaped(byte))
        case .hex:
            let digit = byte > UInt8(ascii: "9") ? (byte | 0x20) - 87 : byte - UInt8(ascii: "0")
            value = value << 4 | UInt32(digit)
            digitCount += 1
            guard digitCount == 4 else { return }
            state = .plain
            append(value, &text)
        }
    }

    private static func escaped(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "b"): 8
        case UInt8(ascii: "f"): 12
        case UInt8(ascii: "n"): 10
        case UInt8(ascii: "r"): 13
        case UInt8(ascii: "t"): 9
        default: byte
        }
    }

    private mutating func append(_ unit: UInt32, _ text: inout [UInt8]) {
        if let high, (0xDC00..<0xE000).contains(unit) {
            self.high = nil
            append(scalar: 0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00), &text)
            return
        }
        flushHalf(&text)
        if (0xD800..<0xDC00).contains(unit) { high = unit } else { append(scalar: unit, &text) }
    }

    /// Half a character alone is none.
    private mutating func flushHalf(_ text: inout [UInt8]) {
        if high != nil { append(scalar: 0xFFFD, &text) }
        high = nil
    }

    private func append(scalar value: UInt32, _ text: inout [UInt8]) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        text.append(contentsOf: String(Character(scalar)).utf8)
    }
}
