/// The blocks of 32 columns, and the choice between all kinds of blocks.
///
/// Codes are unpacked eight at a time, in the bytes of a 64-bit word.
///
///     Q4_0    float16 d, 16 bytes of codes                    d · (q - 8)
///     Q4_1    float16 d, float16 m, 16 bytes of codes         d · q + m
///     Q5_0    float16 d, 32 fifth bits, 16 bytes of codes     d · (q - 16)
///     Q5_1    float16 d, float16 m, 32 fifth bits, 16 bytes   d · q + m
///     Q8_0    float16 d, 32 signed bytes                      d · q
///
/// Of 16 bytes the low halves are columns 0 to 15, the high halves columns 16 to 31.
/// Format: https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
extension GGUFQuantization {
    /// Decodes one block.
    @inline(__always)
    func decode(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ codes: inout MutableRawSpan,
        _ factors: inout GGUFFactors
    ) {
        let start = place.source
        switch self {
        case .q4x0:
            factors.scales[place.group] = source.float16(at: start)
            unpackHalves(source, start + 2, &codes, place.code)
        case .q4x1:
            factors.scales[place.group] = source.float16(at: start)
            factors.offsets[place.group] = source.float16(at: start + 2)
            unpackHalves(source, start + 4, &codes, place.code)
        case .q5x0:
            factors.scales[place.group] = source.float16(at: start)
            // Of six bits the zero is 32, of five it is 16.
            let fifthBits = source.uint32(at: start + 2)
            unpackFive(source, start + 6, fifthBits, plus: 32 - 16, &codes, place.code)
        case .q5x1:
            factors.scales[place.group] = source.float16(at: start)
            factors.offsets[place.group] = source.float16(at: start + 2)
            let fifthBits = source.uint32(at: start + 4)
            unpackFive(source, start + 8, fifthBits, plus: 0, &codes, place.code)
        case .q8x0:
            factors.scales[place.group] = source.float16(at: start)
            for index in stride(from: 0, to: 32, by: 8) {
                // A signed byte plus 128 is the byte with its sign bit turned.
                let word = source.uint64(at: start + 2 + index) ^ everyByte(0x80)
                codes.store(word, at: place.code + index)
            }
        case .q2k: decodeQ2K(source, place, &codes, &factors)
        case .q3k: decodeQ3K(source, place, &codes, &factors)
        case .q4k: decodeQ4K(source, place, &codes, &factors)
        case .q5k: decodeQ5K(source, place, &codes, &factors)
        case .q6k: decodeQ6K(source, place, &codes, &factors)
        }
    }

    @inline(__always)
    private func unpackHalves(
        _ source: RawSpan,
        _ start: Int,
        _ codes: inout MutableRawSpan,
        _ code: Int
    ) {
        for index in stride(from: 0, to: 16, by: 8) {
            let word = source.uint64(at: start + index)
            codes.store(word & everyByte(0x0f), at: code + index)
            codes.store(word >> 4 & everyByte(0x0f), at: code + 16 + index)
        }
    }

    @inline(__always)
    private func unpackFive(
        _ source: RawSpan,
        _ start: Int,
        _ fifthBits: UInt32,
        plus offset: UInt8,
        _ codes: inout MutableRawSpan,
        _ code: Int
    ) {
        for index in stride(from: 0, to: 16, by: 8) {
            let word = source.uint64(at: start + index)
            let low = word & everyByte(0x0f) | spread(fifthBits >> UInt32(index)) << 4
            let high = word >> 4 & everyByte(0x0f) | spread(fifthBits >> UInt32(16 + index)) << 4
            // No byte overflows into the next: codes are below 32.
            codes.store(low &+ everyByte(offset), at: code + index)
            codes.store(high &+ everyByte(offset), at: code + 16 + index)
        }
    }
}

/// A word with the same value in all eight bytes.
@inline(__always)
func everyByte(_ value: UInt8) -> UInt64 { UInt64(value) &* 0x0101_0101_0101_0101 }

/// The low eight bits as eight bytes of 0 or 1.
@inline(__always)
private func spread(_ bits: UInt32) -> UInt64 {
    let chosen = everyByte(UInt8(truncatingIfNeeded: bits)) & 0x8040_2010_0804_0201
    return (chosen &+ everyByte(0x7f)) >> 7 & everyByte(1)
}

extension RawSpan {
    /// The float16 at a byte offset.
    @inline(__always)
    func float16(at offset: Int) -> Float { Float(Float16(bitPattern: uint16(at: offset))) }
}

extension MutableRawSpan {
    /// Stores eight bytes, the lowest first; the offset is checked.
    @inline(__always)
    mutating func store(_ word: UInt64, at offset: Int) {
        storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
}
