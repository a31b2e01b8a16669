/// The blocks of 256 columns: "k-quants".
///
/// A float16 multiplies small integers, which are the scales and minimums of groups of 16 or 32
/// columns. Both are taken as they are.
///
///     Q2_K    16 bytes of scale and minimum, 64 of codes, float16 d, float16 dmin     groups of 16
///             d · s · q - dmin · m
///     Q3_K    32 bytes of third bits, 64 of codes, 12 of scales, float16 d            groups of 16
///             d · (s - 32) · (q - 4)
///     Q4_K    float16 d, float16 dmin, 12 of scales and minimums, 128 of codes        groups of 32
///             d · s · q - dmin · m
///     Q5_K    as Q4_K with 32 bytes of fifth bits before the codes                    groups of 32
///     Q6_K    128 of low bits, 64 of high bits, 16 signed scales, float16 d           groups of 16
///             d · s · (q - 32)
///
/// Format: https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h
extension GGUFQuantization {
    @inline(__always)
    func decodeQ2K(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ codes: inout MutableRawSpan,
        _ factors: inout GGUFFactors
    ) {
        factors.superScales[place.superBlock] = source.float16(at: place.source + 80)
        factors.superMinimums[place.superBlock] = -source.float16(at: place.source + 82)
        for group in 0..<16 {
            let both = source.uint8(at: place.source + group)
            factors.scales[place.group + group] = Float(both & 15)
            factors.offsets[place.group + group] = Float(both >> 4)
        }
        for half in 0..<2 {
            for index in stride(from: 0, to: 32, by: 8) {
                let word = source.uint64(at: place.source + 16 + 32 * half + index)
                for part in 0..<4 {
                    codes.store(
                        word >> UInt64(2 * part) & everyByte(3),
                        at: place.code + 128 * half + 32 * part + index
                    )
                }
            }
        }
    }

    @inline(__always)
    func decodeQ3K(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ codes: inout MutableRawSpan,
        _ factors: inout GGUFFactors
    ) {
        factors.superScales[place.superBlock] = source.float16(at: place.source + 108)
        let packed = place.source + 96
        for group in 0..<16 {
            let low = source.uint8(at: packed + group % 8) >> UInt8(group / 8 * 4) & 15
            let high = source.uint8(at: packed + 8 + group % 4) >> UInt8(group / 4 * 2) & 3
            factors.scales[place.group + group] = Float(Int(low | high << 4) - 32)
        }
        for half in 0..<2 {
            for index in stride(from: 0, to: 32, by: 8) {
                let word = source.uint64(at: place.source + 32 + 32 * half + index)
                let thirdBits = source.uint64(at: place.source + index) >> UInt64(4 * half)
                for part in 0..<4 {
                    let low = word >> UInt64(2 * part) & everyByte(3)
                    let high = (thirdBits >> UInt64(part) & everyByte(1)) << 2
                    // From -4...3 to a code whose zero is 8.
                    codes.store(
                        (low | high) &+ everyByte(4),
                        at: place.code + 128 * half + 32 * part + index
                    )
                }
            }
        }
    }

    @inline(__always)
    func decodeQ4K(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ codes: inout MutableRawSpan,
        _ factors: inout GGUFFactors
    ) {
        decodeSixBitScales(source, place, &factors)
        for pair in 0..<4 {
            for index in stride(from: 0, to: 32, by: 8) {
                let word = source.uint64(at: place.source + 16 + 32 * pair + index)
                let code = place.code + 64 * pair + index
                codes.store(word & everyByte(15), at: code)
                codes.store(word >> 4 & everyByte(15), at: code + 32)
            }
        }
    }

    @inline(__always)
    func decodeQ5K(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ codes: inout MutableRawSpan,
        _ factors: inout GGUFFactors
    ) {
        decodeSixBitScales(source, place, &factors)
        for pair in 0..<4 {
            for index in stride(from: 0, to: 32, by: 8) {
                let word = source.uint64(at: place.source + 48 + 32 * pair + index)
                let fifthBits = source.uint64(at: place.source + 16 + index) >> UInt64(2 * pair)
                let code = place.code + 64 * pair + index
                codes.store(word & everyByte(15) | (fifthBits & everyByte(1)) << 4, at: code)
                codes.store(
                    word >> 4 & everyByte(15) | (fifthBits >> 1 & everyByte(1)) << 4,
                    at: code + 32
                )
            }
        }
    }

    @inline(__always)
    func decodeQ6K(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ codes: inout MutableRawSpan,
        _ factors: inout GGUFFactors
    ) {
        factors.superScales[place.superBlock] = source.float16(at: place.source + 208)
        for group in 0..<16 {
            let scale = Int8(bitPattern: source.uint8(at: place.source + 192 + group))
            factors.scales[place.group + group] = Float(scale)
        }
        for half in 0..<2 {
            for index in stride(from: 0, to: 32, by: 8) {
                let first = source.uint64(at: place.source + 64 * half + index)
                let second = source.uint64(at: place.source + 64 * half + 32 + index)
                let high = source.uint64(at: place.source + 128 + 32 * half + index)
                let code = place.code + 128 * half + index
                codes.store(sixBits(first, high), at: code)
                codes.store(sixBits(second, high >> 2), at: code + 32)
                codes.store(sixBits(first >> 4, high >> 4), at: code + 64)
                codes.store(sixBits(second >> 4, high >> 6), at: code + 96)
            }
        }
    }

    /// Eight codes from four low and two high bits.
    @inline(__always)
    private func sixBits(_ low: UInt64, _ high: UInt64) -> UInt64 {
        low & everyByte(15) | (high & everyByte(3)) << 4
    }

    /// Eight scales and eight minimums of six bits in twelve bytes.
    ///
    /// The first four of each lie in the low six bits of bytes 0 to 3 and 4 to 7; the last four
    /// have their low halves in bytes 8 to 11 and the two bits above in those left over before.
    @inline(__always)
    private func decodeSixBitScales(
        _ source: RawSpan,
        _ place: GGUFBlockPlace,
        _ factors: inout GGUFFactors
    ) {
        factors.superScales[place.superBlock] = source.float16(at: place.source)
        factors.superMinimums[place.superBlock] = -source.float16(at: place.source + 2)
        let packed = place.source + 4
        for group in 0..<4 {
            let scale = source.uint8(at: packed + group)
            let minimum = source.uint8(at: packed + 4 + group)
            let later = source.uint8(at: packed + 8 + group)
            let (first, second) = (place.group + group, place.group + 4 + group)
            factors.scales[first] = Float(scale & 63)
            factors.offsets[first] = Float(minimum & 63)
            factors.scales[second] = Float(later & 15 | (scale >> 6) << 4)
            factors.offsets[second] = Float(later >> 4 | (minimum >> 6) << 4)
        }
    }
}
