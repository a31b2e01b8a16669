/// Reads UTF-8 byte by byte.
///
/// The state is 0 between scalars; within one it is how many bytes are missing, times eight, plus
/// what is asked of the next byte (no overlong forms, no surrogates, nothing past U+10FFFF).
enum UTF8Reader {
    /// The state after a byte; nil where it cannot stand.
    static func step(_ state: UInt8, _ byte: UInt8) -> UInt8? {
        if state == 0 {
            switch byte {
            case 0..<0x80: return 0
            case 0xC2...0xDF: return 8
            case 0xE0: return 17
            case 0xED: return 18
            case 0xE1...0xEF: return 16
            case 0xF0: return 27
            case 0xF4: return 28
            case 0xF1...0xF3: return 24
            default: return nil
            }
        }
        let range: ClosedRange<UInt8> =
            switch state & 7 {
            case 1: 0xA0...0xBF
            case 2: 0x80...0x9F
            case 3: 0x90...0xBF
            case 4: 0x80...0x8F
            default: 0x80...0xBF
            }
        return range.contains(byte) ? (state >> 3 - 1) << 3 : nil
    }

    /// Where runs of bytes that are treated alike begin, in any state.
    static let boundaries: [UInt8] = [
        0x80, 0x90, 0xA0, 0xC0, 0xC2, 0xE0, 0xE1, 0xED, 0xEE, 0xF0, 0xF1, 0xF4, 0xF5,
    ]
}
