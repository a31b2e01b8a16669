import PagedCache
import Scheduling
import TestData

/// One seed: a world, clients that come and go, a model, and a scheduler that is watched.
struct Simulation {
    let world: SimulatedWorld
    var random: SeededGenerator
    var subject: Subject
    var memory: SimulatedMemory
    var clients: [RequestID: SimulatedClient] = [:]
    var summary = SimulationSummary()
    var observer: PoolObserver
    /// Token histories that later prompts continue.
    private var histories: [[Int32]] = []
    private var requestCount = 0
    private var arrivalsLeft: Int
    private var stalledSteps = 0

    init(seed: UInt64, bug: PlantedBug? = nil) {
        random = SeededGenerator(seed: seed)
        world = SimulatedWorld(&random)
        arrivalsLeft = world.arrivals
        subject = Subject(limits: world.limits, policy: world.policy, bug: bug)
        memory = SimulatedMemory(
            blockCount: world.limits.blockCount,
            slotsPerBlock: world.limits.slotsPerBlock
        )
        observer = PoolObserver(blockCount: world.limits.blockCount)
    }

    /// Runs a seed to its end.
    ///
    /// - Throws: the first promise broken.
    static func run(
        seed: UInt64,
        bug: PlantedBug? = nil
    ) throws(Violation) -> SimulationSummary {
        var simulation = Simulation(seed: seed, bug: bug)
        do {
            try simulation.run()
            return simulation.summary
        } catch {
            var violation = error
            violation.seed = seed
            violation.step = simulation.summary.steps
            throw violation
        }
    }

    private mutating func run() throws(Violation) {
        while arrivalsLeft > 0 || !subject.scheduler.isIdle {
            if arrivalsLeft > 0
                && (subject.scheduler.isIdle || random.once(in: world.arrivalInterval))
            {
                arrive()
            }
            if random.once(in: world.troubleInterval) { try cancelSomebody() }
            if arrivalsLeft == 0 && world.isStopped && random.once(in: 8) { try cancelAll() }
            try step()
            try promise(summary.steps < 20_000, "all requests end")
        }
        summary.seeds += 1
        try promise(clients.isEmpty, "every request is answered")
        try observer.checkEmpty(subject.scheduler)
        let statistics = subject.scheduler.statistics
        summary.preemptions += statistics.preemptions
        summary.hitTokens += statistics.prefixHitTokens
        summary.computedTokens += statistics.computedTokens
        summary.recomputedTokens += statistics.recomputedTokens
    }

    // MARK: - Clients

    /// One request, or several samples of one prompt.
    private mutating func arrive() {
        arrivalsLeft -= 1
        requestCount += 1
        var request = world.drawRequest(
            id: RequestID(rawValue: UInt64(requestCount)),
            earlier: histories,
            &random
        )
        guard
            world.limits.canEverFit(
                promptCount: request.promptTokenIDs.count,
                maxTokens: request.maxTokens
            )
        else {
            summary.refused += 1
            return
        }
        add(request)
        guard random.once(in: 6) else { return }
        request.followsPromptOf = request.id
        for _ in 1...random.draw(1...3) {
            requestCount += 1
            request.id = RequestID(rawValue: UInt64(requestCount))
            add(request)
        }
    }

    private mutating func add(_ request: Request) {
        clients[request.id] = SimulatedClient(request, arrival: requestCount)
        subject.add(request)
        summary.requests += 1
    }

    /// A client goes away in whatever phase its request is; some go twice, some were never here.
    private mutating func cancelSomebody() throws(Violation) {
        let id = RequestID(
            rawValue: UInt64(random.draw(max(1, requestCount - 12)...requestCount + 1))
        )
        let isHere = clients[id] != nil
        try promise(subject.cancel(id) == isHere, "cancelling says whether the request was here")
        clients[id] = nil
        if random.once(in: 2) {
            try promise(!subject.cancel(id), "a request can be cancelled only once")
        }
        if isHere {
            summary.cancelled += 1
            try observer.check(subject.scheduler)
        }
    }

    /// The server stops and does not wait.
    private mutating func cancelAll() throws(Violation) {
        for id in clients.keys.sorted() {
            try promise(subject.cancel(id), "cancelling says whether the request was here")
            clients[id] = nil
            summary.cancelled += 1
        }
        try observer.checkEmpty(subject.scheduler)
    }

    // MARK: - Steps

