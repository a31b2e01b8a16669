/// A token beside a number, in one word.
///
/// Larger numbers are greater, and of equal numbers the lower token id is greater. No two
/// tokens are equal, so whatever is selected by rank is unique.
struct RankedToken: Comparable, Sendable {
    private let key: UInt64

    /// Any number but NaN has a rank.
    init(tokenID: Int, value: Float) {
        // Adding 0 makes -0 into 0: the two are equal as numbers and must tie.
        let bits = (value + 0).bitPattern
        // Bit patterns of positive numbers already ascend; those of negative ones descend.
        let ascending = bits >> 31 == 0 ? bits | 0x8000_0000 : ~bits
        key = UInt64(ascending) << 32 | UInt64(~UInt32(truncatingIfNeeded: tokenID))
    }

    var tokenID: Int32 { Int32(bitPattern: ~UInt32(truncatingIfNeeded: key)) }

    var value: Float {
        let ascending = UInt32(truncatingIfNeeded: key >> 32)
        return Float(
            bitPattern: ascending >> 31 == 1 ? ascending & 0x7FFF_FFFF : ~ascending
        )
    }

    static func < (left: RankedToken, right: RankedToken) -> Bool { left.key < right.key }
}
