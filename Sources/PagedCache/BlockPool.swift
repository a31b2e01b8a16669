/// All blocks of the KV cache: who holds them, which are free, which can be found by content.
///
/// A block with at least one reference is in use. Its content may be shared by several requests
/// once it is full and computed; a free block keeps its content, and its place in the prefix
/// index, until it is taken for something else.
public struct BlockPool: Sendable {
    /// Blocks in the pool, free or not.
    public let blockCount: Int
    /// Positions that one block holds.
    public let slotsPerBlock: Int
    /// Σ over blocks in use of (references - 1): how many times a block was saved by sharing.
    public private(set) var sharedReferenceCount = 0
    package private(set) var referenceCounts: [Int32]
    package var free: FreeList
    package var index: PrefixIndex

    /// Makes a pool in which every block is free and none can be found.
    ///
    /// - Parameters:
    ///   - blockCount: at least 1.
    ///   - slotsPerBlock: at least 1.
    ///   - hashBits: 1...64; fewer bits make collisions, for tests.
    ///   - hashSeed: a secret value keeps clients from crafting prompts that collide, which would
    ///     cost time, never correctness.
    public init(blockCount: Int, slotsPerBlock: Int, hashBits: Int = 64, hashSeed: UInt64 = 0) {
        precondition(blockCount > 0 && slotsPerBlock > 0, "a pool has blocks, a block has slots")
        self.blockCount = blockCount
        self.slotsPerBlock = slotsPerBlock
        referenceCounts = Array(repeating: 0, count: blockCount)
        free = FreeList(blockCount: blockCount)
        index = PrefixIndex(
            blockCount: blockCount,
            slotsPerBlock: slotsPerBlock,
            hashBits: hashBits,
            hashSeed: hashSeed
        )
    }

    /// Blocks that nobody holds, including those whose content can still be found.
    public var freeCount: Int { free.count }

    /// Blocks that somebody holds, each counted once.
    public var usedCount: Int { blockCount - free.count }

    /// Holders of a block; 0 means free.
    public func referenceCount(of block: BlockID) -> Int {
        Int(referenceCounts[block.index])
    }

    /// Takes the free block whose content is worth least, with one reference.
    ///
    /// Blocks without findable content come first, then the least recently freed. The block
    /// loses its place in the prefix index: its content is about to be overwritten.
    ///
    /// - Returns: nil when no block is free.
    public mutating func take() -> BlockID? {
        guard let block = free.first else { return nil }
        free.remove(block)
        index.remove(block)
        referenceCounts[block.index] = 1
        return block
    }

    /// Adds a holder.
    ///
    /// A free block leaves the free list with its content intact.
    public mutating func retain(_ block: BlockID) {
        if referenceCounts[block.index] == 0 {
            free.remove(block)
        } else {
            sharedReferenceCount += 1
        }
        referenceCounts[block.index] += 1
    }

    /// Ends one holder's use.
    ///
    /// After the last one the block is free.
    public mutating func release(_ block: BlockID) {
        precondition(referenceCounts[block.index] > 0, "a free block cannot be released")
        referenceCounts[block.index] -= 1
        if referenceCounts[block.index] > 0 {
            sharedReferenceCount -= 1
        } else if index.contains(block) {
            // To the back of the queue: the content stays findable until its turn comes, so
            // freeing is what fills the prefix cache.
            free.insertLast(block)
        } else {
            free.insertFirst(block)
        }
    }

    /// Looks up the longest run of cached blocks that begins a sequence.
    ///
    /// Changes nothing: ``BlockTable/adopt(_:from:)`` takes the blocks.
    ///
    /// - Parameters:
    ///   - tokenIDs: the sequence.
    ///   - namespace: only blocks registered under the same one are seen.
    ///   - limit: blocks wanted at most.
    /// - Returns: the blocks in order, none if nothing matches.
    /// - Complexity: O(matched tokens) hash steps.
    public func longestPrefix(
        of tokenIDs: Span<Int32>,
        namespace: UInt64,
        limit: Int
    ) -> PrefixMatch {
        var match = PrefixMatch(blocks: [], link: index.root(of: namespace), freeBlockCount: 0)
        while match.blocks.count < limit {
            let start = match.blocks.count * slotsPerBlock
            guard start + slotsPerBlock <= tokenIDs.count,
                let found = index.find(
                    tokenIDs.extracting(start..<start + slotsPerBlock),
                    after: match.link
                )
            else { break }
            match.blocks.append(found.block)
            match.link = found.link
            if referenceCounts[found.block.index] == 0 { match.freeBlockCount += 1 }
        }
        return match
    }
}

/// Cached blocks that hold the beginning of a sequence.
public struct PrefixMatch: Sendable {
    /// In the order of their positions.
    public internal(set) var blocks: [BlockID]
    /// How many of them are free now, so that adopting them uses up free blocks.
    public internal(set) var freeBlockCount: Int
    package var link: PrefixLink

    init(blocks: [BlockID], link: PrefixLink, freeBlockCount: Int) {
        self.blocks = blocks
        self.link = link
        self.freeBlockCount = freeBlockCount
    }
}
