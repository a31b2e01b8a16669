import PagedCache
import Testing

@Suite("Block runs")
struct BlockRunTests {
    @Test(
        "ids are summed up in their order",
        arguments: [
            ([], []), ([7], [[7, 1]]), ([0, 1, 2], [[0, 3]]),
            ([2, 1, 0], [[2, 1], [1, 1], [0, 1]]),
            ([4, 5, 9, 10, 11, 3], [[4, 2], [9, 3], [3, 1]]),
        ] as [([Int32], [[Int32]])]
    )
    func runs(ids: [Int32], expected: [[Int32]]) {
        #expect(BlockRun.runs(of: ids).map { [$0.first, $0.count] } == expected)
    }

    @Test("a pool tells shared, held and findable blocks apart")
    func pool() {
        var pool = BlockPool(blockCount: 6, slotsPerBlock: 2)
        var first = BlockTable()
        for _ in 0..<3 {
            let hasGrown = first.grow(from: &pool)
            #expect(hasGrown)
        }
        let tokens: [Int32] = [1, 2, 3, 4, 5]
        first.register(tokens.span, namespace: 0, in: &pool)
        #expect(pool.cachedRuns == [])
        let match = pool.longestPrefix(of: tokens.span, namespace: 0, limit: 2)
        var second = BlockTable()
        second.adopt(match, from: &pool)
        #expect(pool.sharedBlockCount == 2)
        first.release(to: &pool)
        #expect(pool.sharedBlockCount == 0)
        #expect(pool.cachedRuns == [])
        second.release(to: &pool)
        #expect(pool.cachedRuns.map { [$0.first, $0.count] } == [[0, 2]])
    }
}
