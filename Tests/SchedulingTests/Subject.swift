import PagedCache
import Scheduling

/// The scheduler under test, or one with a bug planted around its operations.
///
/// The bugs live here and not in the scheduler: each repairs, spoils or repeats what the real
/// operation did, so that the state is the one a defective operation would have left.
struct Subject {
    private(set) var scheduler: Scheduler
    private let bug: PlantedBug?
    /// Requests that went away after the last plan.
    private var gone: [RequestID] = []
    private var addedCount = 0

    init(limits: SchedulerLimits, policy: SchedulingPolicy, bug: PlantedBug?) {
        var limits = limits
        var policy = policy
        switch bug {
        case .oneTokenTooManyInAStep: limits.tokensPerStep += 1
        case .oneRequestTooMany: limits.maxRunningRequests += 1
        case .joinsAStaticBatch: policy = .continuous
        default: break
        }
        self.bug = bug
        scheduler = Scheduler(limits: limits, policy: policy)
    }

    mutating func add(_ request: Request) {
        var request = request
        addedCount += 1
        switch bug {
        case .namespaceIsForgotten: request.cacheNamespace = 0
        case .promptLogitsUseTheCache: request.wantsPromptLogits = false
        case .lastIsServedFirst: request.priority = -addedCount
        case .minimumIsIgnored: request.minTokens = 0
        case .oneTokenTooMany:
            let promptCount = request.promptTokenIDs.count
            if scheduler.limits.canEverFit(
                promptCount: promptCount,
                maxTokens: request.maxTokens + 1
            ) {
                request.maxTokens += 1
            }
        default: break
        }
        scheduler.add(request)
    }

    mutating func cancel(_ id: RequestID) -> Bool {
        guard bug != nil else { return scheduler.cancel(id) }
        if bug == .cancellingKeepsABlock { keepABlock(of: id) }
        let job = scheduler.running.first { $0.id == id }
        if bug == .sharedBlockIsReleasedTwice { releaseShared(job) }
        let wasHere = scheduler.cancel(id)
        if bug == .freedBlockIsNowhere, let block = scheduler.pool.free.first, job != nil {
            scheduler.pool.free.remove(block)
        }
        if bug == .queueHeadIsLost, job != nil, !scheduler.waiting.isEmpty {
            _ = scheduler.waiting.remove(at: 0)
        }
        if wasHere { gone.append(id) }
        return wasHere
    }

    mutating func fail(_ id: RequestID) {
        if bug == .failingKeepsABlock { keepABlock(of: id) }
        scheduler.fail(id)
    }

    mutating func plan() -> StepPlan {
        guard bug != nil else { return scheduler.plan() }
        gone = []
        let before = scheduler
        if bug == .firstIsPreempted { scheduler.running.reverse() }
        var plan = scheduler.plan()
        if bug == .firstIsPreempted {
            scheduler.running.sort { $0.turn < $1.turn }
            let order = scheduler.running.map(\.id)
            plan.entries = order.compactMap { id in plan.entries.first { $0.id == id } }
        }
        spoilPool(after: plan, before: before)
        spoilIndex(before: before)
        spoilRows(&plan)
        for id in plan.preempted { spoilPreempted(id) }
        return plan
    }

    mutating func apply(_ sampled: [SampledToken]) -> [SchedulerEvent] {
        guard bug != nil else { return scheduler.apply(sampled) }
        let before = scheduler
        if bug == .evictedBlockIsStillFound { forgetWhatIsAboutToBeRegistered() }
        var events = scheduler.apply(sampled)
        if bug == .finishingKeepsABlock, let ended = firstEnded(events, before: before) {
            retain(ended.table.blocks.last)
        }
        spoilRegistrations(before: before)
        switch bug {
        case .endIsToldTwice:
            events += events.filter { if case .finished = $0 { true } else { false } }
        case .endIsNotTold:
            events.removeAll { if case .finished(_, .length, _) = $0 { true } else { false } }
        case .goneRequestGetsAToken:
            events += gone.map { .token($0, 0, index: 0) }
        default: break
        }
        return events
    }
}

// MARK: - Blocks

extension Subject {
    private mutating func retain(_ block: Int32?) {
        if let block { scheduler.pool.retain(BlockID(rawValue: block)) }
    }

    private mutating func keepABlock(of id: RequestID) {
        retain(scheduler.running.first { $0.id == id }?.table.blocks.last)
    }

    private mutating func releaseShared(_ job: Job?) {
        for block in job?.table.blocks ?? [] {
            let block = BlockID(rawValue: block)
            if scheduler.pool.referenceCount(of: block) > 1 { scheduler.pool.release(block) }
        }
    }

    private mutating func spoilPool(after plan: StepPlan, before: Scheduler) {
        switch bug {
        case .preemptingKeepsABlock where !plan.preempted.isEmpty:
            _ = scheduler.pool.take()
        case .takenBlockStaysFree:
            let known = before.running.map(\.id)
            if let taken = scheduler.running.first(where: { !known.contains($0.id) }),
                let block = taken.table.blocks.last
            {
                scheduler.pool.free.insertFirst(BlockID(rawValue: block))
            }
        case .prefixHitIsNotCounted:
            for job in scheduler.running where job.table.registeredCount > 0 {
                guard !before.running.contains(where: { $0.id == job.id }) else { continue }
                scheduler.pool.release(BlockID(rawValue: job.table.blocks[0]))
            }
        default: break
        }
    }

