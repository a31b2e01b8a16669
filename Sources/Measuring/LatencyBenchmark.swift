import Checkpoints
public import Inference
public import LoadTesting

/// How long one batch takes whose requests start together.
public struct LatencyBenchmark: Sendable {
    /// Requests of the batch.
    public var batchSize = 8
    /// Tokens of each prompt.
    public var inputLength = 32
    /// Tokens of each answer.
    public var outputLength = 128
    /// Batches that are not measured.
    public var warmupCount = 1
    /// Batches that are measured.
    public var iterationCount = 5
    /// Decides the prompts.
    public var seed: UInt64 = 0

    /// The sizes of vLLM's benchmark, but fewer batches.
    public init() {}

    /// Runs on an engine that does nothing else.
    ///
    /// - Parameters:
    ///   - engine: made with `recorder` as its observer.
    ///   - recorder: measures the steps.
    ///   - progress: told how many batches have ended, of how many.
    /// - Returns: what was measured.
    /// - Throws: as ``BatchRun/run(_:on:)``.
    public func run(
        on engine: Engine,
        _ recorder: StepRecorder,
        progress: (_ ended: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws -> LatencyResult {
        let vocabulary = Int32(clamping: engine.model.vocabularySize)
        var prompts = RandomPrompts(
            inputLengths: inputLength...inputLength,
            outputLengths: outputLength...outputLength,
            tokenIDs: 0...(vocabulary - 1),
            seed: seed
        )
        var runs: [BatchRun] = []
        var decodeSeconds: [Double] = []
        for iteration in 0..<(warmupCount + iterationCount) {
            let items = (0..<batchSize).map { _ in prompts.next() }
            recorder.begin()
            let run = try await BatchRun.run(items, on: engine)
            if iteration >= warmupCount {
                runs.append(run)
                decodeSeconds += recorder.decodeSeconds(ofBatch: batchSize)
            }
            progress(iteration + 1, warmupCount + iterationCount)
        }
        return LatencyResult(batchSize: batchSize, runs: runs, decodeStepSeconds: decodeSeconds)
    }
}

/// What ``LatencyBenchmark`` measured.
public struct LatencyResult: Sendable, Equatable {
    /// Requests of each batch.
    public var batchSize: Int
    /// The measured batches.
    public var runs: [BatchRun]
    /// Steps in which every request got a token and no prompt was computed.
    public var decodeStepSeconds: [Double]

    /// The percentiles that vLLM tells.
    public static let percentiles = [10, 25, 50, 75, 90, 99]

    /// A result.
    public init(batchSize: Int, runs: [BatchRun], decodeStepSeconds: [Double]) {
        self.batchSize = batchSize
        self.runs = runs
        self.decodeStepSeconds = decodeStepSeconds
    }

    /// Prompt tokens over the time to the first token of all; the median of the batches.
    public var prefillTokensPerSecond: Double {
        Statistics(
            runs.filter { $0.firstTokenSeconds > 0 }.map {
                Double($0.inputTokenCount) / $0.firstTokenSeconds
            }
        ).p50
    }

    /// The median time of a decode step.
    public var decodeStepMedianSeconds: Double { Statistics(decodeStepSeconds).p50 }

    /// Tokens of all requests over the median time of a step; nil without such a step.
    public var decodeTokensPerSecond: Double? {
        let seconds = decodeStepMedianSeconds
        return seconds > 0 ? Double(batchSize) / seconds : nil
    }

    private var sortedSeconds: [Double] { runs.map(\.seconds).sorted() }

    /// vLLM's lines, and two more.
    public func text() -> String {
        let sorted = sortedSeconds
        var text = "Avg latency: \(fixed(Statistics(sorted).mean, 4)) seconds\n"
        for percent in Self.percentiles {
            let value = Statistics.percentile(Double(percent), of: sorted)
            text += "\(percent)% percentile latency: \(fixed(value, 4)) seconds\n"
        }
        let first = Statistics(runs.map(\.firstTokenSeconds)).p50 * 1000
        text +=
            "Prefill: \(fixed(prefillTokensPerSecond, 1)) tokens/s "
            + "(\(runs.first?.inputTokenCount ?? 0) prompt tokens, the last first token after "
            + "\(fixed(first, 1)) ms)\n"
        let step = decodeTokensPerSecond == nil ? nil : decodeStepMedianSeconds * 1000
        text +=
            "Decode: \(fixed(decodeTokensPerSecond, 1)) tokens/s, \(fixed(step, 3)) ms per step "
            + "(median of \(decodeStepSeconds.count) steps)\n"
        return text
    }

    /// vLLM's fields, and those of the further lines.
    public func report() -> ReportValue {
        let sorted = sortedSeconds
        var percentiles: [String: ReportValue] = [:]
        for percent in Self.percentiles {
            percentiles["\(percent)"] = .number(
                Statistics.percentile(Double(percent), of: sorted)
            )
        }
        return .fields([
            "avg_latency": .number(Statistics(sorted).mean),
            "latencies": .numbers(runs.map(\.seconds)),
            "percentiles": .fields(percentiles),
            "batch_size": .integer(batchSize),
            "first_token_seconds": .numbers(runs.map(\.firstTokenSeconds)),
            "prefill_tokens_per_second": .number(prefillTokensPerSecond),
            "decode_tokens_per_second": decodeTokensPerSecond.map { .number($0) } ?? .null,
            "decode_step_median_seconds": .number(decodeStepMedianSeconds),
            "decode_step_count": .integer(decodeStepSeconds.count),
        ])
    }
}
