/// GPT-2's way of writing any byte as one printable character.
///
/// Printable Latin-1 bytes stand for themselves; the other 68 are numbered from U+0100.
enum ByteLevelAlphabet {
    /// By byte: the scalar that stands for it.
    static let scalars: [UInt32] = {
        var scalars: [UInt32] = []
        var next: UInt32 = 0x100
        for byte in UInt32(0)..<256 {
            let isPrintable =
                (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte)
                || (0xAE...0xFF).contains(byte)
            scalars.append(isPrintable ? byte : next)
            if !isPrintable { next += 1 }
        }
        return scalars
    }()

    /// By scalar up to U+0143: the byte it stands for, or -1.
    private static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() { bytes[Int(scalar)] = Int16(byte) }
        return bytes
    }()

    /// The bytes a piece stands for, or nil when it holds a character that stands for none.
    static func decode(_ piece: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(piece.count)
        for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
            guard scalar.value < UInt32(bytes.count), bytes[Int(scalar.value)] >= 0 else {
                return nil
            }
            result.append(UInt8(bytes[Int(scalar.value)]))
        }
        return result
    }

    /// The character of a byte, as UTF-8.
    static func encode(_ byte: UInt8) -> [UInt8] {
        let scalar = scalars[Int(byte)]
        return scalar < 0x80
            ? [UInt8(scalar)] : [UInt8(0xC0 | scalar >> 6), UInt8(0x80 | scalar & 0x3F)]
    }
}