    private func firstEnded(_ events: [SchedulerEvent], before: Scheduler) -> Job? {
        for event in events {
            if case .finished(let id, _, _) = event {
                return before.running.first { $0.id == id }
            }
        }
        return nil
    }
}

// MARK: - The prefix cache

extension Subject {
    private mutating func spoilIndex(before: Scheduler) {
        switch bug {
        case .evictedBlockIsStillFound:
            // Planning only ever removes from the index.
            scheduler.pool.index = before.pool.index
        case .planIsRegisteredBeforeItIsComputed:
            for index in scheduler.running.indices {
                let job = scheduler.running[index]
                register(index, upTo: job.computedCount + job.plannedCount)
            }
        case .promptIsRegisteredWhenAdmitted:
            for index in scheduler.running.indices {
                register(index, upTo: scheduler.running[index].request.promptTokenIDs.count)
            }
        default: break
        }
    }

    /// Without prefix caching nothing is registered, by whatever bug.
    private mutating func register(_ index: Int, upTo count: Int) {
        guard scheduler.limits.prefixCaching && scheduler.policy == .continuous else { return }
        let job = scheduler.running[index]
        let slotCount = job.table.count * scheduler.limits.slotsPerBlock
        scheduler.running[index].table.register(
            job.history.span.extracting(first: min(count, slotCount)),
            namespace: job.request.cacheNamespace,
            in: &scheduler.pool
        )
    }

    /// Entering a block that is in the index is refused with a trap, which no test survives.
    private mutating func forgetWhatIsAboutToBeRegistered() {
        let size = scheduler.limits.slotsPerBlock
        for job in scheduler.running {
            let full = (job.computedCount + job.plannedCount) / size
            for index in job.table.registeredCount..<max(full, job.table.registeredCount) {
                scheduler.pool.index.remove(BlockID(rawValue: job.table.blocks[index]))
            }
        }
    }

    private mutating func spoilRegistrations(before: Scheduler) {
        let size = scheduler.limits.slotsPerBlock
        for index in scheduler.running.indices {
            let job = scheduler.running[index]
            switch bug {
            case .blockIsRegisteredOneSlotEarly:
                let isNearlyFull = (job.computedCount + 1).isMultiple(of: size)
                if isNearlyFull && job.history.count > job.computedCount
                    && job.table.count * size > job.computedCount
                {
                    register(index, upTo: job.computedCount + 1)
                }
            case .contentIsShiftedByOne where job.history.count > size:
                reenter(job, block: 0, tokens: Array(job.history[1...size]))
            case .parentIsForgotten where job.table.registeredCount > 1:
                let block = job.table.registeredCount - 1
                let start = block * size
                reenter(job, block: block, tokens: Array(job.history[start..<start + size]))
            default: break
            }
        }
    }

    /// Registers a block under other tokens or another parent.
    private mutating func reenter(_ job: Job, block: Int, tokens: [Int32]) {
        guard job.table.blocks.indices.contains(block) else { return }
        let id = BlockID(rawValue: job.table.blocks[block])
        guard scheduler.pool.index.contains(id) else { return }
        scheduler.pool.index.remove(id)
        let root = scheduler.pool.index.root(of: job.request.cacheNamespace)
        _ = scheduler.pool.index.insert(id, tokens.span, after: root)
    }
}

// MARK: - Rows and requests

extension Subject {
    private mutating func spoilRows(_ plan: inout StepPlan) {
        switch bug {
        case .tokenAfterAPrefixHitIsSkipped:
            for index in plan.entries.indices {
                let entry = plan.entries[index]
                guard entry.firstPosition > 0, entry.firstPosition == entry.cachedTokenCount,
                    entry.tokenIDs.count > 1,
                    let job = scheduler.running.firstIndex(where: { $0.id == entry.id })
                else { continue }
                plan.entries[index].firstPosition += 1
                plan.entries[index].tokenIDs.removeFirst()
                scheduler.running[job].computedCount += 1
                scheduler.running[job].plannedCount -= 1
            }
        case .blocksAreSwapped:
            for index in plan.entries.indices where plan.entries[index].blocks.count > 2 {
                plan.entries[index].blocks.swapAt(0, 1)
            }
        case .lastOfTheStepIsForgotten where plan.entries.count > 1:
            let last = plan.entries.removeLast()
            if let job = scheduler.running.firstIndex(where: { $0.id == last.id }) {
                scheduler.running[job].plannedCount = 0
            }
        default: break
        }
    }

    private mutating func spoilPreempted(_ id: RequestID) {
        guard bug == .preemptedIsNotQueued || bug == .preemptedLosesItsAnswer,
            var job = scheduler.waiting.remove(id), bug == .preemptedLosesItsAnswer
        else { return }
        job.history = job.request.promptTokenIDs
        scheduler.waiting.insert(job)
    }
}
