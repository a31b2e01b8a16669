import Scheduling
import TestData
import Testing

@Suite("Admission under pressure")
struct AdmissionPressureTests {
    /// Answers of unknown length, all of them wanted at once, for a pool that holds a few.
    private func statistics(seed: UInt64, requestCount: Int) -> (SchedulerStatistics, Int) {
        let limits = SchedulerLimits(
            tokensPerStep: 256,
            maxRunningRequests: 64,
            blockCount: 128,
            maxModelLength: 1024
        )
        var random = SeededGenerator(seed: seed)
        var scheduler = Scheduler(limits: limits)
        for number in 0..<requestCount {
            let request = Request(
                id: RequestID(rawValue: UInt64(number)),
                promptTokenIDs: (0..<random.draw(16...256)).map { _ in Int32(random.draw(0...999))
                },
                maxTokens: random.draw(64...256),
                stopTokenIDs: [0]
            )
            scheduler.add(request)
        }
        var mostPreemptions = 0
        while !scheduler.isIdle {
            let plan = scheduler.plan()
            let sampled = plan.entries.filter(\.samples).map { entry in
                // One answer in a hundred and twenty ends with each token.
                SampledToken(id: entry.id, tokenID: random.once(in: 120) ? 0 : 1)
            }
            _ = scheduler.apply(sampled)
            for job in scheduler.running {
                mostPreemptions = max(mostPreemptions, job.preemptionCount)
            }
        }
        return (scheduler.statistics, mostPreemptions)
    }

    @Test("preemptions are rare, bounded for each request, and cost little", arguments: 1...4)
    func thrash(seed: Int) {
        let requestCount = 400
        let (statistics, mostPreemptions) = statistics(
            seed: UInt64(seed),
            requestCount: requestCount
        )
        #expect(Double(statistics.preemptions) <= 0.1 * Double(requestCount))
        #expect(mostPreemptions <= 4)
        #expect(
            Double(statistics.recomputedTokens) <= 0.15 * Double(statistics.computedTokens)
        )
    }
}
