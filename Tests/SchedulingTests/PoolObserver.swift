import PagedCache
import Scheduling

/// Counts blocks again from nothing and compares.
struct PoolObserver {
    /// By block; scratch space, so that looking costs no allocation.
    private var owners: [Int32]
    private var filled: [Int]

    init(blockCount: Int) {
        owners = Array(repeating: 0, count: blockCount)
        filled = Array(repeating: 0, count: blockCount)
    }

    /// Blocks are conserved, references have owners, nothing that is written is shared.
    mutating func check(_ scheduler: Scheduler) throws(Violation) {
        let pool = scheduler.pool
        countOwners(scheduler)
        var usedCount = 0
        var filledCount = 0
        for block in owners.indices {
            try promise(
                pool.referenceCounts[block] == owners[block],
                "a reference is a request that owns"
            )
            if owners[block] > 0 {
                usedCount += 1
                filledCount += filled[block]
            }
            try promise(
                owners[block] <= 1 || filled[block] == pool.slotsPerBlock,
                "only full blocks are shared"
            )
        }
        try promise(
            pool.freeCount + usedCount == pool.blockCount,
            "free and used make up the pool"
        )
        var freeCount = 0
        for block in pool.free.blocks {
            try promise(owners[Int(block.rawValue)] == 0, "a free block has no owner")
            owners[Int(block.rawValue)] = -1
            freeCount += 1
        }
        try promise(freeCount == pool.freeCount, "free blocks are in the free list, each once")
        let statistics = scheduler.statistics
        try promise(
            statistics.filledSlots == filledCount
                && statistics.allocatedSlots == usedCount * pool.slotsPerBlock,
            "slots are counted"
        )
    }

    private mutating func countOwners(_ scheduler: Scheduler) {
        for block in owners.indices {
            owners[block] = 0
            filled[block] = 0
        }
        let size = scheduler.limits.slotsPerBlock
        for job in scheduler.running {
            var left = job.computedCount
            for block in job.table.blocks {
                owners[Int(block)] += 1
                filled[Int(block)] = max(filled[Int(block)], min(max(left, 0), size))
                left -= size
            }
        }
    }

    /// What can be found by content has that content.
    func checkIndex(_ pool: BlockPool, _ memory: SimulatedMemory) throws(Violation) {
        let size = pool.slotsPerBlock
        var count = 0
        for block in 0..<pool.blockCount {
            let id = BlockID(rawValue: Int32(block))
            guard pool.index.contains(id) else { continue }
            count += 1
            let slots = block * size..<(block + 1) * size
            try promise(
                pool.index.registeredTokenIDs(of: id).elementsEqual(memory.tokenIDs[slots]),
                "a cached block is computed and holds its tokens"
            )
        }
        try promise(count == pool.index.count, "cached blocks are counted")
    }

    /// Nothing is left when nobody is.
    func checkEmpty(_ scheduler: Scheduler) throws(Violation) {
        try promise(
            scheduler.isIdle && scheduler.pool.freeCount == scheduler.pool.blockCount
                && scheduler.pool.sharedReferenceCount == 0,
            "in the end every block is free"
        )
    }
}
