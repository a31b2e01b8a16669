import ArgumentParser
import Checkpoints
import Compute
import Inference

/// `martlet inspect`: what a model is and whether it fits, without loading it.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a model is and how much memory it takes, without loading it."
    )

    @OptionGroup var model: ModelOptions

    func validate() throws {
        try model.requireFolder()
    }

    func run() throws {
        let configuration = model.configuration
        let checkpoint = try Checkpoint(
            folder: configuration.modelFolder,
            loadFormat: configuration.loadFormat == .dummy
                ? .dummy(seed: configuration.seed) : .safetensors
        )
        let plan = try MemoryPlan(
            configuration: configuration,
            description: checkpoint.description
        )
        print(Self.summary(checkpoint.description, plan))
        print(
            "kernels: \(InstructionSet.best.rawValue) "
                + "(available: \(InstructionSet.available.map(\.rawValue).joined(separator: ", ")))"
        )
        print(plan)
    }

    static func summary(_ model: ModelDescription, _ plan: MemoryPlan) -> String {
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
