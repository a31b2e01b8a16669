import Checkpoints
import Compute

/// What a model takes in memory, beside its cache of keys and values.
public struct ModelMemory: Sendable, Equatable {
    /// Matrices, vectors and the rotary table.
    public let weightByteCount: Int
    /// The tensors a step works in.
    public let activationByteCount: Int
    /// The parameters of the model, each counted once.
    public let parameterCount: Int
    /// The columns of the widest matrix, which decide about a device's own buffers.
    public let largestInputCount: Int

    init(
        recipe: DecoderRecipe,
        model: ModelDescription,
        maxTokensPerStep: Int,
        maxLogitRows: Int
    ) {
        let matrices = recipe.matrices
        let table = RotaryTable.byteCount(
            positionCount: model.contextLength,
            frequencyCount: model.headDimension / 2
        )
        weightByteCount = saturatingSum(
            matrices.map {
                Matrix.byteCount(
                    rowCount: $0.rowCount,
                    columnCount: $0.columnCount,
                    elementType: model.weightType
                )
            } + recipe.vectors.map { Vector.byteCount(count: $0.count) } + [table]
        )
        let shapes = ActivationShapes(
            model,
            maxTokensPerStep: maxTokensPerStep,
            maxLogitRows: maxLogitRows
        )
        activationByteCount = saturatingSum(
            shapes.all.map { Tensor.byteCount(rowCapacity: $0.rows, columnCount: $0.columns) }
        )
        parameterCount = saturatingSum(
            matrices.map(\.elementCount) + recipe.vectors.map(\.count)
        )
        largestInputCount = matrices.map(\.columnCount).max() ?? 0
    }
}

/// The sum, or `Int.max` where it does not fit.
private func saturatingSum(_ terms: [Int]) -> Int {
    terms.reduce(0) { sum, term in
        let (result, overflow) = sum.addingReportingOverflow(term)
        return overflow ? Int.max : result
    }
}
