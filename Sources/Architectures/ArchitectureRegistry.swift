public import Checkpoints
public import Compute

/// The families that are implemented, and how a model of each is made.
public enum ArchitectureRegistry {
    /// Loads a model onto a device.
    ///
    /// Weights are packed slice by slice: beside the packed weights, about 8 MiB are taken. All
    /// tensors are looked up before the first is read, so what is missing is told at once.
    ///
    /// - Parameters:
    ///   - model: its `weightType` is the type in memory, its `contextLength` the reach of the
    ///   rotary table.
    ///   - weights: where the tensors come from.
    ///   - quantization: what is done to weights that are plain numbers; nil: nothing.
    ///   - keepsFloat32: whether weights stored in float32 stay so whatever `weightType` is.
    ///   - cache: where packed weights are kept for the next time; nil: nowhere.
    ///   - device: where the model will run.
    ///   - maxTokensPerStep: the most rows of a batch.
    ///   - maxLogitRows: the most rows of logits at once.
    ///   - progress: called with the part that is loaded, rising from 0 to 1.
    /// - Returns: the model, ready to run.
    /// - Throws: `CheckpointError` about a tensor or a file, `ComputeError` about memory.
    public static func make(
        _ model: ModelDescription,
        weights: any WeightSource,
        quantization: WeightQuantization? = nil,
        keepsFloat32: Bool = false,
        cache: WeightCache? = nil,
        device: any Device,
        maxTokensPerStep: Int,
        maxLogitRows: Int = 64,
        progress: (Double) -> Void = { _ in }
    ) throws -> any Architecture {
        precondition(maxTokensPerStep > 0 && maxLogitRows > 0, "a model without rows")
        let layout = try DecoderLayout(model)
        let recipe = DecoderRecipe(model, layout: layout)
        return try withoutActuallyEscaping(progress) { progress in
            let loader = WeightLoader(
                source: weights,
                device: device,
                policy: WeightPolicy(
                    elementType: model.weightType,
                    quantization: quantization,
                    keepsFloat32: keepsFloat32
                ),
                cache: cache,
                progress: progress
            )
            try loader.check(recipe)
            let decoder = try Decoder(
                model,
                layout: layout,
                recipe: recipe,
                loader: loader,
                device: device,
                maxTokensPerStep: maxTokensPerStep,
                maxLogitRows: maxLogitRows
            )
            loader.finish()
            return decoder
        }
    }

    /// What a model will take, without loading it; without `weights`, as if they were all stored in
    /// the model's `weightType`.
    ///
    /// - Throws: `CheckpointError` when the configuration contradicts itself, or a tensor is
    ///   missing.
    public static func memory(
        of model: ModelDescription,
        weights: (any WeightSource)? = nil,
        quantization: WeightQuantization? = nil,
        keepsFloat32: Bool = false,
        maxTokensPerStep: Int,
        maxLogitRows: Int = 64
    ) throws(CheckpointError) -> ModelMemory {
        let recipe = DecoderRecipe(model, layout: try DecoderLayout(model))
        let policy = WeightPolicy(
            elementType: model.weightType,
            quantization: quantization,
            keepsFloat32: keepsFloat32
        )
        let source = weights ?? DummyWeights(seed: 0, elementType: model.weightType)
        var matrices: [ResolvedMatrix] = []
        for (matrix, role) in recipe.matrices {
            matrices += try policy.resolve(matrix, role, in: source)
        }
        return ModelMemory(
            recipe: recipe,
            matrices: matrices,
            model: model,
            maxTokensPerStep: maxTokensPerStep,
            maxLogitRows: maxLogitRows
        )
    }
}

extension DecoderLayout {
    /// What the model's family makes of its configuration.
    package init(_ model: ModelDescription) throws(CheckpointError) {
        switch model.family {
        case .llama: self = .llama(model)
        case .mistral: self = try .mistral(model)
        case .qwen2: self = try .qwen2(model)
        case .qwen3: self = try .qwen3(model)
        }
    }
}
