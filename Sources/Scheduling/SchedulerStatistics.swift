/// A look at a scheduler between two steps.
public struct SchedulerStatistics: Sendable, Equatable {
    /// Requests that hold blocks and have not ended.
    public var running = 0
    /// Requests that hold none.
    public var waiting = 0
    /// Blocks that somebody holds, each counted once.
    public var blocksUsed = 0
    /// Blocks that nobody holds, including those the prefix cache can still find.
    public var blocksFree = 0
    /// Positions in the blocks in use; shared blocks count once.
    public var allocatedSlots = 0
    /// Those of them that hold computed tokens.
    ///
    /// Waste is `1 - filledSlots / allocatedSlots`.
    public var filledSlots = 0
    /// `allocatedSlots` summed over all steps so far, for means over a run.
    public var allocatedSlotSteps = 0
    /// `filledSlots` summed over all steps so far.
    public var filledSlotSteps = 0
    /// Tokens looked up in the prefix cache; each request counts once.
    public var prefixQueriedTokens = 0
    /// Tokens of these that were found.
    public var prefixHitTokens = 0
    /// Times a running request lost its blocks to another.
    public var preemptions = 0
    /// Tokens computed again because of that.
    public var recomputedTokens = 0
    /// Rows computed so far.
    public var computedTokens = 0
    /// Steps applied so far that computed anything.
    public var steps = 0
}
