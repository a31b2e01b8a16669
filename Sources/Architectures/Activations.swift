import Checkpoints
import Compute

/// The tensors a step works in, made once; nothing else is allocated while a model runs.
struct Activations {
    /// The residual stream [T, hidden].
    let hidden: Tensor
    /// A normalised copy of it; after a step, the final norm of the output rows [T, hidden].
    let normed: Tensor
    /// Queries, keys and values of all heads, one after another [T, (H + 2G) · D].
    let queryKeyValue: Tensor
    /// What the attention read [T, H · D].
    let attended: Tensor
    /// Gate and up projection [T, 2 · intermediate].
    let gateUp: Tensor
    /// Their product [T, intermediate].
    let gated: Tensor
    /// The residual stream of the rows whose logits are wanted [T, hidden].
    let outputs: Tensor
    /// A slice of the final rows [L, hidden].
    let headInput: Tensor
    /// Logits [L, vocabulary].
    let logits: Tensor

    init(shapes: ActivationShapes, device: any Device) throws(ComputeError) {
        func make(_ shape: ActivationShapes.Shape) throws(ComputeError) -> Tensor {
            try device.makeTensor(rowCapacity: shape.rows, columnCount: shape.columns)
        }
        hidden = try make(shapes.hidden)
        normed = try make(shapes.hidden)
        queryKeyValue = try make(shapes.queryKeyValue)
        attended = try make(shapes.attended)
        gateUp = try make(shapes.gateUp)
        gated = try make(shapes.gated)
        outputs = try make(shapes.hidden)
        headInput = try make(shapes.headInput)
        logits = try make(shapes.logits)
    }
}

/// How large the tensors of ``Activations`` are.
struct ActivationShapes {
    typealias Shape = (rows: Int, columns: Int)

    let hidden: Shape
    let queryKeyValue: Shape
    let attended: Shape
    let gateUp: Shape
    let gated: Shape
    let headInput: Shape
    let logits: Shape

    init(_ model: ModelDescription, maxTokensPerStep: Int, maxLogitRows: Int) {
        let rows = maxTokensPerStep
        let queryCount = model.attentionHeadCount * model.headDimension
        let keyCount = model.keyValueHeadCount * model.headDimension
        hidden = (rows, model.hiddenSize)
        queryKeyValue = (rows, queryCount + 2 * keyCount)
        attended = (rows, queryCount)
        gateUp = (rows, 2 * model.intermediateSize)
        gated = (rows, model.intermediateSize)
        headInput = (maxLogitRows, model.hiddenSize)
        logits = (maxLogitRows, model.vocabularySize)
    }

    /// Every tensor that is made, three of them like the residual stream.
    var all: [Shape] {
        [
            hidden, hidden, hidden, queryKeyValue, attended, gateUp, gated, headInput, logits,
        ]
    }
}
