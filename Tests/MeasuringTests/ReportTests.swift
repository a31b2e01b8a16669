import Inference
import LoadTesting
import Measuring
import Testing

@Suite("Reports of measurements")
struct ReportTests {
    private func run(_ seconds: Double, first: Double) -> BatchRun {
        BatchRun(
            seconds: seconds,
            firstTokenSeconds: first,
            inputTokenCount: 64,
            outputTokenCount: 256
        )
    }

    @Test("latency is told in vLLM's lines, then prefill and decode")
    func latency() {
        let result = LatencyResult(
            batchSize: 2,
            runs: [run(2, first: 0.5), run(1, first: 0.25), run(4, first: 0.5)],
            decodeStepSeconds: [0.008, 0.01, 0.03]
        )
        #expect(
            result.text() == """
                Avg latency: 2.3333 seconds
                10% percentile latency: 1.2000 seconds
                25% percentile latency: 1.5000 seconds
                50% percentile latency: 2.0000 seconds
                75% percentile latency: 3.0000 seconds
                90% percentile latency: 3.6000 seconds
                99% percentile latency: 3.9600 seconds
                Prefill: 128.0 tokens/s (64 prompt tokens, the last first token after 500.0 ms)
                Decode: 200.0 tokens/s, 10.000 ms per step (median of 3 steps)

                """
        )
        guard case .fields(let fields) = result.report() else {
            Issue.record("no object")
            return
        }
        #expect(fields["latencies"] == .numbers([2, 1, 4]))
        #expect(fields["decode_tokens_per_second"] == .number(200))
    }

    @Test("without a decode step there is no rate")
    func noDecode() {
        let result = LatencyResult(batchSize: 2, runs: [run(2, first: 2)], decodeStepSeconds: [])
        #expect(result.decodeTokensPerSecond == nil)
        #expect(result.text().contains("Decode: – tokens/s, – ms per step (median of 0 steps)"))
    }

    @Test("throughput is told in vLLM's line, then the totals")
    func throughput() {
        let result = ThroughputResult(requestCount: 8, run: run(4, first: 1))
        #expect(
            result.text() == """
                Throughput: 2.00 requests/s, 80.00 total tokens/s, 64.00 output tokens/s
                Total num prompt tokens:  64
                Total num output tokens:  256

                """
        )
    }

    // MARK: - Overhead

    private func step(_ total: Int, sampling: Int, prompt: Int = 0) -> StepTimes {
        var step = StepTimes()
        step.total = total
        step.device = 80_000
        step.phases = [.sampling: sampling, .plan: 1_000, .forward: 500, .head: 500]
        step.tokenCount = 2 + prompt
        step.requestCount = 2
        step.promptTokenCount = prompt
        return step
    }

    @Test("overhead is what is left of a step without the device, phase by phase")
    func overhead() throws {
        let steps = [
            step(100_000, sampling: 10_000), step(100_000, sampling: 12_000),
            step(160_000, sampling: 30_000), step(900_000, sampling: 1, prompt: 5),
        ]
        let report = try OverheadReport(steps, batchSize: 2)
        #expect(report.stepCount == 3)
        #expect(report.stepMicroseconds == 100)
        #expect(abs(report.overheadShare - 0.2) < 1e-12)
        #expect(abs(report.overheadShareWithoutSampling - 0.1) < 1e-12)
        let medians = Dictionary(
            uniqueKeysWithValues: report.parts.map { ($0.name, $0.medianMicroseconds) }
        )
        #expect(medians["device operations"] == 80)
        #expect(medians["sampling"] == 12)
        #expect(medians["plan"] == 1)
        #expect(medians["model, between them"] == 1)
        #expect(medians["rest"] == 8)
        #expect(report.text().contains("Overhead of the engine: 20.00 % of a step, 10.00 %"))
    }

    @Test("steps of another kind are no basis")
    func noSteps() {
        #expect(throws: MeasuringError.self) {
            try OverheadReport([step(1, sampling: 1, prompt: 3)], batchSize: 2)
        }
        #expect(throws: MeasuringError.self) {
            try OverheadReport([step(1, sampling: 1)], batchSize: 3)
        }
    }
}
