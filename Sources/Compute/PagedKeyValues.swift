/// Keys and values of all layers in blocks of 16 positions, allocated once.
///
///     keys     [layers][blocks][heads][dimension][16]
///     values   [layers][blocks][heads][16][dimension rounded up to 16]
///
/// The memory is taken from the system at once, so that no request can run out of it later.
public final class PagedKeyValues {
    /// Positions in a block.
    public static let slotsPerBlock = 16

    /// Layers.
    public let layerCount: Int
    /// Blocks; a block has room in every layer.
    public let blockCount: Int
    /// Key-value heads.
    public let keyValueHeadCount: Int
    /// Dimensions of a head, at most 256.
    public let headDimension: Int
    /// How keys and values are stored.
    public let elementType: ElementType
    let keys: Memory
    let values: Memory

    init(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: ElementType
    ) throws(ComputeError) {
        precondition(headDimension <= 256, "head dimensions above 256 are not supported")
        self.layerCount = layerCount
        self.blockCount = blockCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.elementType = elementType
        let slots = byteProduct(
            layerCount,
            blockCount,
            keyValueHeadCount,
            Self.slotsPerBlock,
            elementType.byteCount
        )
        keys = try Memory(byteCount: byteProduct(slots, headDimension), purpose: "keys")
        values = try Memory(
            byteCount: byteProduct(slots, roundedTo16(headDimension)),
            purpose: "values"
        )
        try keys.claim(purpose: "keys")
        try values.claim(purpose: "values")
    }

    /// Bytes such a cache takes; `Int.max` if that is no number of bytes.
    public static func byteCount(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: ElementType
    ) -> Int {
        let (dimensions, overflow) = headDimension.addingReportingOverflow(
            roundedTo16(headDimension)
        )
        return byteProduct(
            layerCount,
            blockCount,
            keyValueHeadCount,
            slotsPerBlock,
            elementType.byteCount,
            overflow ? Int.max : dimensions
        )
    }

    var keyBlockByteCount: Int { Self.slotsPerBlock * headDimension * elementType.byteCount }

    var valueBlockByteCount: Int {
        Self.slotsPerBlock * roundedTo16(headDimension) * elementType.byteCount
    }

    func keys(layer: Int) -> UnsafeMutableRawPointer {
        precondition(layer >= 0 && layer < layerCount, "the cache has no such layer")
        return unsafe keys.base + layer * blockCount * keyValueHeadCount * keyBlockByteCount
    }

    func values(layer: Int) -> UnsafeMutableRawPointer {
        precondition(layer >= 0 && layer < layerCount, "the cache has no such layer")
        return unsafe values.base + layer * blockCount * keyValueHeadCount * valueBlockByteCount
    }
}
