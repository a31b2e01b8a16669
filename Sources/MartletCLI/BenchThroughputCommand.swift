import ArgumentParser
import Checkpoints
import Inference
import LoadTesting
import Measuring

/// `martlet bench throughput`: many requests at once.
struct BenchThroughputCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "throughput",
        abstract: "Measure many requests handed in at once, on an engine in this process.",
        discussion: """
            Prompts are random tokens, answers are greedy and do not end early. Example:
              martlet bench throughput MODEL --num-prompts 100 --random-range-ratio 0.5
            """
    )

    @OptionGroup var model: ModelOptions

    @OptionGroup var trace: TraceOptions

    @Option(help: "Requests.")
    var numPrompts = HumanInteger(1000)

    @Option(help: "Tokens of each prompt.")
    var inputLen = HumanInteger(128)

    @Option(help: "Tokens of each answer.")
    var outputLen = HumanInteger(128)

    @Option(help: "How far lengths stray: from (1 - ratio) to (1 + ratio) times.")
    var randomRangeRatio = 0.0

    @Option(help: "Tokens that all prompts begin with.")
    var randomPrefixLen = HumanInteger(0)

    @Option(help: "Where the results are written as JSON.")
    var outputJson: String?

    func validate() throws {
        try model.requireFolder()
        _ = try lengths(inputLen)
        _ = try lengths(outputLen)
        guard 1...(1 << 20) ~= numPrompts.value, randomPrefixLen.value <= 1 << 24 else {
            throw ValidationError("--num-prompts must be from 1 to \(1 << 20).")
        }
    }

    private func lengths(_ length: HumanInteger) throws -> ClosedRange<Int> {
        try RandomPrompts.lengths(around: length.value, ratio: randomRangeRatio)
    }

    func run() async throws {
        let model = try await self.model.found()
        var configuration = model.benchConfiguration(
            requestCount: numPrompts.value,
            isOneBatch: false
        )
        configuration.trace = try trace.open()
        let engine = try await model.startEngine(configuration)
        var prompts = RandomPrompts(
            inputLengths: try lengths(inputLen),
            outputLengths: try lengths(outputLen),
            prefixLength: randomPrefixLen.value,
            tokenIDs: 0...(Int32(clamping: engine.model.vocabularySize) - 1),
            seed: model.seed
        )
        let items = (0..<numPrompts.value).map { _ in prompts.next() }
        let run = try await BatchRun.run(items, on: engine)
        engine.shutDown()
        await engine.waitUntilStopped()
        let result = ThroughputResult(requestCount: items.count, run: run)
        print(result.text(), terminator: "")
        try BenchFiles.write(result.report(), to: outputJson)
    }
}
