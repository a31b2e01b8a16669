/// Turns the bytes of a terminal into keys.
///
/// Whatever comes, what is kept has a bound, and silence brings it back to its beginning: call
/// ``timeOut()`` when nothing came for ``timeoutMilliseconds``.
public struct KeyDecoder: Sendable {
    private enum State {
        case ground
        /// Behind an Escape; a second one means Alt with the key that follows.
        case escape(isAlt: Bool)
        /// Behind `ESC [`.
        case control(isAlt: Bool)
        /// Behind `ESC [ [`: the Linux console's function keys have one more byte.
        case consoleKey
        /// Behind `ESC O`.
        case single(isAlt: Bool)
        /// Inside a text from the terminal, which ends with `BEL` or `ESC \`.
        case message(introducer: Unicode.Scalar, count: Int, isEscaped: Bool)
        case paste
    }

    /// More parameters than any key has.
    private static let longestSequence = 32
    /// Pasted text comes in pieces of about this size.
    private static let longestPiece = 1 << 16
    private static let pasteEnd = Array("\u{1B}[201~".utf8)

    private var state = State.ground
    private var parameters: [UInt8] = []
    private var scalars = ScalarAssembler()
    private var isAltScalar = false
    private var pasted = ""
    private var pasteEndCount = 0

    /// Makes a decoder.
    public init() {}

    /// How long to wait for the next byte before ``timeOut()``; -1 for as long as it takes.
    public var timeoutMilliseconds: Int32 {
        switch state {
        case .ground: scalars.isPending ? 50 : -1
        // A connection may stall in the middle of a long text; a lost end must not lock the keys.
        case .paste: 1000
        default: 50
        }
    }

    /// The keys that are complete with this byte.
    public mutating func push(_ byte: UInt8) -> [Key] {
        var keys: [Key] = []
        push(byte, &keys)
        return keys
    }

    /// Nothing more came: what is begun is taken for what it is so far.
    public mutating func timeOut() -> [Key] {
        var keys: [Key] = []
        switch state {
        case .ground: scalars.finish { keys.append(.text($0)) }
        case .escape: keys.append(Key(.escape))
        case .control(_) where parameters.isEmpty: keys.append(.alt("["))
        case .single(_) where parameters.isEmpty: keys.append(.alt("O"))
        case .message(let introducer, 0, false): keys.append(.alt(introducer))
        case .paste: endPaste(&keys)
        default: break
        }
        reset()
        return keys
    }

    private mutating func reset() {
        state = .ground
        parameters = []
        isAltScalar = false
    }

    private mutating func push(_ byte: UInt8, _ keys: inout [Key]) {
        switch state {
        case .ground: pushGround(byte, &keys)
        case .escape(let isAlt): pushEscaped(byte, isAlt: isAlt, &keys)
        case .control(let isAlt): pushControl(byte, isAlt: isAlt, &keys)
        case .consoleKey: reset()
        case .single(let isAlt): pushSingle(byte, isAlt: isAlt, &keys)
        case .message(let introducer, let count, let isEscaped):
            let isOver = byte == 7 || byte == 3 || (isEscaped && byte == UInt8(ascii: "\\"))
            if isOver { return reset() }
            state = .message(
                introducer: introducer,
                count: min(count + 1, 2),
                isEscaped: byte == 0x1B
            )
        case .paste: pushPasted(byte, &keys)
        }
    }

    // MARK: - Characters

    private mutating func pushGround(_ byte: UInt8, _ keys: inout [Key]) {
        if byte == 0x1B && !scalars.isPending {
            state = .escape(isAlt: false)
            return
        }
        let modifiers: Key.Modifiers = isAltScalar ? .alt : []
        var found: [Unicode.Scalar] = []
        scalars.push(byte) { found.append($0) }
        for scalar in found {
            if scalar == "\u{1B}" {
                state = .escape(isAlt: false)
            } else {
                keys.append(Self.key(scalar, modifiers))
            }
        }
        if !scalars.isPending { isAltScalar = false }
    }

