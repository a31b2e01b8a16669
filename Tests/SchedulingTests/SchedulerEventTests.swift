import Scheduling
import Testing

@Suite("Scheduler events")
struct SchedulerEventTests {
    private static let limits = SchedulerLimits(
        tokensPerStep: 16,
        maxRunningRequests: 4,
        blockCount: 16,
        slotsPerBlock: 4,
        maxModelLength: 12
    )

    /// All events of one request for which these tokens are sampled.
    private func events(of request: Request, sampling tokens: [Int32]) -> [SchedulerEvent] {
        var scheduler = Scheduler(limits: Self.limits)
        scheduler.add(request)
        var events: [SchedulerEvent] = []
        var left = tokens[...]
        while !scheduler.isIdle, !left.isEmpty {
            let plan = scheduler.plan()
            let sampled = plan.entries.filter(\.samples).compactMap { entry in
                left.popFirst().map { SampledToken(id: entry.id, tokenID: $0) }
            }
            events += scheduler.apply(sampled)
        }
        return events
    }

    private func request(
        prompt: Int = 3,
        maxTokens: Int = 4,
        minTokens: Int = 0,
        stops: Set<Int32> = [7]
    ) -> Request {
        Request(
            id: RequestID("a"),
            promptTokenIDs: Array(repeating: 1, count: prompt),
            maxTokens: maxTokens,
            minTokens: minTokens,
            stopTokenIDs: stops
        )
    }

    @Test("a stop token is told and ends the request")
    func stop() {
        #expect(
            events(of: request(), sampling: [5, 7, 9]) == [
                .token(RequestID("a"), 5, index: 0),
                .token(RequestID("a"), 7, index: 1),
                .finished(RequestID("a"), .stop, stopTokenID: 7),
            ]
        )
    }

    @Test("a stop token counts once the minimum is there")
    func minimum() {
        let events = events(of: request(minTokens: 2), sampling: [7, 7, 9])
        #expect(events.count == 3)
        #expect(events.last == .finished(RequestID("a"), .stop, stopTokenID: 7))
    }

    @Test("the token limit and the context end a request", arguments: [(3, 4), (10, 2)])
    func length(prompt: Int, maxTokens: Int) {
        let events = events(
            of: request(prompt: prompt, maxTokens: maxTokens),
            sampling: [1, 2, 3, 4, 5]
        )
        #expect(events.count == maxTokens + 1)
        #expect(events.last == .finished(RequestID("a"), .length, stopTokenID: nil))
    }

    @Test("tokens of requests that are gone, and tokens nobody asked for, are ignored")
    func gone() {
        var scheduler = Scheduler(limits: Self.limits)
        scheduler.add(request())
        _ = scheduler.plan()
        let wasHere = scheduler.cancel(RequestID("a"))
        #expect(wasHere && scheduler.statistics.blocksUsed == 0)
        let sampled = ["a", "b"].map { SampledToken(id: RequestID($0), tokenID: 1) }
        let events = scheduler.apply(sampled)
        #expect(events.isEmpty && scheduler.isIdle)
        let isStillHere = scheduler.cancel(RequestID("a"))
        #expect(!isStillHere)
    }

    @Test("a row without a token fails its request and leaves its neighbours")
    func failure() {
        var scheduler = Scheduler(limits: Self.limits)
        scheduler.add(request())
        var neighbour = request()
        neighbour.id = RequestID("b")
        scheduler.add(neighbour)
        _ = scheduler.plan()
        let wasHere = scheduler.fail(RequestID("a"))
        #expect(wasHere)
        let events = scheduler.apply([SampledToken(id: RequestID("b"), tokenID: 5)])
        #expect(events == [.token(RequestID("b"), 5, index: 0)])
        #expect(scheduler.statistics.running == 1)
    }

    @Test("what needs more than the whole pool or the context can never fit")
    func canEverFit() {
        let limits = SchedulerLimits(
            tokensPerStep: 1,
            maxRunningRequests: 1,
            blockCount: 3,
            slotsPerBlock: 4,
            maxModelLength: 14
        )
        // The last token is sampled but never computed, so it needs no slot.
        #expect(limits.canEverFit(promptCount: 12, maxTokens: 1))
        #expect(!limits.canEverFit(promptCount: 12, maxTokens: 2))
        #expect(limits.canEverFit(promptCount: 1, maxTokens: 12))
        #expect(!limits.canEverFit(promptCount: 1, maxTokens: 13))
        #expect(!limits.canEverFit(promptCount: 0, maxTokens: 1))
        #expect(!limits.canEverFit(promptCount: 1, maxTokens: -1))
        #expect(!limits.canEverFit(promptCount: .max, maxTokens: .max))
    }

    @Test("waste counts shared blocks once and reserved slots as empty")
    func waste() {
        var scheduler = Scheduler(limits: Self.limits, policy: .static)
        scheduler.add(request())
        _ = scheduler.plan()
        _ = scheduler.apply([SampledToken(id: RequestID("a"), tokenID: 5)])
        #expect(scheduler.statistics.allocatedSlots == 12)
        #expect(scheduler.statistics.filledSlots == 3)

        var shared = Scheduler(limits: Self.limits)
        for (name, count) in [("a", 5), ("b", 6)] as [(Character, Int)] {
            var sibling = request(prompt: count)
            sibling.id = RequestID(name)
            shared.add(sibling)
            let plan = shared.plan()
            _ = shared.apply(plan.entries.map { SampledToken(id: $0.id, tokenID: 5) })
        }
        // One shared block of 4, then 2 tokens of "a" and 2 of "b" in blocks of their own.
        #expect(shared.statistics.allocatedSlots == 12)
        #expect(shared.statistics.filledSlots == 8)
        #expect(shared.statistics.prefixHitTokens == 4)
    }
}

@Suite("Scheduler misuse")
struct SchedulerMisuseTests {
    @Test("adding what can never fit stops the program")
    func neverFits() async {
        await #expect(processExitsWith: .failure) {
            var scheduler = Scheduler(
                limits: SchedulerLimits(
                    tokensPerStep: 1,
                    maxRunningRequests: 1,
                    blockCount: 1,
                    maxModelLength: 64
                )
            )
            scheduler.add(
                Request(
                    id: RequestID(rawValue: 1),
                    promptTokenIDs: Array(repeating: 0, count: 17),
                    maxTokens: 1
                )
            )
        }
    }

    @Test("a missing token stops the program")
    func missingToken() async {
        await #expect(processExitsWith: .failure) {
            var scheduler = Scheduler(
                limits: SchedulerLimits(
                    tokensPerStep: 1,
                    maxRunningRequests: 1,
                    blockCount: 1,
                    maxModelLength: 64
                )
            )
            scheduler.add(
                Request(id: RequestID(rawValue: 1), promptTokenIDs: [0], maxTokens: 1)
            )
            _ = scheduler.plan()
            _ = scheduler.apply([])
        }
    }

    @Test("two plans without a result between them stop the program")
    func twoPlans() async {
        await #expect(processExitsWith: .failure) {
            var scheduler = Scheduler(
                limits: SchedulerLimits(
                    tokensPerStep: 1,
                    maxRunningRequests: 1,
                    blockCount: 1,
                    maxModelLength: 64
                )
            )
            _ = scheduler.plan()
            _ = scheduler.plan()
        }
    }
}
