public import PagedCache

/// Who has which blocks and who waits, between two steps.
public struct SchedulerSnapshot: Sendable, Equatable {
    /// A request that has not ended.
    public struct Place: Sendable, Equatable {
        /// Which one.
        public var id: RequestID
        /// Tokens of its prompt.
        public var promptTokenCount: Int
        /// Tokens of prompt and answer whose keys and values lie in its blocks.
        public var computedTokenCount: Int
        /// Tokens of its answer so far.
        public var generatedTokenCount: Int
        /// Tokens of the prompt that the prefix cache had.
        public var cachedTokenCount: Int
        /// Times it lost its blocks to another.
        public var preemptionCount: Int
        /// Its blocks in the order of positions; none while it waits.
        public var blocks: [BlockRun]
    }

    /// Requests that hold blocks, in the order of their turns.
    public var running: [Place]
    /// Those that hold none, the next one first; the longest queues are cut.
    public var waiting: [Place]
    /// Free blocks whose content can still be found.
    public var cachedBlocks: [BlockRun]
    /// Blocks with more than one holder.
    public var sharedBlockCount: Int
    /// The counters at the same moment.
    public var statistics: SchedulerStatistics
}

extension Scheduler {
    /// A look at everything between two steps.
    ///
    /// - Parameter maxWaiting: waiting requests listed at most.
    /// - Returns: what only holds until the next call of ``plan()``.
    /// - Complexity: O(blocks).
    public func snapshot(maxWaiting: Int = 256) -> SchedulerSnapshot {
        SchedulerSnapshot(
            running: running.filter { $0.ending == nil }.map(\.place),
            waiting: (0..<min(waiting.count, maxWaiting)).map { waiting[$0].place },
            cachedBlocks: pool.cachedRuns,
            sharedBlockCount: pool.sharedBlockCount,
            statistics: statistics
        )
    }
}

extension Job {
    fileprivate var place: SchedulerSnapshot.Place {
        SchedulerSnapshot.Place(
            id: id,
            promptTokenCount: request.promptTokenIDs.count,
            computedTokenCount: computedCount,
            generatedTokenCount: generatedCount,
            cachedTokenCount: cachedTokenCount ?? 0,
            preemptionCount: preemptionCount,
            blocks: BlockRun.runs(of: table.blocks)
        )
    }
}
