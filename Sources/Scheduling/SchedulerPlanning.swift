import PagedCache

extension Scheduler {
    /// Blocks kept free for each running request beyond what it holds when one more is admitted.
    ///
    /// Otherwise admitting ends in preempting. AdmissionPressureTests, mean of its seeds: 0 spare
    /// blocks 0.48 preemptions per request and 13 % of tokens computed again, 1 spare 0.08 and
    /// 3 %, 2 spare 0.02 and 1 %, 3 spare 0.003, but 6 % more steps than with 2.
    private static let spareBlocks = 2
    /// A job preempted so often comes back only when it can be finished whatever the others do.
    private static let mostPreemptions = 3

    // MARK: - Running requests

    /// Makes sure of the blocks for all tokens that running jobs know, at the cost of the last.
    ///
    /// They are only promised: a job takes a block in the step that writes to it, so that prompts
    /// which are filled over many steps hold no empty ones.
    mutating func secureBlocks(_ preempted: inout [RequestID]) {
        while promisedBlockCount > pool.freeCount {
            preempted.append(preemptLast())
        }
    }

    /// Blocks that running jobs will need for tokens they know and have not taken yet.
    private var promisedBlockCount: Int {
        running.reduce(0) { $0 + blocksWhenComputed($1) - $1.table.count }
    }

    private func blocksWhenComputed(_ job: Job) -> Int {
        max(limits.blocks(for: job.history.count), job.table.count)
    }

    /// Takes the blocks that the step writes to.
    mutating func takePlannedBlocks() {
        for index in running.indices where running[index].plannedCount > 0 {
            let end = running[index].computedCount + running[index].plannedCount
            while running[index].table.count < limits.blocks(for: end) {
                let grown = running[index].table.grow(from: &pool)
                precondition(grown, "a promised block is free")
            }
        }
    }

    private mutating func preemptLast() -> RequestID {
        var job = running.removeLast()
        job.losePlace(to: &pool)
        waiting.insert(job)
        counters.preemptions += 1
        return job.id
    }

    /// Gives every running job at least one token.
    mutating func grantTokens(_ budget: inout StepBudget) {
        for index in running.indices where running[index].ending == nil {
            running[index].plannedCount = budget.take(
                running[index].wantedCount,
                leaving: running.count - index - 1,
                smallest: limits.slotsPerBlock
            )
        }
    }

    /// Fills the step with what prompts still want.
    mutating func grantRest(_ budget: inout StepBudget) {
        for index in running.indices where running[index].ending == nil {
            guard budget.left > 0 else { return }
            running[index].plannedCount += budget.takeRest(
                running[index].wantedCount,
                having: running[index].plannedCount
            )
        }
    }

    // MARK: - Admission, paged

    /// Lets waiting jobs in, strictly in order, while tokens, places and blocks last.
    mutating func admit(_ budget: inout StepBudget) {
        var index = 0
        while index < waiting.count, budget.left > 0, pool.freeCount > 0,
            running.count < limits.runningCapacity
        {
            if isHeldBack(waiting[index]) {
                index += 1
                continue
            }
            let match = cachedPrefix(of: waiting[index])
            guard hasRoom(for: waiting[index], match) else { return }
            var job = waiting.remove(at: index)
            start(&job, match)
            job.plannedCount = budget.take(
                job.wantedCount,
                leaving: 0,
                smallest: limits.slotsPerBlock
            )
            insertRunning(job)
        }
    }

    /// Waits for a sibling that is computing the very blocks this job could share.
    private func isHeldBack(_ job: Job) -> Bool {
        guard let leader = job.request.followsPromptOf, mayReuse(job) else { return false }
        return running.contains { $0.id == leader && $0.isPrefilling }
    }

    private func mayReuse(_ job: Job) -> Bool {
        limits.prefixCaching && !job.request.wantsPromptLogits
    }

    /// At least one token is left to compute, because its logits are needed.
    private func cachedPrefix(of job: Job) -> PrefixMatch {
        let limit = mayReuse(job) ? (job.history.count - 1) / limits.slotsPerBlock : 0
        return pool.longestPrefix(
            of: job.history.span,
            namespace: job.request.cacheNamespace,
            limit: limit
        )
    }

    private func hasRoom(for job: Job, _ match: PrefixMatch) -> Bool {
        let total = limits.blocks(for: job.history.count)
        let needed = total - match.blocks.count + match.freeBlockCount
        let free = pool.freeCount - promisedBlockCount
        guard needed <= free else { return false }
        let spare =
            job.preemptionCount < Self.mostPreemptions
            ? Self.spareBlocks << job.preemptionCount : limits.blockCount
        let reserved = running.reduce(min(spare, growth(of: job, from: total))) {
            $0 + min(spare, growth(of: $1, from: blocksWhenComputed($1)))
        }
        return needed + reserved <= free
    }

    /// Blocks a job may still come to need.
    private func growth(of job: Job, from blockCount: Int) -> Int {
        let slots = limits.slotCount(
            promptCount: job.request.promptTokenIDs.count,
            maxTokens: job.request.maxTokens
        )
        return limits.blocks(for: slots) - blockCount
    }

    private mutating func start(_ job: inout Job, _ match: PrefixMatch) {
        job.table.adopt(match, from: &pool)
        job.computedCount = match.blocks.count * limits.slotsPerBlock
        counters.recomputedTokens += max(job.lostCount - job.computedCount, 0)
        guard job.cachedTokenCount == nil else { return }
        job.cachedTokenCount = job.computedCount
        guard mayReuse(job) else { return }
        counters.prefixQueriedTokens += job.history.count
        counters.prefixHitTokens += job.computedCount
    }

    private mutating func insertRunning(_ job: Job) {
        let after = running.lastIndex { $0.turn < job.turn }
        running.insert(job, at: after.map { $0 + 1 } ?? 0)
    }

    // MARK: - Admission, reserved

    /// Starts the next batch when the last one has ended.
    mutating func formBatch(_ budget: inout StepBudget) {
        let places = policy == .sequential ? 1 : limits.runningCapacity
        let reservation = limits.blocksPerReservation
        while running.count < places, !waiting.isEmpty, pool.freeCount >= reservation {
            var job = waiting.remove(at: 0)
            for _ in 0..<reservation {
                let grown = job.table.grow(from: &pool)
                precondition(grown, "a reservation is made only when its blocks are free")
            }
            job.cachedTokenCount = 0
            running.append(job)
        }
        grantTokens(&budget)
    }
}
