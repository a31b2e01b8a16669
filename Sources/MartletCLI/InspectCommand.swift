import ArgumentParser
import Checkpoints
import Compute
import Inference

/// `martlet inspect`: what a model is and whether it fits, without loading it.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a model is and how much memory it takes, without loading it."
    )

    @OptionGroup var model: ModelOptions

    func run() async throws {
        let model = try await self.model.found()
        print(try Self.report(model.configuration))
        let sets = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
        print("kernels \(InstructionSet.best.rawValue) (available: \(sets))")
    }

    /// What a model is and its memory plan; reads no weights.
    static func report(_ configuration: EngineConfiguration) throws -> String {
        let checkpoint = try configuration.openCheckpoint()
        let plan = try MemoryPlan(
            configuration: configuration,
            description: checkpoint.description,
            weights: try checkpoint.openWeights()
        )
        return summary(checkpoint.description, plan) + "\n\(plan)"
    }

    private static func summary(_ model: ModelDescription, _ plan: MemoryPlan) -> String {
        let parameters = Double(plan.parameterCount)
        let count =
            parameters >= 1e9
            ? "\((parameters / 1e8).rounded() / 10) billion"
            : "\((parameters / 1e5).rounded() / 10) million"
        return """
            \(model.architecture), \(count) parameters, stored as \(model.weightType.rawValue)
              layers \(model.layerCount), hidden size \(model.hiddenSize), MLP \
            \(model.intermediateSize), vocabulary \(model.vocabularySize)
              heads \(model.attentionHeadCount) (\(model.keyValueHeadCount) of keys and values) of \
            dimension \(model.headDimension)
              context \(model.contextLength) tokens\
            \(model.slidingWindow.map { ", sliding window \($0)" } ?? "")
            """
    }
}
