import PagedCache
import Scheduling
import Testing

@Suite("Scheduler snapshot")
struct SchedulerSnapshotTests {
    private static func request(_ id: UInt64, _ prompt: [Int32], maxTokens: Int = 4) -> Request {
        Request(id: RequestID(rawValue: id), promptTokenIDs: prompt, maxTokens: maxTokens)
    }

    private static func step(_ scheduler: inout Scheduler) {
        let plan = scheduler.plan()
        let sampled = plan.entries.filter(\.samples).map { SampledToken(id: $0.id, tokenID: 99) }
        _ = scheduler.apply(sampled)
    }

    private static func runs(_ place: SchedulerSnapshot.Place) -> [[Int32]] {
        place.blocks.map { [$0.first, $0.count] }
    }

    @Test("it says who holds what, who waits, and what is left to be found")
    func life() throws {
        var scheduler = Scheduler(
            limits: SchedulerLimits(
                tokensPerStep: 32,
                maxRunningRequests: 2,
                blockCount: 16,
                slotsPerBlock: 4,
                maxModelLength: 64
            )
        )
        #expect(scheduler.snapshot().running == [])
        scheduler.add(Self.request(1, Array(0..<10), maxTokens: 30))
        Self.step(&scheduler)
        scheduler.add(Self.request(2, Array(0..<10), maxTokens: 30))
        scheduler.add(Self.request(3, [7, 8]))
        Self.step(&scheduler)
        let snapshot = scheduler.snapshot()
        #expect(snapshot.running.map(\.id.rawValue) == [1, 2])
        #expect(snapshot.running.map(\.computedTokenCount) == [11, 10])
        #expect(snapshot.running.map(\.generatedTokenCount) == [2, 1])
        #expect(snapshot.running.map(\.cachedTokenCount) == [0, 8])
        #expect(snapshot.running.map(\.promptTokenCount) == [10, 10])
        #expect(snapshot.running.map(Self.runs) == [[[0, 3]], [[0, 2], [3, 1]]])
        #expect(snapshot.sharedBlockCount == 2)
        #expect(snapshot.waiting.map(\.id.rawValue) == [3])
        #expect(snapshot.waiting[0].blocks == [])
        #expect(snapshot.statistics == scheduler.statistics)
        #expect(scheduler.snapshot(maxWaiting: 0).waiting == [])

        for id in UInt64(1)...3 { scheduler.cancel(RequestID(rawValue: id)) }
        let end = scheduler.snapshot()
        #expect(end.running == [] && end.waiting == [] && end.sharedBlockCount == 0)
        #expect(end.cachedBlocks.map { [$0.first, $0.count] } == [[0, 2]])
    }
}
