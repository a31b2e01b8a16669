import LoadTesting
import Testing

@Suite("Report of requests at a rate")
struct RateReportTests {
    /// A request of 10 prompt tokens with pieces at these milliseconds.
    private func record(start: Int, pieces: [Int], tokenCount: Int? = nil) -> CompletionRecord {
        var record = CompletionRecord(start: .milliseconds(start))
        record.pieces = pieces.map { .init(time: .milliseconds($0)) }
        record.end = .milliseconds(pieces.last ?? start)
        record.promptTokenCount = 10
        record.outputTokenCount = tokenCount ?? pieces.count
        return record
    }

    private var result: RateResult {
        var configuration = RateConfiguration()
        configuration.promptCount = 3
        configuration.requestRate = 2.5
        configuration.maxConcurrency = 4
        var result = RateResult(configuration: configuration, model: "tiny")
        result.records = [
            record(start: 0, pieces: [100, 150, 250]),
            record(start: 200, pieces: [500, 700], tokenCount: 4),
        ]
        result.failures = ["HTTP 500": 1]
        result.firstFailure = "Why."
        result.durationSeconds = 2
        return result
    }

    @Test("the table is the one of vLLM's client")
    func table() {
        let text = result.table(
            metrics: RateMetric.allCases,
            percentiles: [50, 99.9]
        )
        #expect(
            text == """
                ============ Serving Benchmark Result ============
                Successful requests:                     2
                Failed requests:                         1
                Maximum request concurrency:             4
                Request rate configured (RPS):           2.50
                Benchmark duration (s):                  2.00
                Total input tokens:                      20
                Total generated tokens:                  7
                Request throughput (req/s):              1.00
                Output token throughput (tok/s):         3.50
                Peak output token throughput (tok/s):    7.00
                Peak concurrent requests:                2.00
                Total Token throughput (tok/s):          13.50
                ---------------Time to First Token----------------
                Mean TTFT (ms):                          200.00
                Median TTFT (ms):                        200.00
                P50 TTFT (ms):                           200.00
                P99.9 TTFT (ms):                         299.80
                -----Time per Output Token (excl. 1st token)------
                Mean TPOT (ms):                          70.83
                Median TPOT (ms):                        70.83
                P50 TPOT (ms):                           70.83
                P99.9 TPOT (ms):                         74.99
                ---------------Inter-token Latency----------------
                Mean ITL (ms):                           116.67
                Median ITL (ms):                         100.00
                P50 ITL (ms):                            100.00
                P99.9 ITL (ms):                          199.80
                ----------------End-to-end Latency----------------
                Mean E2EL (ms):                          375.00
                Median E2EL (ms):                        375.00
                P50 E2EL (ms):                           375.00
                P99.9 E2EL (ms):                         499.75
                ==================================================
                failed: 1 HTTP 500
                first:  Why.

                """
        )
    }

    @Test("without a limit, a rate and answers, lines are left out and times are dashes")
    func empty() {
        let text = RateResult(configuration: RateConfiguration(), model: "x").table()
        #expect(!text.contains("Maximum request") && !text.contains("configured"))
        #expect(text.contains("Mean TTFT (ms):                          –\n"))
        #expect(text.contains("Request throughput (req/s):              0.00\n"))
    }

    @Test("requests that follow each other without a gap are not under way together")
    func concurrency() {
        var result = result
        result.records = [
            record(start: 0, pieces: [100]), record(start: 100, pieces: [200]),
            record(start: 150, pieces: [160]),
        ]
        #expect(result.peakConcurrency == 2)
        result.records = []
        #expect(result.peakConcurrency == 0)
        #expect(result.peakOutputTokensPerSecond == 0)
    }

    @Test("the JSON has vLLM's names")
    func json() throws {
        let report = result.report(metrics: [.firstToken], percentiles: [99])
        guard case .fields(let fields) = report else {
            Issue.record("no object")
            return
        }
        #expect(fields["completed"] == .integer(2))
        #expect(fields["request_rate"] == .number(2.5))
        for (name, expected) in [("mean_ttft_ms", 200.0), ("std_ttft_ms", 100)] {
            guard case .number(let value) = fields[name] else {
                Issue.record("no number \(name)")
                continue
            }
            #expect(abs(value - expected) < 1e-9)
        }
        #expect(fields["p99_ttft_ms"] != nil && fields["mean_itl_ms"] == nil)
        #expect(fields["itls"] == nil)
        let detailed = result.report(metrics: [], percentiles: [], isDetailed: true)
        let text = String(decoding: try detailed.json(), as: UTF8.self)
        #expect(text.contains(#""errors" : ["#) && text.contains(#""output_lens" : ["#))
    }

    @Test("JSON has no infinity")
    func finite() throws {
        let value = ReportValue.list([.number(.infinity), .number(.nan), .number(1.5), .null])
        let text = String(decoding: try value.json(), as: UTF8.self)
        #expect(text.filter { !$0.isWhitespace } == "[null,null,1.5,null]")
    }
}
