import ArgumentParser
import Inference
import LoadTesting
import Measuring

/// `martlet bench latency`: one batch whose requests start together.
struct BenchLatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency",
        abstract: "Measure how long one batch takes, on an engine in this process.",
        discussion: """
            Prompts are random tokens, answers are greedy and do not end early. Example:
              martlet bench latency MODEL --load-format dummy --batch-size 32 --output-len 64
            """
    )

    @OptionGroup var model: ModelOptions

    @OptionGroup var batch: BatchOptions

    @OptionGroup var trace: TraceOptions

    @Option(help: "Where the results are written as JSON.")
    var outputJson: String?

    func validate() throws {
        try model.requireFolder()
    }

    func run() async throws {
        let recorder = StepRecorder()
        let model = try await self.model.found()
        var configuration = model.benchConfiguration(
            requestCount: batch.batchSize.value,
            isOneBatch: true
        )
        configuration.trace = try trace.open()
        let engine = try await model.startEngine(configuration, observer: recorder)
        let progress = ProgressLine()
        let result = try await batch.benchmark(seed: model.seed).run(on: engine, recorder) {
            progress.show("\($0) of \($1) batches")
        }
        progress.finish()
        engine.shutDown()
        await engine.waitUntilStopped()
        print(result.text(), terminator: "")
        try BenchFiles.write(result.report(), to: outputJson)
    }
}
