/// The free blocks in the order in which they will be taken.
///
/// A ring threaded through two arrays, so that a block in the middle (one that a prefix hit
/// revives) leaves in constant time. The element after the last block is the ring's anchor.
package struct FreeList: Sendable {
    package private(set) var count = 0
    private var next: [Int32]
    private var previous: [Int32]

    /// Begins with every block free, in the order of their ids.
    package init(blockCount: Int) {
        precondition(
            blockCount >= 0 && blockCount < Int(Int32.max),
            "block ids are 32-bit numbers"
        )
        let anchor = Int32(blockCount)
        next = (0...anchor).map { $0 }
        previous = next
        for block in 0..<anchor {
            insertLast(BlockID(rawValue: block))
        }
    }

    package var first: BlockID? {
        count == 0 ? nil : BlockID(rawValue: next[next.count - 1])
    }

    package mutating func insertLast(_ block: BlockID) {
        insert(block, after: previous[previous.count - 1])
    }

    package mutating func insertFirst(_ block: BlockID) {
        insert(block, after: Int32(next.count - 1))
    }

    package mutating func remove(_ block: BlockID) {
        let before = previous[block.index]
        let after = next[block.index]
        next[Int(before)] = after
        previous[Int(after)] = before
        count -= 1
    }

    private mutating func insert(_ block: BlockID, after before: Int32) {
        let after = next[Int(before)]
        next[block.index] = after
        previous[block.index] = before
        next[Int(before)] = block.rawValue
        previous[Int(after)] = block.rawValue
        count += 1
    }
}

// MARK: - The whole list, for checks

extension FreeList {
    /// All free blocks, the next to be taken first.
    package var blocks: [BlockID] {
        var result: [BlockID] = []
        var block = next[next.count - 1]
        while Int(block) != next.count - 1, result.count <= next.count {
            result.append(BlockID(rawValue: block))
            block = next[Int(block)]
        }
        return result
    }
}
