import LoadTesting
import Testing

@Suite("Requests at a rate")
struct RateTests {
    private func arrivals(
        _ count: Int,
        rate: Double,
        burstiness: Double,
        seed: UInt64 = 1
    ) -> [Double] {
        var process = ArrivalProcess(rate: rate, burstiness: burstiness, seed: seed)
        return (0..<count).map { _ in process.next() }
    }

    @Test("the same seed makes the same arrivals, another one others")
    func seeds() {
        let first = arrivals(100, rate: 2, burstiness: 1)
        #expect(first == arrivals(100, rate: 2, burstiness: 1))
        #expect(first != arrivals(100, rate: 2, burstiness: 1, seed: 2))
        #expect(first[0] == 0)
        #expect(first == first.sorted())
    }

    @Test(
        "times between arrivals have the mean and the spread of the gamma distribution",
        arguments: [0.2, 0.5, 1, 3, 25]
    )
    func gamma(burstiness: Double) {
        let count = 200_000
        let times = arrivals(count + 1, rate: 4, burstiness: burstiness)
        let gaps = zip(times, times.dropFirst()).map { ($1 - $0) * 4 }
        let mean = gaps.reduce(0, +) / Double(count)
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        #expect(abs(mean - 1) < 0.02)
        #expect(abs(variance * burstiness - 1) < 0.05)
    }

    @Test("at an infinite rate all arrive at once")
    func infinite() {
        #expect(arrivals(3, rate: .infinity, burstiness: 1) == [0, 0, 0])
    }

    @Test("lengths stray by the ratio, rounded outwards, and are never zero")
    func lengths() throws {
        #expect(try RandomPrompts.lengths(around: 100, ratio: 0) == 100...100)
        #expect(try RandomPrompts.lengths(around: 100, ratio: 0.255) == 74...126)
        #expect(try RandomPrompts.lengths(around: 1, ratio: 0.9) == 1...2)
        for ratio in [-0.1, 1, .nan, .infinity] {
            #expect(throws: LoadTestError.self) {
                try RandomPrompts.lengths(around: 100, ratio: ratio)
            }
        }
        for length in [0, -1, .max] {
            #expect(throws: LoadTestError.self) {
                try RandomPrompts.lengths(around: length, ratio: 0)
            }
        }
    }

    @Test("prompts share their prefix, keep to their lengths and ids, and follow the seed")
    func prompts() {
        func make(_ seed: UInt64) -> [RandomPrompts.Item] {
            var prompts = RandomPrompts(
                inputLengths: 5...9,
                outputLengths: 2...3,
                prefixLength: 4,
                tokenIDs: 10...20,
                seed: seed
            )
            return (0..<200).map { _ in prompts.next() }
        }
        let items = make(7)
        #expect(items == make(7))
        #expect(items != make(8))
        #expect(Set(items.map { Array($0.tokenIDs.prefix(4)) }).count == 1)
        #expect(Set(items.map(\.tokenIDs.count)) == Set(9...13))
        #expect(Set(items.map(\.outputLength)) == [2, 3])
        #expect(Set(items.flatMap(\.tokenIDs)) == Set(10...20))
    }

    @Test("lists of numbers are read as they are written")
    func lists() {
        #expect(NumberList("1,2,512")?.counts == [1, 2, 512])
        #expect(NumberList("50,99.9")?.values == [50, 99.9])
        #expect(NumberList("50,99.9")?.counts == nil)
        #expect(NumberList([50, 99.9]).description == "50,99.9")
        for text in ["", ",", "1,", "1,x", "1,inf", "nan", "1;2"] {
            #expect(NumberList(text) == nil)
        }
        for text in ["0", "-1", "2000000"] { #expect(NumberList(text)?.counts == nil) }
    }

    // MARK: - A run

    private var configuration: RateConfiguration {
        var configuration = RateConfiguration()
        configuration.promptCount = 6
        configuration.inputLength = 20
        configuration.outputLength = 4
        configuration.prefixLength = 3
        configuration.ignoreEOS = true
        return configuration
    }

    @Test("every request is sent once, after one that does not count")
    func run() async throws {
        let target = FakeTarget()
        let result = try await RateBenchmark(configuration).run(target)
        #expect(target.calls.count == 6)
        #expect(target.calls.allSatisfy { $0.prompt.length == 23 && $0.maxTokens == 4 })
        #expect(target.calls.allSatisfy { $0.ignoreEOS && !$0.wantsTokenIDs })
        #expect(Set(target.calls.map { "\($0.prompt)" }).count == 6)
        #expect(result.records.count == 6)
        #expect(result.inputTokenCount == 6 * 23)
        #expect(result.outputTokenCount == 6 * 4)
        #expect(result.model == "model")
        #expect(result.failureCount == 0)
    }

    @Test("failures are counted by kind; one before the run ends it")
    func failures() async throws {
        let some = FakeTarget { index, _ in
            index.isMultiple(of: 2) && index > 0 ? .timedOut(seconds: 1) : nil
        }
        let result = try await RateBenchmark(configuration).run(some)
        #expect(result.failures == ["timed out": 3])
        #expect(result.records.count == 3)
        let none = FakeTarget { _, _ in .refused(status: 500, message: "no") }
        await #expect(throws: LoadTestError.refused(status: 500, message: "no")) {
            try await RateBenchmark(configuration).run(none)
        }
    }

    @Test("what has no meaning is refused")
    func refuses() {
        let changes: [(inout RateConfiguration) -> Void] = [
            { $0.promptCount = 0 }, { $0.inputLength = 0 }, { $0.rangeRatio = 1 },
            { $0.requestRate = 0 }, { $0.requestRate = .nan }, { $0.burstiness = 0 },
            { $0.burstiness = .infinity }, { $0.maxConcurrency = 0 }, { $0.prefixLength = -1 },
            { $0.temperature = 3 },
        ]
        for change in changes {
            var configuration = configuration
            change(&configuration)
            #expect(throws: LoadTestError.self) { try RateBenchmark(configuration) }
        }
    }
}