    private static func key(_ scalar: Unicode.Scalar, _ modifiers: Key.Modifiers) -> Key {
        switch scalar.value {
        case 0x0A, 0x0D: Key(.enter, modifiers)
        case 0x09: Key(.tab, modifiers)
        case 0x08, 0x7F: Key(.backspace, modifiers)
        case 0x1B: Key(.escape, modifiers)
        case 0x01...0x1A:
            Key(.text(Unicode.Scalar(UInt8(scalar.value + 0x60))), modifiers.union(.control))
        case 0x00, 0x1C...0x1F:
            Key(.text(Unicode.Scalar(UInt8(scalar.value + 0x40))), modifiers.union(.control))
        default: Key(.text(scalar), modifiers)
        }
    }

    // MARK: - Sequences

    private mutating func pushEscaped(_ byte: UInt8, isAlt: Bool, _ keys: inout [Key]) {
        switch byte {
        case 0x1B: state = .escape(isAlt: true)
        case UInt8(ascii: "["): state = .control(isAlt: isAlt)
        case UInt8(ascii: "O"): state = .single(isAlt: isAlt)
        case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "X"), UInt8(ascii: "^"),
            UInt8(ascii: "_"):
            state = .message(introducer: Unicode.Scalar(byte), count: 0, isEscaped: false)
        default:
            state = .ground
            isAltScalar = true
            pushGround(byte, &keys)
        }
    }

    private mutating func pushControl(_ byte: UInt8, isAlt: Bool, _ keys: inout [Key]) {
        switch byte {
        case UInt8(ascii: "[") where parameters.isEmpty:
            state = .consoleKey
        case 0x20...0x3F:
            if parameters.count < Self.longestSequence { parameters.append(byte) }
        case 0x40...0x7E:
            let sequence = KeySequence(parameters, final: byte)
            reset()
            if sequence.isPasteStart {
                state = .paste
            } else if var key = sequence.key {
                if isAlt { key.modifiers.insert(.alt) }
                keys.append(key)
            }
        default:
            // No sequence has such a byte: it begins something new.
            reset()
            push(byte, &keys)
        }
    }

    private mutating func pushSingle(_ byte: UInt8, isAlt: Bool, _ keys: inout [Key]) {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"):
            if parameters.count < Self.longestSequence { parameters.append(byte) }
        case 0x40...0x7E:
            // Some terminals put the modifier alone before the letter.
            let digits = parameters.isEmpty ? [] : Array("1;".utf8) + parameters
            let isEnter = byte == UInt8(ascii: "M")
            let key = isEnter ? Key(.enter) : KeySequence(digits, final: byte).key
            reset()
            if var key {
                if isAlt { key.modifiers.insert(.alt) }
                keys.append(key)
            }
        default:
            reset()
            push(byte, &keys)
        }
    }

    // MARK: - Pasted text

    private mutating func pushPasted(_ byte: UInt8, _ keys: inout [Key]) {
        if byte == Self.pasteEnd[pasteEndCount] {
            pasteEndCount += 1
            if pasteEndCount == Self.pasteEnd.count { endPaste(&keys) }
            return
        }
        // It only looked like the end.
        let held = Self.pasteEnd.prefix(pasteEndCount)
        pasteEndCount = 0
        for byte in held { append(byte) }
        if byte == 0x1B { pasteEndCount = 1 } else { append(byte) }
        if pasted.utf8.count >= Self.longestPiece, !scalars.isPending { takePasted(&keys) }
    }

    private mutating func append(_ byte: UInt8) {
        var text = ""
        scalars.push(byte) { text.unicodeScalars.append($0) }
        pasted += text
    }

    private mutating func takePasted(_ keys: inout [Key]) {
        if !pasted.isEmpty { keys.append(Key(.pasted(pasted))) }
        pasted = ""
    }

    private mutating func endPaste(_ keys: inout [Key]) {
        var rest = ""
        scalars.finish { rest.unicodeScalars.append($0) }
        pasted += rest
        takePasted(&keys)
        pasteEndCount = 0
        reset()
    }
}
