import ArgumentParser
import Inference
import LoadTesting
import Measuring
import Scheduling

/// One batch on an engine in this process; the options are those of vLLM's benchmarks.
struct BatchOptions: ParsableArguments {
    @Option(help: "Requests of a batch; they start together.")
    var batchSize = HumanInteger(8)

    @Option(help: "Tokens of each prompt.")
    var inputLen = HumanInteger(32)

    @Option(help: "Tokens of each answer.")
    var outputLen = HumanInteger(128)

    @Option(help: "Batches that are run first and not measured.")
    var numItersWarmup = HumanInteger(1)

    @Option(help: "Batches that are measured.")
    var numIters = HumanInteger(5)

    func validate() throws {
        for (name, number) in [
            ("--batch-size", batchSize), ("--input-len", inputLen), ("--output-len", outputLen),
            ("--num-iters", numIters),
        ] where !(1...(1 << 20) ~= number.value) {
            throw ValidationError("\(name) must be from 1 to \(1 << 20), not \(number.value).")
        }
    }

    /// The benchmark that these options describe.
    func benchmark(seed: UInt64) -> LatencyBenchmark {
        var benchmark = LatencyBenchmark()
        benchmark.batchSize = batchSize.value
        benchmark.inputLength = inputLen.value
        benchmark.outputLength = outputLen.value
        benchmark.warmupCount = numItersWarmup.value
        benchmark.iterationCount = numIters.value
        benchmark.seed = seed
        return benchmark
    }
}

extension ModelOptions {
    /// The configuration of a measurement: nothing is taken from a prefix cache unless it is asked
    /// for, and as many requests as the measurement has fit into the queue and into a step.
    func benchConfiguration(requestCount: Int, isOneBatch: Bool) -> EngineConfiguration {
        var result = configuration
        result.prefixCaching = enablePrefixCaching ?? false
        result.maxQueuedRequests = max(result.maxQueuedRequests, requestCount)
        result.maxQueuedTokens = .max
        if isOneBatch {
            result.maxRunningRequests = max(result.maxRunningRequests, requestCount)
            result.maxTokensPerStep = max(result.maxTokensPerStep, requestCount)
        }
        return result
    }

    /// Starts an engine for a measurement, with a progress bar.
    func startEngine(
        _ configuration: EngineConfiguration,
        observer: (any EngineObserver)? = nil
    ) async throws -> Engine {
        let bar = ProgressBar(title: "loading \(folder)")
        defer { bar.finish() }
        let engine = try await Engine.start(configuration, observer: observer) { bar.show($0) }
        StandardError.write("device \(engine.deviceName)\n")
        return engine
    }
}
