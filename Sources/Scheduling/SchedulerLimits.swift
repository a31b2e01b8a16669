/// What a scheduler may use; fixed for its life.
public struct SchedulerLimits: Sendable {
    /// Rows the model computes in one step at most.
    public var tokensPerStep: Int
    /// Requests that may hold blocks at once.
    public var maxRunningRequests: Int
    /// Blocks of the KV cache.
    public var blockCount: Int
    /// Positions in one block.
    public var slotsPerBlock: Int
    /// Prompt and generated tokens of one request together.
    public var maxModelLength: Int
    /// Whether requests share computed blocks.
    public var prefixCaching: Bool
    /// Width of a prefix hash, 1...64; fewer bits make collisions, for tests.
    public var hashBits: Int
    /// Start value of the prefix hashes; a secret one cannot be collided with on purpose.
    public var hashSeed: UInt64

    /// Sets limits; each of the counts must be at least 1.
    ///
    /// The parameters are the properties of the same names.
    public init(
        tokensPerStep: Int,
        maxRunningRequests: Int,
        blockCount: Int,
        slotsPerBlock: Int = 16,
        maxModelLength: Int,
        prefixCaching: Bool = true,
        hashBits: Int = 64,
        hashSeed: UInt64 = 0
    ) {
        precondition(
            tokensPerStep > 0 && maxRunningRequests > 0 && blockCount > 0 && slotsPerBlock > 0
                && maxModelLength > 0,
            "every limit is at least 1"
        )
        self.tokensPerStep = tokensPerStep
        self.maxRunningRequests = maxRunningRequests
        self.blockCount = blockCount
        self.slotsPerBlock = slotsPerBlock
        self.maxModelLength = maxModelLength
        self.prefixCaching = prefixCaching
        self.hashBits = hashBits
        self.hashSeed = hashSeed
    }

    /// Whether a request can be served when it has the whole pool to itself.
    ///
    /// What cannot must be refused before ``Scheduler/add(_:)``: it would wait for ever, and all
    /// that came later behind it.
    public func canEverFit(promptCount: Int, maxTokens: Int) -> Bool {
        guard promptCount > 0, maxTokens >= 0, promptCount <= maxModelLength,
            maxTokens <= maxModelLength - promptCount
        else { return false }
        let slots = slotCount(promptCount: promptCount, maxTokens: maxTokens)
        return blocks(for: slots) <= blockCount
    }

    /// Positions a request occupies in the end; the last token sampled is never computed.
    func slotCount(promptCount: Int, maxTokens: Int) -> Int {
        promptCount + max(maxTokens, 1) - 1
    }

    /// Blocks that hold so many positions.
    func blocks(for slots: Int) -> Int {
        (slots - 1) / slotsPerBlock + 1
    }

    /// Blocks set aside for each request where memory is reserved instead of paged.
    var blocksPerReservation: Int {
        min(blocks(for: maxModelLength), blockCount)
    }

    /// A running request must be able to have its next token in every step.
    var runningCapacity: Int {
        min(maxRunningRequests, tokensPerStep)
    }
}
