public import Checkpoints
import Compute
import Scheduling

/// A model that reads one text at a time and shows the logits of every token, apart from any
/// engine: for measurements.
///
/// Made and used on one thread.
public final class LogitReader {
    /// What was loaded.
    public let model: ModelDescription
    /// The longest text.
    public let maxLength: Int
    private let runner: ModelRunner
    private let tokensPerStep: Int

    /// Loads the model as an engine of this configuration would.
    public init(
        _ configuration: EngineConfiguration,
        progress: @Sendable (Double) -> Void = { _ in }
    ) throws {
        let checkpoint = try configuration.openCheckpoint()
        let plan = try MemoryPlan(
            configuration: configuration,
            description: checkpoint.description,
            weights: try checkpoint.openWeights()
        )
        let builder = EngineBuilder(
            configuration: configuration,
            checkpoint: checkpoint,
            plan: plan
        )
        model = checkpoint.description
        maxLength = plan.maxModelLength
        tokensPerStep = configuration.maxTokensPerStep
        runner = try builder.makeRunner(on: try builder.makeDevice(), progress: progress)
    }

    /// Computes tokens that continue the text read so far up to `position`; a new text begins at 0.
    ///
    /// - Parameters:
    ///   - tokenIDs: below the vocabulary size.
    ///   - position: of the first of them; the last must be below ``maxLength``.
    ///   - body: given the index of each token and the logits of what follows it.
    public func read(
        _ tokenIDs: [Int32],
        at position: Int,
        _ body: (Int, Span<Float>) -> Void
    ) {
        precondition(
            position >= 0 && tokenIDs.count <= maxLength - position,
            "the text is longer than the model's context"
        )
        let slots = PagedKeyValues.slotsPerBlock
        let blockCount = (position + tokenIDs.count + slots - 1) / slots
        for start in stride(from: 0, to: tokenIDs.count, by: tokensPerStep) {
            let part = Array(tokenIDs[start...].prefix(tokensPerStep))
            let entry = StepPlan.Entry(
                id: RequestID(rawValue: 0),
                firstPosition: position + start,
                tokenIDs: part,
                blocks: (0..<blockCount).map { Int32($0) },
                samples: false,
                outputIndex: 0,
                promptLogitRows: 0..<part.count,
                cachedTokenCount: 0
            )
            runner.run(StepPlan(entries: [entry])) { output, logits in
                body(output.position - position, logits)
            }
        }
    }
}
