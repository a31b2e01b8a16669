/// The value of one element of a quantized block, as the format defines it, element by element.
///
/// Written for clearness from the definitions of the format, apart from the decoders it checks.
struct BlockOracle {
    /// The bytes of the block.
    let block: ArraySlice<UInt8>

    private func byte(_ index: Int) -> Int { Int(block[block.startIndex + index]) }

    private func float16(_ index: Int) -> Float {
        Float(Float16(bitPattern: UInt16(byte(index)) | UInt16(byte(index + 1)) << 8))
    }

    private func bit(_ start: Int, _ index: Int) -> Int {
        byte(start + index / 8) >> (index % 8) & 1
    }

    /// Elements and bytes of a block, by the type's number.
    static let sizes: [UInt32: (elementCount: Int, byteCount: Int)] = [
        2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 10: (256, 84),
        11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
    ]

    /// Where the float16 numbers of a block lie, by the type's number.
    static let numbers: [UInt32: [Int]] = [
        2: [0], 3: [0, 2], 6: [0], 7: [0, 2], 8: [0], 10: [80, 82], 11: [108], 12: [0, 2],
        13: [0, 2], 14: [208],
    ]

    /// The value at a place from 0 on.
    func value(_ type: UInt32, _ place: Int) -> Float {
        switch type {
        case 2: float16(0) * Float(nibble(2, place) - 8)
        case 3: float16(0) * Float(nibble(4, place)) + float16(2)
        case 6: float16(0) * Float(nibble(6, place) + 16 * bit(2, place) - 16)
        case 7: float16(0) * Float(nibble(8, place) + 16 * bit(4, place)) + float16(2)
        case 8: float16(0) * Float(Int8(truncatingIfNeeded: byte(2 + place)))
        case 10: q2k(place)
        case 11: q3k(place)
        case 12: scale(place) * Float(pairedNibble(16, place)) - minimum(place)
        case 13:
            scale(place) * Float(pairedNibble(48, place) + 16 * fifthBit(place)) - minimum(place)
        case 14: q6k(place)
        default: .nan
        }
    }

    /// Of 32 places the first half lies in low halves of bytes, the second in high ones.
    private func nibble(_ start: Int, _ place: Int) -> Int {
        place < 16 ? byte(start + place) % 16 : byte(start + place - 16) / 16
    }

    // MARK: - Blocks of 256

    /// Of each 64 places the first 32 lie in low halves of bytes, the others in high ones.
    private func pairedNibble(_ start: Int, _ place: Int) -> Int {
        let both = byte(start + place / 64 * 32 + place % 32)
        return place % 64 < 32 ? both % 16 : both / 16
    }

    private func fifthBit(_ place: Int) -> Int { byte(16 + place % 32) >> (place / 32) & 1 }

    private func scale(_ place: Int) -> Float {
        let group = place / 32
        let bits =
            group < 4 ? byte(4 + group) % 64 : byte(8 + group) % 16 + byte(group) / 64 * 16
        return float16(0) * Float(bits)
    }

    private func minimum(_ place: Int) -> Float {
        let group = place / 32
        let bits =
            group < 4 ? byte(8 + group) % 64 : byte(8 + group) / 16 + byte(4 + group) / 64 * 16
        return float16(2) * Float(bits)
    }

    /// Two bits: of each 128 places, 32 after the other lie in the same bytes.
    private func twoBits(_ start: Int, _ place: Int) -> Int {
        byte(start + place / 128 * 32 + place % 32) >> (place % 128 / 32 * 2) & 3
    }

    private func q2k(_ place: Int) -> Float {
        let both = byte(place / 16)
        return float16(80) * Float(both % 16) * Float(twoBits(16, place))
            - float16(82) * Float(both / 16)
    }

    private func q3k(_ place: Int) -> Float {
        let group = place / 16
        let low = group < 8 ? byte(96 + group) % 16 : byte(96 + group - 8) / 16
        let high = byte(104 + group % 4) >> (group / 4 * 2) & 3
        let third = byte(place % 32) >> (place / 32) & 1
        return float16(108) * Float(low + 16 * high - 32)
            * Float(twoBits(32, place) - (third == 1 ? 0 : 4))
    }

    private func q6k(_ place: Int) -> Float {
        let half = place / 128
        let quarter = place % 128 / 32
        let both = byte(64 * half + quarter % 2 * 32 + place % 32)
        let low = quarter < 2 ? both % 16 : both / 16
        let high = byte(128 + 32 * half + place % 32) >> (2 * quarter) & 3
        let scale = Int8(truncatingIfNeeded: byte(192 + place / 16))
        return float16(208) * Float(scale) * Float(low + 16 * high - 32)
    }
}
