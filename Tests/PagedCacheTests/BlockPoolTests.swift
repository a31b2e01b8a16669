import PagedCache
import Testing

@Suite("Block pool")
struct BlockPoolTests {
    private func pool(blocks: Int = 4, slots: Int = 2, hashBits: Int = 64) -> BlockPool {
        BlockPool(blockCount: blocks, slotsPerBlock: slots, hashBits: hashBits)
    }

    /// A table of full, registered blocks that hold `tokenIDs`.
    private func table(
        of tokenIDs: [Int32],
        namespace: UInt64 = 0,
        in pool: inout BlockPool
    ) -> BlockTable {
        var table = BlockTable()
        for _ in 0..<tokenIDs.count / pool.slotsPerBlock {
            let grown = table.grow(from: &pool)
            #expect(grown)
        }
        table.register(tokenIDs.span, namespace: namespace, in: &pool)
        return table
    }

    private func found(
        _ tokenIDs: [Int32],
        namespace: UInt64 = 0,
        limit: Int = .max,
        in pool: BlockPool
    ) -> [Int32] {
        let match = pool.longestPrefix(of: tokenIDs.span, namespace: namespace, limit: limit)
        return match.blocks.map(\.rawValue)
    }

    @Test("a pool gives out each block once and then none")
    func exhaustion() {
        var pool = pool(blocks: 3)
        let taken = (0..<3).compactMap { _ in pool.take() }
        #expect(Set(taken).count == 3)
        #expect(pool.take() == nil)
        #expect(pool.usedCount == 3 && pool.freeCount == 0)
    }

    @Test("a block is free after its last reference, not before")
    func references() throws {
        var pool = pool()
        let taken = pool.take()
        let block = try #require(taken)
        pool.retain(block)
        #expect(pool.sharedReferenceCount == 1)
        pool.release(block)
        #expect(pool.usedCount == 1 && pool.sharedReferenceCount == 0)
        pool.release(block)
        #expect(pool.usedCount == 0)
    }

    @Test("freed blocks are found by content until they are taken again")
    func findable() {
        var pool = pool(blocks: 3)
        var first = table(of: [1, 2, 3, 4], in: &pool)
        let blocks = first.blocks
        first.release(to: &pool)
        #expect(pool.freeCount == 3)
        #expect(found([1, 2, 3, 4, 5], in: pool) == blocks)
        // The block that holds nothing goes first, then the end of the chain, then its root.
        for left in [2, 1, 0] {
            _ = pool.take()
            #expect(found([1, 2, 3, 4], in: pool) == Array(blocks[..<left]))
        }
    }

    @Test("adopting a free block takes it out of the free list with its content")
    func revival() {
        var pool = pool()
        var first = table(of: [1, 2, 3, 4], in: &pool)
        first.release(to: &pool)
        let tokenIDs: [Int32] = [1, 2, 3, 4]
        let match = pool.longestPrefix(of: tokenIDs.span, namespace: 0, limit: 2)
        #expect(match.freeBlockCount == 2)
        var second = BlockTable()
        second.adopt(match, from: &pool)
        #expect(pool.freeCount == 2 && pool.usedCount == 2)
        var third = BlockTable()
        third.adopt(
            pool.longestPrefix(of: tokenIDs.span, namespace: 0, limit: 2),
            from: &pool
        )
        #expect(third.blocks == second.blocks && pool.sharedReferenceCount == 2)
    }

    @Test(
        "a prefix is found up to the limit, in its namespace, in full blocks",
        arguments: [8, 64]
    )
    func prefixes(hashBits: Int) {
        var pool = pool(blocks: 8, hashBits: hashBits)
        let blocks = table(of: [1, 2, 3, 4, 5, 6], in: &pool).blocks
        #expect(found([1, 2, 3, 4, 5, 6], in: pool) == blocks)
        #expect(found([1, 2, 3, 4, 5, 6], limit: 2, in: pool) == Array(blocks[..<2]))
        #expect(found([1, 2, 3, 4, 5], in: pool) == Array(blocks[..<2]))
        #expect(found([1, 2, 9, 4, 5, 6], in: pool) == Array(blocks[..<1]))
        #expect(found([3, 4], in: pool) == [], "the same tokens after another beginning")
        #expect(found([1, 2], namespace: 7, in: pool) == [])
    }

    @Test("the same content in two blocks is one entry, and its continuation is shared")
    func duplicates() {
        var pool = pool(blocks: 8)
        let first = table(of: [1, 2], in: &pool)
        let second = table(of: [1, 2, 3, 4], in: &pool)
        #expect(found([1, 2, 3, 4], in: pool) == [first.blocks[0], second.blocks[1]])
        #expect(pool.index.count == 2)
    }

    @Test("with one hash bit everything collides and nothing is confused")
    func collisions() {
        var pool = pool(blocks: 64, slots: 1, hashBits: 1)
        var blocks: [Int32: Int32] = [:]
        for token in Int32(0)..<40 {
            blocks[token] = table(of: [token], in: &pool).blocks[0]
        }
        for token in Int32(0)..<40 {
            #expect(found([token], in: pool) == blocks[token].map { [$0] })
        }
        pool.release(BlockID(rawValue: 17))
        var taken: [BlockID] = []
        while let block = pool.take() { taken.append(block) }
        #expect(taken.last == BlockID(rawValue: 17), "what can be found is taken last")
        for token in Int32(0)..<40 {
            let expected = token == 17 ? [] : blocks[token].map { [$0] }
            #expect(found([token], in: pool) == expected)
        }
    }

    @Test("a chain whose root was evicted is not found, even if the root comes back")
    func rootEvicted() {
        var pool = pool(blocks: 3)
        var chain = table(of: [1, 2, 3, 4], in: &pool)
        let root = BlockID(rawValue: chain.blocks[0])
        pool.index.remove(root)
        var other = table(of: [1, 2], in: &pool)
        #expect(found([1, 2, 3, 4], in: pool) == other.blocks)
        chain.release(to: &pool)
        other.release(to: &pool)
        #expect(pool.freeCount == 3)
    }

    @Test("releasing a free block is a bug that stops the program")
    func doubleRelease() async {
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(blockCount: 1, slotsPerBlock: 1)
            pool.release(BlockID(rawValue: 0))
        }
    }
}
