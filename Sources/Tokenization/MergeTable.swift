/// Which neighbouring tokens join, how early, and into what.
struct MergeTable: Sendable {
    /// Stands for "these two do not join"; greater than every merge.
    static let none = UInt64.max

    // Open addressing, power of two, at most half full.
    private var keys: [UInt64]
    private var merges: [UInt64]
    private let shift: UInt64

    /// - Parameter capacity: how many merges may be added.
    init(capacity: Int) {
        var slotCount = 16
        while slotCount < 2 * capacity { slotCount *= 2 }
        keys = Array(repeating: .max, count: slotCount)
        merges = Array(repeating: Self.none, count: slotCount)
        shift = UInt64(64 - slotCount.trailingZeroBitCount)
    }

    /// Adds a merge; of two merges of the same pair the later one counts.
    mutating func insert(_ left: Int32, _ right: Int32, rank: Int, result: Int32) {
        let key = Self.key(left, right)
        var slot = self.slot(of: key)
        while keys[slot] != .max, keys[slot] != key { slot = (slot + 1) & (keys.count - 1) }
        keys[slot] = key
        merges[slot] = UInt64(rank) << 32 | UInt64(UInt32(bitPattern: result))
    }

    /// The merge of two tokens: its rank in the upper half, the joined token's id in the lower.
    @inline(__always)
    func merge(_ left: Int32, _ right: Int32) -> UInt64 {
        let key = Self.key(left, right)
        var slot = self.slot(of: key)
        while true {
            if keys[slot] == key { return merges[slot] }
            if keys[slot] == .max { return Self.none }
            slot = (slot + 1) & (keys.count - 1)
        }
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private func slot(of key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    }
}
