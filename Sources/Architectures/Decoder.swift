import Checkpoints
import Compute

/// A decoder of any of the families: embedding, layers, norm, head.
final class Decoder: Architecture {
    let description: ModelDescription
    let maxTokensPerStep: Int
    let maxLogitRows: Int
    private let step: StepContext
    private let embedding: Matrix
    private let layers: [DecoderLayer]
    private let finalNorm: Vector
    private let head: Matrix
    /// The rows of the last batch that ``logits(outputs:)`` can be asked for.
    private var outputCount = 0

    init(
        _ model: ModelDescription,
        layout: DecoderLayout,
        recipe: DecoderRecipe,
        loader: WeightLoader,
        device: any Device,
        maxTokensPerStep: Int,
        maxLogitRows: Int
    ) throws {
        description = model
        self.maxTokensPerStep = maxTokensPerStep
        self.maxLogitRows = maxLogitRows
        let rotary = RotaryFrequencies(model)
        let shapes = ActivationShapes(
            model,
            maxTokensPerStep: maxTokensPerStep,
            maxLogitRows: maxLogitRows
        )
        // Activations first: if memory is short, that shows before the weights are read.
        step = StepContext(
            model: model,
            device: device,
            activations: try Activations(shapes: shapes, device: device),
            rotary: try RotaryTable(
                frequencies: rotary.frequencies,
                attentionScale: rotary.attentionScale,
                positionCount: model.contextLength
            )
        )
        embedding = try loader.table(recipe.embedding)
        layers = try recipe.layers.enumerated().map { index, layer in
            try DecoderLayer(
                layer,
                loader: loader,
                layer: index,
                window: layout.windows[index]
            )
        }
        finalNorm = try loader.vector(recipe.finalNorm)
        head = try recipe.head.map(loader.table) ?? embedding
    }

    func forward(_ batch: Batch, keyValues: PagedKeyValues) {
        precondition(batch.rowCount <= maxTokensPerStep, "the batch has more rows than a step")
        let (device, activations) = (step.device, step.activations)
        outputCount = batch.outputRows.count
        device.embed(batch.tokenIDs, table: embedding, into: activations.hidden)
        for (index, layer) in layers.enumerated() {
            layer.attention.store(batch, keyValues: keyValues, in: step)
            guard index == layers.count - 1 else {
                layer.attention.addAttended(batch, keyValues: keyValues, in: step)
                layer.mlp.add(to: activations.hidden, rows: batch.rowCount, in: step)
                continue
            }
            // Nothing after the last layer's keys and values serves the other rows: most of a
            // prompt skips this layer's MLP, and a chunk without wanted logits its attention too.
            if outputCount == 0 { return }
            layer.attention.addAttended(batch, keyValues: keyValues, in: step)
            device.gather(
                rows: batch.outputRows,
                from: activations.hidden,
                into: activations.outputs
            )
            layer.mlp.add(to: activations.outputs, rows: outputCount, in: step)
        }
        device.rmsNorm(
            activations.outputs,
            rows: outputCount,
            weight: finalNorm,
            epsilon: Float(description.normEpsilon),
            into: activations.normed
        )
    }

    func logits(outputs: Range<Int>) -> Tensor {
        precondition(
            outputs.lowerBound >= 0 && outputs.upperBound <= outputCount,
            "the last batch has no such outputs"
        )
        precondition(outputs.count <= maxLogitRows, "more rows of logits than there is room for")
        let activations = step.activations
        var input = activations.normed
        if outputs.lowerBound > 0 {
            device.gather(
                rows: outputs.map(Int32.init),
                from: activations.normed,
                into: activations.headInput
            )
            input = activations.headInput
        }
        device.linear(
            input,
            rows: outputs.count,
            weight: head,
            bias: nil,
            into: activations.logits,
            accumulate: false
        )
        return activations.logits
    }

    var hiddenOutputs: Tensor { step.activations.normed }

    private var device: any Device { step.device }
}
