import ArgumentParser
import FoundationEssentials
import LoadTesting

/// `martlet bench serve`: requests at a rate, against any OpenAI-compatible server.
struct BenchServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Measure a server under requests that arrive at a rate.",
        discussion: """
            Options and table are those of vLLM's client; prompts are random token ids, so that
            their lengths are exact. Example:
              martlet bench serve --base-url http://127.0.0.1:8000 --num-prompts 100 \\
                   --request-rate 4 --random-input-len 64 --random-output-len 64 --ignore-eos
            """
    )

    @Option(help: "Root of the server.")
    var baseUrl = "http://127.0.0.1:8000"

    @Option(help: "Where completions are asked for.")
    var endpoint = "/v1/completions"

    @Option(help: "Key to send to the server.")
    var apiKey: String?

    @Option(help: "Name of the model; without it the first that the server names.")
    var model: String?

    @Option(help: "Requests.")
    var numPrompts = HumanInteger(1000)

    @Option(help: "Requests per second; inf sends all at once.")
    var requestRate = Double.infinity

    @Option(help: "1 for a Poisson process; less makes bursts, more regular arrivals.")
    var burstiness = 1.0

    @Option(help: "Most requests under way; further ones wait here.")
    var maxConcurrency: Int?

    @Option(help: "Tokens of a prompt, behind the prefix.")
    var randomInputLen = HumanInteger(1024)

    @Option(help: "Tokens of an answer.")
    var randomOutputLen = HumanInteger(128)

    @Option(help: "How far lengths stray: from (1 - ratio) to (1 + ratio) times.")
    var randomRangeRatio = 0.0

    @Option(help: "Tokens that all prompts begin with.")
    var randomPrefixLen = HumanInteger(0)

    @Flag(help: "Answers go on to their length whatever the model says.")
    var ignoreEos = false

    @Option(help: "0 is greedy.")
    var temperature: Float = 0

    @Option(help: "Decides prompts, lengths and arrivals.")
    var seed: UInt64 = 0

    @Option(help: "Times to tell, of ttft, tpot, itl and e2el.")
    var percentileMetrics = "ttft,tpot,itl"

    @Option(help: "Percentiles to tell, such as 50,99.9.")
    var metricPercentiles = NumberList([99])

    @Flag(help: "Write the results as JSON.")
    var saveResult = false

    @Flag(help: "Write the figures of every request as well.")
    var saveDetailed = false

    @Option(help: "Folder of the results.")
    var resultDir: String?

    @Option(help: "File of the results; without it a name of rate, model and time.")
    var resultFilename: String?

    func validate() throws {
        try rateConfiguration.validate()
        _ = try HTTPAddress(baseUrl)
        _ = try metrics()
        guard endpoint.hasPrefix("/") else {
            throw ValidationError("--endpoint begins with a slash, not as in '\(endpoint)'.")
        }
        guard metricPercentiles.values.allSatisfy({ 0...100 ~= $0 }) else {
            throw ValidationError("--metric-percentiles are from 0 to 100.")
        }
    }

    func run() async throws {
        let target = ServerTarget(
            address: try HTTPAddress(baseUrl),
            apiKey: apiKey,
            completionPath: endpoint
        )
        let progress = ProgressLine()
        let result = try await RateBenchmark(rateConfiguration).run(target) {
            progress.show("\($0) of \($1) requests")
        }
        progress.finish()
        let percentiles = metricPercentiles.values
        let metrics = try metrics()
        print(result.table(metrics: metrics, percentiles: percentiles), terminator: "")
        guard saveResult || saveDetailed else { return }
        let report = result.report(
            metrics: metrics,
            percentiles: percentiles,
            isDetailed: saveDetailed
        )
        try BenchFiles.write(report, to: path(model: result.model))
    }

    private var rateConfiguration: RateConfiguration {
        var configuration = RateConfiguration()
        configuration.model = model
        configuration.promptCount = numPrompts.value
        configuration.inputLength = randomInputLen.value
        configuration.outputLength = randomOutputLen.value
        configuration.rangeRatio = randomRangeRatio
        configuration.prefixLength = randomPrefixLen.value
        configuration.requestRate = requestRate
        configuration.burstiness = burstiness
        configuration.maxConcurrency = maxConcurrency
        configuration.ignoreEOS = ignoreEos
        configuration.temperature = temperature
        configuration.seed = seed
        return configuration
    }

    private func metrics() throws -> [RateMetric] {
        try percentileMetrics.split(separator: ",").map { name in
            guard let metric = RateMetric(rawValue: String(name)) else {
                let known = RateMetric.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--percentile-metrics knows \(known), not '\(name)'.")
            }
            return metric
        }
    }

    /// The file of the results; the name without an option is like vLLM's.
    private func path(model: String) -> String {
        let stamp = Date.now.formatted(.iso8601)
        let time = String(stamp.prefix(19).filter { $0.isLetter || $0.isNumber })
        let base = model.split(separator: "/").last ?? "model"
        let rate = requestRate.isFinite ? "\(requestRate)" : "inf"
        let name = resultFilename ?? "openai-\(rate)qps-\(base)-\(time).json"
        return resultDir.map { "\($0)/\(name)" } ?? name
    }
}
