import PagedCache
import Testing

@Suite("Free list")
struct FreeListTests {
    @Test("blocks leave in the order of their ids, then of their freeing")
    func order() {
        var list = FreeList(blockCount: 4)
        #expect(list.blocks.map(\.rawValue) == [0, 1, 2, 3])
        list.remove(BlockID(rawValue: 0))
        list.remove(BlockID(rawValue: 2))
        list.insertLast(BlockID(rawValue: 0))
        list.insertFirst(BlockID(rawValue: 2))
        #expect(list.blocks.map(\.rawValue) == [2, 1, 3, 0])
        #expect(list.count == 4)
    }

    @Test("an emptied list fills again")
    func emptied() {
        var list = FreeList(blockCount: 2)
        list.remove(BlockID(rawValue: 1))
        list.remove(BlockID(rawValue: 0))
        #expect(list.first == nil)
        list.insertLast(BlockID(rawValue: 1))
        #expect(list.first == BlockID(rawValue: 1))
        #expect(list.blocks.map(\.rawValue) == [1])
    }
}
