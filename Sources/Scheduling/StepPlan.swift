/// What the model computes in one step.
public struct StepPlan: Sendable {
    /// One per request that advances, the most urgent first.
    public var entries: [Entry]
    /// Requests that lost their blocks to others in this step.
    ///
    /// They keep their tokens, wait at the head of the queue and will be computed again.
    public var preempted: [RequestID]

    /// A plan made by hand, for measurements.
    package init(entries: [Entry], preempted: [RequestID] = []) {
        self.entries = entries
        self.preempted = preempted
    }

    /// Rows in the step.
    public var tokenCount: Int { entries.reduce(0) { $0 + $1.tokenIDs.count } }

    /// The share of one request.
    public struct Entry: Sendable {
        /// Whose rows they are.
        public var id: RequestID
        /// Position of the first row; the others follow without a gap.
        public var firstPosition: Int
        /// The tokens to compute, one row each.
        public var tokenIDs: [Int32]
        /// All blocks of the request: `blocks[position / slotsPerBlock]` holds `position`.
        public var blocks: [Int32]
        /// The logits of the last row give the next token, which
        /// ``Scheduler/apply(_:)`` then expects.
        public var samples: Bool
        /// Index among the generated tokens of the one that is sampled, if one is.
        public var outputIndex: Int
        /// Rows whose logits rate the prompt token that follows them.
        ///
        /// Empty unless the request wants them; each position comes once, even when it is
        /// computed again.
        public var promptLogitRows: Range<Int>
        /// Prompt tokens that the prefix cache spared this request when it was first admitted.
        public var cachedTokenCount: Int

        /// Describes the share of one request.
        package init(
            id: RequestID,
            firstPosition: Int,
            tokenIDs: [Int32],
            blocks: [Int32],
            samples: Bool,
            outputIndex: Int,
            promptLogitRows: Range<Int>,
            cachedTokenCount: Int
        ) {
            self.id = id
            self.firstPosition = firstPosition
            self.tokenIDs = tokenIDs
            self.blocks = blocks
            self.samples = samples
            self.outputIndex = outputIndex
            self.promptLogitRows = promptLogitRows
            self.cachedTokenCount = cachedTokenCount
        }
    }
}

/// A token drawn for an entry of the last plan.
public struct SampledToken: Sendable, Equatable {
    /// The entry's request.
    public var id: RequestID
    /// What was drawn.
    public var tokenID: Int32

    /// Pairs a request with its token.
    public init(id: RequestID, tokenID: Int32) {
        self.id = id
        self.tokenID = tokenID
    }
}

/// What became of a request in a step.
public enum SchedulerEvent: Sendable, Equatable {
    /// The request's token number `index`, counted from 0. A stop token is one too.
    case token(RequestID, Int32, index: Int)
    /// The request is gone and its blocks are free. `stopTokenID` is the token that ended it.
    case finished(RequestID, FinishReason, stopTokenID: Int32?)
}
