import LoadTesting
import Testing

@Suite("Reports")
struct ReportTests {
    func run(_ users: Int, _ seconds: Double, waste: Double? = nil, ratio: Double?) -> RunResult {
        let times = [seconds * 0.5, seconds, seconds * 1.5]
        return RunResult(
            users: users,
            durationSeconds: seconds * 3,
            response: Statistics(times),
            firstToken: Statistics(times.map { $0 / 10 }),
            interToken: Statistics(times.map { $0 / 64 }),
            outputTokensPerSecond: 64 * Double(users) / seconds,
            requestsPerSecond: Double(users) / seconds,
            promptTokens: 100,
            outputTokens: 192,
            failures: [:],
            firstFailure: nil,
            cacheWaste: waste,
            ratioToOneUser: ratio
        )
    }

    func target(_ name: String, _ ratios: [Double], waste: Double? = nil) -> TargetResult {
        let runs = ratios.enumerated().map { index, ratio in
            run(index + 1, 2 * ratio, waste: waste, ratio: ratio)
        }
        return TargetResult(
            name: name,
            model: "tiny",
            requestsPerUser: 64,
            maxTokens: 64,
            ignoreEOS: true,
            contextLimit: 512,
            promptForm: "text",
            seed: 0,
            runs: runs
        )
    }

    var result: ExperimentResult {
        ExperimentResult(targets: [
            target("sequential", (1...9).map(Double.init)),
            target("static", (1...9).map { 1 + 0.3 * Double($0 - 1) }, waste: 0.52),
            target("continuous", (1...9).map { 1 + 0.05 * Double($0 - 1) }, waste: 0.031),
        ])
    }

    @Test("the table has a line per run and the ratios side by side")
    func table() {
        let lines = result.table().split(separator: "\n", omittingEmptySubsequences: false)
        let title = "sequential: tiny, 64 requests per user, answers of 64 tokens"
        #expect(lines[0] == title + ", context 512 tokens")
        let header = "users     mean      p50      p90      p99    first      p99  between      p99"
        #expect(lines[1] == header + "    output requests failed KV waste T(N)/T(1)")
        let nine = "    9    2.800    2.800    3.920    4.172    280.0    417.2     43.7     65.2"
        #expect(lines.contains(nine[...] + "     205.7     3.21      0      3.1      1.40"))
        #expect(lines.contains("users      sequential          static      continuous"))
        #expect(lines.contains("    9   18.000   9.00    6.800   3.40    2.800   1.40"))
        #expect(lines.contains { $0.hasPrefix("Published") && $0.hasSuffix("ratio 1.53.") })
    }

    @Test("failures are told below the table, and what was not measured is a dash")
    func failures() {
        var failed = target("x", [1])
        failed.runs[0].failures = ["timed out": 2, "HTTP 500": 1]
        failed.runs[0].firstFailure = "Why."
        let empty = RunResult(
            users: 2,
            durationSeconds: 0,
            response: Statistics([]),
            firstToken: Statistics([]),
            interToken: Statistics([]),
            outputTokensPerSecond: 0,
            requestsPerSecond: 0,
            promptTokens: 0,
            outputTokens: 0,
            failures: [:],
            firstFailure: nil,
            cacheWaste: nil,
            ratioToOneUser: nil
        )
        failed.runs.append(empty)
        let table = ExperimentResult(targets: [failed]).table()
        #expect(table.contains("failed with 1 users: 1 HTTP 500, 2 timed out; first: Why.\n"))
        #expect(table.contains("    2        –        –"))
        #expect(!table.contains("Published"))
    }

    @Test("JSON gives back what was measured")
    func json() throws {
        let json = try result.json()
        #expect(try ExperimentResult(json: json) == result)
        let text = String(decoding: json, as: UTF8.self)
        #expect(text.contains(#""publishedRatioAtNineUsers" : 1.53"#))
    }

    @Test("the plot has a line per target, the published one, and labelled axes")
    func plot() {
        var named = result
        named.targets[0].name = "a <b> & c"
        let plot = named.plot()
        #expect(plot.hasPrefix("<svg "))
        #expect(plot.hasSuffix("</svg>\n"))
        #expect(plot.components(of: "<polyline") == 4)
        #expect(plot.components(of: "<circle") == 27)
        #expect(plot.contains("a &lt;b&gt; &amp; c, × 9.00"))
        #expect(plot.contains("vLLM, published, × 1.53"))
        #expect(plot.contains("mean response time, seconds"))
        #expect(!plot.contains("NaN") && !plot.contains("inf"))
    }

    @Test("a plot of nothing or of one point is still a plot")
    func emptyPlot() {
        let none = ExperimentResult(targets: []).plot()
        #expect(none.hasSuffix("</svg>\n"))
        let one = ExperimentResult(targets: [target("x", [0.1])]).plot()
        #expect(one.contains("mean response time, milliseconds"))
        #expect(one.components(of: "<circle") == 1)
    }
}

extension String {
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
