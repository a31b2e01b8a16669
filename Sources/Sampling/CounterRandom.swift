/// Random numbers addressed by position: the same seed and index always give the same number.
///
/// A request that was preempted and computed again, or that sits in another batch, therefore draws
/// what it would have drawn. Philox-4x32 with 10 rounds (Salmon et al., SC 2011).
package struct CounterRandom: Sendable {
    private let key: SIMD2<UInt32>

    package init(seed: UInt64) {
        key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
    }

    /// A number from 0 up to, never reaching, 1; all multiples of 2⁻⁵³ are equally likely.
    package func uniform(_ index: UInt64) -> Double {
        let block = Self.block(
            counter: [
                UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32), 0, 0,
            ],
            key: key
        )
        let bits = UInt64(block[0]) << 32 | UInt64(block[1])
        return Double(bits >> 11) * 0x1p-53
    }

    package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var counter = counter
        var key = key
        for _ in 0..<10 {
            let first = counter[0].multipliedFullWidth(by: 0xD251_1F53)
            let second = counter[2].multipliedFullWidth(by: 0xCD9E_8D57)
            counter = [
                second.high ^ counter[1] ^ key[0], second.low,
                first.high ^ counter[3] ^ key[1], first.low,
            ]
            key &+= [0x9E37_79B9, 0xBB67_AE85]
        }
        return counter
    }
}
