/// The blocks of one request, in the order of its positions.
///
/// `blocks[position / slotsPerBlock]` holds `position`. The table owns one reference to each of
/// its blocks; whoever drops a table must ``release(to:)`` it first.
public struct BlockTable: Sendable {
    /// Raw block ids, as kernels want them.
    public private(set) var blocks: [Int32] = []
    /// Leading blocks whose content has been offered to the prefix index or came from it.
    package private(set) var registeredCount = 0
    private var link: PrefixLink?

    /// Makes a table without blocks.
    public init() {}

    /// Blocks in the table.
    public var count: Int { blocks.count }

    /// Begins an empty table with cached blocks.
    public mutating func adopt(_ match: PrefixMatch, from pool: inout BlockPool) {
        precondition(blocks.isEmpty, "only an empty table adopts a prefix")
        for block in match.blocks {
            pool.retain(block)
            blocks.append(block.rawValue)
        }
        registeredCount = match.blocks.count
        link = match.link
    }

    /// Takes one block more.
    ///
    /// - Returns: false, with nothing changed, when the pool has no free block.
    public mutating func grow(from pool: inout BlockPool) -> Bool {
        guard let block = pool.take() else { return false }
        blocks.append(block.rawValue)
        return true
    }

    /// Makes blocks findable that have become full.
    ///
    /// - Parameters:
    ///   - tokenIDs: the tokens that are computed, from position 0. A block is registered only
    ///     once all of its slots are: before that a hit would read what nobody has written.
    ///   - namespace: as in ``BlockPool/longestPrefix(of:namespace:limit:)``.
    ///   - pool: the pool the table's blocks come from.
    public mutating func register(
        _ tokenIDs: Span<Int32>,
        namespace: UInt64,
        in pool: inout BlockPool
    ) {
        let size = pool.slotsPerBlock
        while (registeredCount + 1) * size <= tokenIDs.count {
            let start = registeredCount * size
            link = pool.index.insert(
                BlockID(rawValue: blocks[registeredCount]),
                tokenIDs.extracting(start..<start + size),
                after: link ?? pool.index.root(of: namespace)
            )
            registeredCount += 1
        }
    }

    /// Gives every block back and leaves the table empty.
    ///
    /// The last block goes first: it is evicted first, so that a chain is never cut at its root,
    /// which would make all that follows unreachable.
    public mutating func release(to pool: inout BlockPool) {
        while let block = blocks.popLast() {
            pool.release(BlockID(rawValue: block))
        }
        registeredCount = 0
        link = nil
    }
}
