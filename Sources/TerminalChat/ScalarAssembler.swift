/// Makes scalars of UTF-8 bytes that come one by one; what is no UTF-8 becomes U+FFFD.
struct ScalarAssembler: Sendable {
    private var value: UInt32 = 0
    private var missingCount = 0
    /// What the next byte may be: the first one behind a lead byte has its own bounds.
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF

    /// Whether a scalar is begun.
    var isPending: Bool { missingCount > 0 }

    /// Takes a byte; a broken beginning and the byte that broke it are two scalars.
    mutating func push(_ byte: UInt8, _ emit: (Unicode.Scalar) -> Void) {
        if missingCount > 0 {
            guard allowed.contains(byte) else {
                missingCount = 0
                emit("\u{FFFD}")
                return begin(byte, emit)
            }
            value = value << 6 | UInt32(byte & 0x3F)
            missingCount -= 1
            allowed = 0x80...0xBF
            if missingCount == 0 { emit(Unicode.Scalar(value) ?? "\u{FFFD}") }
        } else {
            begin(byte, emit)
        }
    }

    /// Gives up what is begun.
    mutating func finish(_ emit: (Unicode.Scalar) -> Void) {
        if missingCount > 0 { emit("\u{FFFD}") }
        missingCount = 0
    }

    private mutating func begin(_ byte: UInt8, _ emit: (Unicode.Scalar) -> Void) {
        allowed = 0x80...0xBF
        switch byte {
        case 0..<0x80:
            emit(Unicode.Scalar(byte))
        case 0xC2...0xDF:
            (value, missingCount) = (UInt32(byte & 0x1F), 1)
        case 0xE0...0xEF:
            (value, missingCount) = (UInt32(byte & 0x0F), 2)
            // Nothing that has a shorter form, and no halves of UTF-16 pairs.
            if byte == 0xE0 { allowed = 0xA0...0xBF }
            if byte == 0xED { allowed = 0x80...0x9F }
        case 0xF0...0xF4:
            (value, missingCount) = (UInt32(byte & 0x07), 3)
            if byte == 0xF0 { allowed = 0x90...0xBF }
            if byte == 0xF4 { allowed = 0x80...0x8F }
        default:
            emit("\u{FFFD}")
        }
    }
}
