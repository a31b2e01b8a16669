import ArgumentParser
import Inference
import LoadTesting
import Measuring

/// `martlet bench overhead`: what a step costs beside the kernels.
struct BenchOverheadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "overhead",
        abstract: "Measure what the engine itself costs per step, from a trace.",
        discussion: """
            Everything that is not inside an operation of the device counts as overhead. Example:
              martlet bench overhead MODEL --load-format dummy --batch-size 32 --output-len 64
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
        let profile = StepProfile()
        let recorder = StepRecorder()
        let model = try await self.model.found()
        var configuration = model.benchConfiguration(
            requestCount: batch.batchSize.value,
            isOneBatch: true
        )
        var sinks: [any TraceSink] = [profile]
        if let timeline = try trace.open() { sinks.append(timeline) }
        configuration.trace = TraceSinks(sinks: sinks)
        let engine = try await model.startEngine(configuration, observer: recorder)
        let progress = ProgressLine()
        _ = try await batch.benchmark(seed: model.seed).run(on: engine, recorder) {
            progress.show("\($0) of \($1) batches")
        }
        progress.finish()
        engine.shutDown()
        await engine.waitUntilStopped()
        let report = try OverheadReport(profile.steps, batchSize: batch.batchSize.value)
        print(report.text(), terminator: "")
        try BenchFiles.write(report.report(), to: outputJson)
    }
}
