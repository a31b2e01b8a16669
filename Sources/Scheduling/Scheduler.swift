package import PagedCache

/// Decides, step by step, which tokens of which requests are computed, and in which blocks.
///
/// A value without clock, randomness or threads: the same calls give the same plans. The caller
/// repeats
///
///     let plan = scheduler.plan()
///     … run the model over plan.entries, sample where an entry says so …
///     let events = scheduler.apply(tokens)
///
/// until ``isIdle``. Requests may be added, cancelled and failed at any time, also between the
/// two calls; each ``plan()`` is followed by one ``apply(_:)``, even if it has no entries.
///
/// What holds: every running request advances in every step, unless it is preempted in it. The
/// first of them is never preempted, so something always moves; those who wait are admitted
/// strictly in order, so nobody is overtaken for ever by requests of the same priority.
public struct Scheduler: Sendable {
    /// As given.
    public let limits: SchedulerLimits
    /// As given.
    public let policy: SchedulingPolicy
    package var pool: BlockPool
    /// Jobs that hold blocks, in the order of their turns.
    package var running: [Job] = []
    package var waiting = WaitingQueue()
    package var counters = SchedulerStatistics()
    private var arrivalCount: UInt64 = 0
    private var stepIsUnderWay = false

    /// Begins with nothing to do and every block free.
    public init(limits: SchedulerLimits, policy: SchedulingPolicy = .continuous) {
        self.limits = limits
        self.policy = policy
        pool = BlockPool(
            blockCount: limits.blockCount,
            slotsPerBlock: limits.slotsPerBlock,
            hashBits: limits.hashBits,
            hashSeed: limits.hashSeed
        )
    }

    /// No request is left.
    public var isIdle: Bool { running.isEmpty && waiting.isEmpty }

    /// Puts a request into the queue.
    ///
    /// - Parameter request: one that ``SchedulerLimits/canEverFit(promptCount:maxTokens:)``, with
    ///   an id that no request here has.
    public mutating func add(_ request: Request) {
        precondition(
            limits.canEverFit(
                promptCount: request.promptTokenIDs.count,
                maxTokens: request.maxTokens
            ),
            "a request that can never fit is refused before it is added"
        )
        waiting.insert(Job(request, arrival: arrivalCount))
        arrivalCount += 1
    }

    /// Removes a request wherever it stands; its blocks are free when this returns.
    ///
    /// - Returns: false if no such request is here, for example because it has ended.
    @discardableResult
    public mutating func cancel(_ id: RequestID) -> Bool {
        if let index = running.firstIndex(where: { $0.id == id }) {
            running[index].table.release(to: &pool)
            running.remove(at: index)
            return true
        }
        return waiting.remove(id) != nil
    }

    /// Removes a request for which no token could be sampled, as ``cancel(_:)`` does.
    ///
    /// What it computed does not enter the prefix cache if this comes before ``apply(_:)``.
    @discardableResult
    public mutating func fail(_ id: RequestID) -> Bool {
        cancel(id)
    }

    /// Spends one step's tokens.
    public mutating func plan() -> StepPlan {
        precondition(!stepIsUnderWay, "a plan is applied before the next one is made")
        stepIsUnderWay = true
        var preempted: [RequestID] = []
        if policy.isPaged {
            secureBlocks(&preempted)
        }
        let isDecoding = running.contains { $0.isDecoding }
        var budget = StepBudget(tokensPerStep: limits.tokensPerStep, isShared: isDecoding)
        grantTokens(&budget)
        if !policy.isPaged {
            if running.isEmpty { formBatch(&budget) }
        } else if preempted.isEmpty {
            admit(&budget)
        }
        grantRest(&budget)
        if policy.isPaged { takePlannedBlocks() }
        return StepPlan(entries: running.compactMap(\.entry), preempted: preempted)
    }

    /// Takes note of a step that has been computed.
    ///
    /// - Parameter sampled: one token for each entry that samples and whose request is still here.
    ///   Tokens of requests that are gone are ignored.
    /// - Returns: what happened, in the order of `sampled`.
    public mutating func apply(_ sampled: [SampledToken]) -> [SchedulerEvent] {
        precondition(stepIsUnderWay, "there is no plan to apply")
        stepIsUnderWay = false
        advance()
        var events: [SchedulerEvent] = []
        events.reserveCapacity(sampled.count)
        var expected = 0
        for token in sampled {
            guard let index = position(of: token.id, expectedAt: expected),
                running[index].awaitsToken
            else { continue }
            expected = index + 1
            let outputIndex = running[index].generatedCount
            running[index].append(token.tokenID, maxModelLength: limits.maxModelLength)
            events.append(.token(token.id, token.tokenID, index: outputIndex))
        }
        precondition(
            !running.contains { $0.awaitsToken },
            "every entry that samples has its token"
        )
        removeEnded(&events)
        return events
    }

    /// Counts and sums as they stand.
    public var statistics: SchedulerStatistics {
        var statistics = counters
        statistics.running = running.count { $0.ending == nil }
        statistics.waiting = waiting.count
        statistics.blocksUsed = pool.usedCount
        statistics.blocksFree = pool.freeCount
        statistics.allocatedSlots = pool.usedCount * pool.slotsPerBlock
        statistics.filledSlots = filledSlotCount
        return statistics
    }

    /// Slots in use that hold something; a shared block is always full and is counted once.
    private var filledSlotCount: Int {
        running.reduce(0) { $0 + $1.computedCount }
            - pool.sharedReferenceCount * pool.slotsPerBlock
    }

    // MARK: - After a step

    private mutating func advance() {
        var computedCount = 0
        for index in running.indices where running[index].plannedCount > 0 {
            computedCount += running[index].plannedCount
            running[index].advance()
            if limits.prefixCaching && policy.isPaged {
                running[index].register(in: &pool)
            }
        }
        guard computedCount > 0 else { return }
        counters.steps += 1
        counters.computedTokens += computedCount
        counters.allocatedSlotSteps += pool.usedCount * pool.slotsPerBlock
        counters.filledSlotSteps += filledSlotCount
    }

    /// Tokens come in the order of the plan nearly always, so the search ends where it starts.
    private func position(of id: RequestID, expectedAt start: Int) -> Int? {
        running[min(start, running.count)...].firstIndex { $0.id == id }
            ?? running.firstIndex { $0.id == id }
    }

    private mutating func removeEnded(_ events: inout [SchedulerEvent]) {
        guard running.contains(where: { $0.ending != nil }) else { return }
        if !policy.isPaged && running.contains(where: { $0.ending == nil }) {
            return  // The batch ends together.
        }
        for index in running.indices {
            guard let ending = running[index].ending else { continue }
            running[index].table.release(to: &pool)
            events.append(
                .finished(running[index].id, ending.reason, stopTokenID: ending.stopTokenID)
            )
        }
        running.removeAll { $0.ending != nil }
    }
}
