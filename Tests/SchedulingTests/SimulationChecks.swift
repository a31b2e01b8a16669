import PagedCache
import Scheduling

extension Simulation {
    /// What must be true of every plan.
    mutating func check(_ plan: StepPlan) throws(Violation) {
        try notePreemptions(plan)
        try promise(plan.tokenCount <= world.limits.tokensPerStep, "a step keeps its budget")
        let scheduler = subject.scheduler
        try promise(
            scheduler.running.count <= world.limits.maxRunningRequests,
            "no more requests run than may"
        )
        let advancing = scheduler.running.count { $0.ending == nil }
        try promise(advancing == plan.entries.count, "every running request advances")
        let decodes = plan.entries.contains { entry in
            entry.outputIndex > 0 && entry.samples && entry.tokenIDs.count == 1
                && clients[entry.id]?.computedCount == entry.firstPosition
        }
        var isFirst = true
        var previous: SimulatedClient.Turn?
        for entry in plan.entries {
            guard var client = clients[entry.id] else { throw Violation("only the living run") }
            try promise(
                previous.map { $0 < client.turn } ?? true,
                "entries come in the order of their turns"
            )
            previous = client.turn
            if !client.hasStarted {
                client.hasStarted = true
                try checkAdmission(of: client)
            }
            let share = (world.limits.tokensPerStep + 1) / 2
            try promise(
                !decodes || entry.tokenIDs.count <= share,
                "a prompt leaves half to the decodes"
            )
            try promise(world.policy != .sequential || isFirst, "sequential runs one request")
            isFirst = false
            try check(entry, of: &client)
            clients[entry.id] = client
        }
        if world.policy != .continuous {
            let reserved = min(
                (world.limits.maxModelLength - 1) / world.limits.slotsPerBlock + 1,
                world.limits.blockCount
            )
            try promise(
                scheduler.pool.usedCount == scheduler.running.count * reserved,
                "every member of a batch has its reservation"
            )
        }
    }

    private mutating func notePreemptions(_ plan: StepPlan) throws(Violation) {
        for id in plan.preempted {
            guard var client = clients[id] else { throw Violation("only the living are preempted") }
            for entry in plan.entries {
                guard let runner = clients[entry.id] else { continue }
                try promise(runner.turn < client.turn, "the last in turn are preempted")
            }
            client.computedCount = 0
            client.preemptionCount += 1
            try promise(
                world.usesPriorities || client.preemptionCount <= 4,
                "nobody is preempted again and again"
            )
            clients[id] = client
        }
    }

    /// Nobody who waits, in the same or a more urgent priority, came earlier.
    private func checkAdmission(of client: SimulatedClient) throws(Violation) {
        for other in clients.values where other.turn < client.turn && !other.hasStarted {
            try promise(
                other.request.followsPromptOf != nil,
                "those who wait are admitted in order"
            )
        }
        guard world.policy != .continuous else { return }
        try promise(
            !clients.values.contains { $0.computedCount > 0 && $0.hasStarted },
            "nobody joins a batch under way"
        )
    }

    private func check(
        _ entry: StepPlan.Entry,
        of client: inout SimulatedClient
    ) throws(Violation) {
        let request = client.request
        let size = world.limits.slotsPerBlock
        let end = entry.firstPosition + entry.tokenIDs.count
        let reference = client.reference
        try promise(client.expectedEnding == nil, "what has ended is not computed")
        try promise(!entry.tokenIDs.isEmpty, "an entry computes something")
        try promise(
            end <= reference.tokenIDs.count && entry.blocks.count * size >= end,
            "an entry stays within what is known and has blocks for it"
        )
        try promise(
            entry.tokenIDs[...] == reference.tokenIDs[entry.firstPosition..<end],
            "an entry computes the request's own tokens"
        )
        try promise(
            entry.samples == (end == reference.tokenIDs.count && request.maxTokens > 0),
            "the last known token is the one that samples"
        )
        try promise(entry.outputIndex == client.generatedCount, "outputs are counted")
        if entry.firstPosition != client.computedCount {
            try checkPrefix(entry, of: client)
            client.computedCount = entry.firstPosition
        }
        for index in entry.firstPosition / size...(end - 1) / size {
            let block = BlockID(rawValue: entry.blocks[index])
            try promise(
                subject.scheduler.pool.referenceCount(of: block) == 1,
                "a block that is written belongs to one request"
            )
        }
        guard request.wantsPromptLogits else { return }
        let rated = max(
            client.ratedCount,
            min(end, request.promptTokenIDs.count - 1)
        )
        try promise(
            entry.promptLogitRows.count == rated - client.ratedCount
                && (entry.promptLogitRows.isEmpty
                    || entry.firstPosition + entry.promptLogitRows.lowerBound
                        == client.ratedCount),
            "every prompt position is rated once"
        )
        client.ratedCount = rated
    }

    /// What comes from the cache is what the request would have computed.
    private func checkPrefix(
        _ entry: StepPlan.Entry,
        of client: SimulatedClient
    ) throws(Violation) {
        try promise(
            client.computedCount == 0 && world.limits.prefixCaching
                && world.policy == .continuous && !client.request.wantsPromptLogits,
            "only the beginning comes from the cache, and only for who may use it"
        )
        for position in 0..<entry.firstPosition {
            let slot = memory.slot(of: position, in: entry.blocks)
            try promise(
                memory.values[slot] == client.reference.values[position]
                    && memory.namespaces[slot / world.limits.slotsPerBlock]
                        == client.request.cacheNamespace,
                "a cached block holds the request's own prefix"
            )
        }
    }

    /// Every request is in exactly one state, and nobody has been forgotten.
    func checkStates() throws(Violation) {
        let scheduler = subject.scheduler
        try promise(
            scheduler.running.count + scheduler.waiting.count == clients.count,
            "every request runs or waits"
        )
        for job in scheduler.running {
            guard let client = clients[job.id] else { throw Violation("only the living run") }
            try promise(
                client.computedCount == job.computedCount,
                "computed tokens are counted"
            )
            try promise(
                client.expectedEnding == nil || world.policy != .continuous,
                "a request leaves when it ends"
            )
        }
        for index in 0..<scheduler.waiting.count {
            guard let client = clients[scheduler.waiting[index].id] else {
                throw Violation("only the living wait")
            }
            try promise(client.expectedEnding == nil, "what has ended does not wait")
        }
    }
}
