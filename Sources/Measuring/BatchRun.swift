public import Inference
public import LoadTesting
import Sampling
import Scheduling

/// Requests that start together on an engine in this process, and how long they took.
public struct BatchRun: Sendable, Equatable {
    /// From handing them in to the end of the last.
    public var seconds: Double
    /// Until every request had its first token.
    public var firstTokenSeconds: Double
    /// Tokens of all prompts.
    public var inputTokenCount: Int
    /// Tokens of all answers.
    public var outputTokenCount: Int

    /// What a run came to.
    public init(
        seconds: Double,
        firstTokenSeconds: Double,
        inputTokenCount: Int,
        outputTokenCount: Int
    ) {
        self.seconds = seconds
        self.firstTokenSeconds = firstTokenSeconds
        self.inputTokenCount = inputTokenCount
        self.outputTokenCount = outputTokenCount
    }

    /// Runs greedy requests whose answers do not end early, and waits for all.
    ///
    /// - Throws: `EngineError` if the engine refuses one of them, ``MeasuringError`` if one fails.
    public static func run(
        _ items: [RandomPrompts.Item],
        on engine: Engine
    ) async throws -> BatchRun {
        let requests = items.map { item in
            var parameters = SamplingParameters()
            parameters.temperature = 0
            parameters.ignoreEOS = true
            parameters.maxTokens = item.outputLength
            return GenerationRequest(promptTokenIDs: item.tokenIDs, parameters: parameters)
        }
        let start = Moment.now
        let generations = try engine.generate(together: requests)
        var run = BatchRun(
            seconds: 0,
            firstTokenSeconds: 0,
            inputTokenCount: 0,
            outputTokenCount: 0
        )
        // One reader for all: a task per request would be woken at every step, on the cores that
        // compute.
        for generation in generations {
            for await case .finished(let end) in generation {
                guard end.reason == .length || end.reason == .stop else {
                    throw MeasuringError.requestFailed(end.message ?? end.reason.rawValue)
                }
                run.inputTokenCount += end.metrics.promptTokenCount
                run.outputTokenCount += end.metrics.outputTokenCount
                run.firstTokenSeconds = max(run.firstTokenSeconds, end.metrics.firstTokenSeconds)
            }
        }
        run.seconds = (Moment.now - start).inSeconds
        return run
    }
}

/// Why nothing could be measured.
public enum MeasuringError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A request did not come to its end.
    case requestFailed(String)
    /// No step was of the kind that was to be measured.
    case noStep(String)
    /// A shape or an option has no meaning.
    case badShape(String)

    /// One sentence for the person who measures.
    public var description: String {
        switch self {
        case .requestFailed(let reason): "A request of the measurement failed: \(reason)"
        case .noStep(let reason): "\(reason)."
        case .badShape(let reason): "\(reason)."
        }
    }
}