    private mutating func step() throws(Violation) {
        let wasIdle = subject.scheduler.isIdle
        let plan = subject.plan()
        summary.steps += 1
        try observer.check(subject.scheduler)
        try check(plan)
        stalledSteps = wasIdle || !plan.entries.isEmpty ? 0 : stalledSteps + 1
        try promise(stalledSteps < 2, "something moves while there is something to do")

        if random.once(in: world.troubleInterval) { try cancelSomebody() }
        if arrivalsLeft > 0 && random.once(in: 8) { arrive() }
        var sampled: [SampledToken] = []
        for entry in plan.entries {
            // The model may or may not notice that a request has gone since the plan was made.
            guard let client = clients[entry.id] else {
                if random.once(in: 2) { memory.compute(entry, namespace: .max) }
                continue
            }
            memory.compute(entry, namespace: client.request.cacheNamespace)
            guard entry.samples else { continue }
            try promise(
                memory.output(of: entry) == client.reference.output,
                "a request reads its own tokens, all of them, each in its place"
            )
            let token = SimulatedModel.token(for: client.reference.output)
            sampled.append(SampledToken(id: entry.id, tokenID: token))
        }
        if !sampled.isEmpty && random.once(in: world.troubleInterval * 2) { failOne(of: &sampled) }
        if sampled.count > 1 && random.once(in: 8) { sampled.reverse() }
        try apply(plan, sampled)
        try observer.check(subject.scheduler)
        try checkStates()
        let slotCount = memory.values.count
        if slotCount <= 1024 || summary.steps.isMultiple(of: slotCount / 1024) {
            try observer.checkIndex(subject.scheduler.pool, memory)
        }
    }

    /// A row of logits is not finite: its request ends, the others do not notice.
    private mutating func failOne(of sampled: inout [SampledToken]) {
        let failed = sampled.remove(at: random.draw(0...sampled.count - 1))
        subject.fail(failed.id)
        clients[failed.id] = nil
        summary.failed += 1
    }

    private mutating func apply(
        _ plan: StepPlan,
        _ sampled: [SampledToken]
    ) throws(Violation) {
        for entry in plan.entries {
            clients[entry.id]?.computedCount += entry.tokenIDs.count
        }
        let events = subject.apply(sampled)
        var tokens: [RequestID: Int32] = [:]
        for token in sampled { tokens[token.id] = token.tokenID }
        for event in events {
            switch event {
            case .token(let id, let tokenID, let index):
                guard var client = clients[id] else { throw Violation("the gone stay silent") }
                try promise(tokens.removeValue(forKey: id) == tokenID, "tokens come as drawn")
                try promise(index == client.generatedCount, "tokens are counted from 0")
                client.receive(tokenID, maxModelLength: world.limits.maxModelLength)
                clients[id] = client
            case .finished(let id, let reason, let stopTokenID):
                try finish(id, reason, stopTokenID)
            }
        }
        try promise(tokens.isEmpty, "every token drawn is told")
    }

    private mutating func finish(
        _ id: RequestID,
        _ reason: FinishReason,
        _ stopTokenID: Int32?
    ) throws(Violation) {
        guard let client = clients.removeValue(forKey: id) else {
            throw Violation("a request ends once")
        }
        if client.request.maxTokens == 0 {
            let promptCount = client.request.promptTokenIDs.count
            try promise(client.computedCount == promptCount, "an empty answer has its prompt")
        } else {
            try promise(client.expectedEnding?.reason == reason, "a request ends for its reason")
            try promise(client.expectedEnding?.stopTokenID == stopTokenID, "the stop token is told")
        }
        if client.request.wantsPromptLogits {
            try promise(
                client.ratedCount == client.request.promptTokenIDs.count - 1,
                "every prompt position is rated"
            )
        }
        summary.finished += 1
        if histories.count < 8 { histories.append(client.reference.tokenIDs) }
    }
}

/// What a run of seeds has seen, so that a simulation of nothing does not pass.
struct SimulationSummary {
    var seeds = 0
    var steps = 0
    var requests = 0
    var finished = 0
    var cancelled = 0
    var failed = 0
    var refused = 0
    var preemptions = 0
    var hitTokens = 0
    var computedTokens = 0
    var recomputedTokens = 0

    mutating func add(_ other: SimulationSummary) {
        seeds += other.seeds
        steps += other.steps
        requests += other.requests
        finished += other.finished
        cancelled += other.cancelled
        failed += other.failed
        refused += other.refused
        preemptions += other.preemptions
        hitTokens += other.hitTokens
        computedTokens += other.computedTokens
        recomputedTokens += other.recomputedTokens
    }
}
