import Checkpoints
import Compute

/// What all layers of a decoder share in a step.
struct StepContext {
    let model: ModelDescription
    let device: any Device
    let activations: Activations
    let rotary: RotaryTable
}

/// Grouped-query attention over the paged cache.
struct Attention {
    let norm: Vector
    let queryKeyValue: Linear
    let queryNorm: Vector?
    let keyNorm: Vector?
    let output: Linear
    /// The layer of the cache.
    let layer: Int
    /// How many positions a token sees; nil: all before it.
    let window: Int?

    /// Computes queries, keys and values of the residual stream, and stores the latter two.
    func store(_ batch: Batch, keyValues: PagedKeyValues, in step: StepContext) {
        let (device, model, rows) = (step.device, step.model, batch.rowCount)
        let (normed, fused) = (step.activations.normed, step.activations.queryKeyValue)
        let dimension = model.headDimension
        let queryCount = model.attentionHeadCount * dimension
        let keyCount = model.keyValueHeadCount * dimension
        let keys = queryCount..<(queryCount + keyCount)
        let epsilon = Float(model.normEpsilon)
        device.rmsNorm(
            step.activations.hidden,
            rows: rows,
            weight: norm,
            epsilon: epsilon,
            into: normed
        )
        device.apply(queryKeyValue, to: normed, rows: rows, into: fused)
        if let queryNorm {
            device.normalizeHeads(
                fused,
                rows: rows,
                columns: 0..<queryCount,
                headDimension: dimension,
                weight: queryNorm,
                epsilon: epsilon
            )
        }
        if let keyNorm {
            device.normalizeHeads(
                fused,
                rows: rows,
                columns: keys,
                headDimension: dimension,
                weight: keyNorm,
                epsilon: epsilon
            )
        }
        device.rotate(
            fused,
            rows: rows,
            positions: batch.positions,
            columns: 0..<keys.upperBound,
            headDimension: dimension,
            table: step.rotary
        )
        device.storeKeyValues(
            fused,
            batch: batch,
            keyColumns: keys,
            valueColumns: keys.upperBound..<(keys.upperBound + keyCount),
            layer: layer,
            in: keyValues
        )
    }

    /// Adds what the stored queries read from the cache to the residual stream.
    func addAttended(_ batch: Batch, keyValues: PagedKeyValues, in step: StepContext) {
        let activations = step.activations
        step.device.attend(
            activations.queryKeyValue,
            batch: batch,
            queryHeadCount: step.model.attentionHeadCount,
            layer: layer,
            keyValues: keyValues,
            scale: 1 / Float(step.model.headDimension).squareRoot(),
            slidingWindow: window,
            into: activations.attended
        )
        step.device.apply(
            output,
            to: activations.attended,
            rows: batch.rowCount,
            into: activations.hidden,
            accumulate: true
        )
    }
}

/// down(silu(gate(x)) · up(x)) of the normalised residual stream, added to it.
struct GatedMLP {
    let norm: Vector
    let gateUp: Linear
    let down: Linear

    func add(to stream: Tensor, rows: Int, in step: StepContext) {
        let (device, activations) = (step.device, step.activations)
        device.rmsNorm(
            stream,
            rows: rows,
            weight: norm,
            epsilon: Float(step.model.normEpsilon),
            into: activations.normed
        )
        device.apply(gateUp, to: activations.normed, rows: rows, into: activations.gateUp)
        device.siluMultiply(activations.gateUp, rows: rows, into: activations.gated)
        device.apply(
            down,
            to: activations.gated,
            rows: rows,
            into: stream,
            accumulate: true
        )
    }
}

/// One layer: attention, then MLP.
struct DecoderLayer {
    let attention: Attention
    let mlp: GatedMLP

    init(
        _ recipe: LayerRecipe,
        loader: WeightLoader,
        layer: Int,
        window: Int?
    ) throws {
        attention = Attention(
            norm: try loader.vector(recipe.inputNorm),
            queryKeyValue: try loader.linear(recipe.queryKeyValue),
            queryNorm: try recipe.queryNorm.map(loader.vector),
            keyNorm: try recipe.keyNorm.map(loader.vector),
            output: try loader.linear(recipe.attentionOutput),
            layer: layer,
            window: window
        )
        mlp = GatedMLP(
            norm: try loader.vector(recipe.mlpNorm),
            gateUp: try loader.linear(recipe.gateUp),
            down: try loader.linear(recipe.down)
        )
    }
}
