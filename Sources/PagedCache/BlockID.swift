/// Which block of the pool: the KV cache of one fixed run of positions, for all layers.
public struct BlockID: Hashable, Comparable, Sendable {
    /// 0 ..< the pool's block count; what the kernels index by.
    public let rawValue: Int32

    /// Names a block.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// Orders by raw value.
    public static func < (left: BlockID, right: BlockID) -> Bool {
        left.rawValue < right.rawValue
    }

    package var index: Int { Int(rawValue) }
}
