import LoadTesting
import Testing

@Suite("Statistics")
struct StatisticsTests {
    @Test("of one to a hundred")
    func hundred() {
        let statistics = Statistics((1...100).map(Double.init).reversed())
        #expect(statistics.count == 100)
        #expect(statistics.mean == 50.5)
        #expect(statistics.p50 == 50.5)
        #expect(abs(statistics.p90 - 90.1) < 1e-12)
        #expect(abs(statistics.p99 - 99.01) < 1e-12)
        #expect(statistics.minimum == 1)
        #expect(statistics.maximum == 100)
    }

    @Test("of one value are that value")
    func one() {
        let statistics = Statistics([3])
        #expect([statistics.mean, statistics.p50, statistics.p90, statistics.p99] == [3, 3, 3, 3])
    }

    @Test("of nothing are zero")
    func none() {
        #expect(Statistics([]).count == 0)
        #expect(Statistics([]).mean == 0)
        #expect(Statistics([]).p99 == 0)
    }

    @Test("the ends of the percentiles are the least and the greatest value")
    func ends() {
        #expect(Statistics.percentile(0, of: [1, 2, 4]) == 1)
        #expect(Statistics.percentile(75, of: [1, 2, 4]) == 3)
        #expect(Statistics.percentile(100, of: [1, 2, 4]) == 4)
    }

    @Test("tokens of one piece share the time it took")
    func interToken() {
        var record = CompletionRecord(start: .seconds(10))
        record.pieces = [
            .init(time: .seconds(11)), .init(time: .seconds(13)),
            .init(time: .seconds(17), tokenCount: 4),
        ]
        record.end = .seconds(18)
        #expect(record.responseSeconds == 8)
        #expect(record.firstTokenSeconds == 1)
        #expect(record.interTokenSeconds == [2, 1, 1, 1, 1])
        #expect(CompletionRecord(start: .zero).firstTokenSeconds == nil)
        #expect(CompletionRecord(start: .zero).interTokenSeconds.isEmpty)
    }
}
