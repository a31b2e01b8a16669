/// Keys and values of all layers in blocks of 16 positions, allocated once.
///
///     keys     [layers][blocks][heads][dimension][16]
///     values   [layers][blocks][heads][16][dimension rounded up to 16]
///
/// With ``KeyValueType/int8`` 16 scales follow on each head's block.
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
    public let elementType: KeyValueType
    let keys: Memory
    let values: Memory

    init(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: KeyValueType
    ) throws(ComputeError) {
        precondition(headDimension <= 256, "head dimensions above 256 are not supported")
        self.layerCount = layerCount
        self.blockCount = blockCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.elementType = elementType
        let blocks = byteProduct(layerCount, blockCount, keyValueHeadCount)
        keys = try Memory(
            byteCount: byteProduct(blocks, elementType.blockByteCount(dimension: headDimension)),
            purpose: "keys"
        )
        values = try Memory(
            byteCount: byteProduct(
                blocks,
                elementType.blockByteCount(dimension: roundedTo16(headDimension))
            ),
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
        elementType: KeyValueType
    ) -> Int {
        let (headBytes, overflow) = elementType.blockByteCount(dimension: headDimension)
            .addingReportingOverflow(
                elementType.blockByteCount(dimension: roundedTo16(headDimension))
            )
        return byteProduct(
            layerCount,
            blockCount,
            keyValueHeadCount,
            overflow ? Int.max : headBytes
        )
    }

    var keyBlockByteCount: Int { elementType.blockByteCount(dimension: headDimension) }

    var valueBlockByteCount: Int {
        elementType.blockByteCount(dimension: roundedTo16(headDimension))
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
