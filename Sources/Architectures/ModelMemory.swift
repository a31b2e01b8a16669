import Checkpoints
public import Compute

/// What a model takes in memory, beside its cache of keys and values.
public struct ModelMemory: Sendable {
    /// Matrices, vectors and the rotary table.
    public let weightByteCount: Int
    /// The tensors a step works in.
    public let activationByteCount: Int
    /// The parameters of the model, each counted once.
    public let parameterCount: Int
    /// How the matrices are stored, the one with the most weights first.
    public let formats: [WeightFormat]
    private let inputs: Set<MatrixInput>
    private let rowCapacity: Int

    /// What decides about the input of a product.
    private struct MatrixInput: Hashable {
        let columnCount: Int
        let format: WeightFormat
    }

    init(
        recipe: DecoderRecipe,
        matrices: [ResolvedMatrix],
        model: ModelDescription,
        maxTokensPerStep: Int,
        maxLogitRows: Int
    ) {
        let table = RotaryTable.byteCount(
            positionCount: model.contextLength,
            frequencyCount: model.headDimension / 2
        )
        weightByteCount = saturatingSum(
            matrices.map(\.byteCount) + recipe.vectors.map { Vector.byteCount(count: $0.count) } + [
                table
            ]
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
            recipe.matrices.map(\.recipe.elementCount) + recipe.vectors.map(\.count)
        )
        var counts: [WeightFormat: Int] = [:]
        for matrix in matrices {
            counts[matrix.format, default: 0] += matrix.rowCount * matrix.columnCount
        }
        formats = counts.sorted { $0.value > $1.value }.map(\.key)
        inputs = Set(
            matrices.map { MatrixInput(columnCount: $0.columnCount, format: $0.format) }
        )
        rowCapacity = max(maxTokensPerStep, maxLogitRows)
    }

    /// Bytes a device takes for the inputs of products.
    public func roundedInputByteCount(activations: ElementType) -> Int {
        let rowByteCount = inputs.map {
            RoundedInput.rowByteCount(
                columnCount: $0.columnCount,
                format: $0.format,
                activations: activations
            )
        }
        let (bytes, overflow) = (rowByteCount.max() ?? 0)
            .multipliedReportingOverflow(by: rowCapacity)
        return overflow ? Int.max : bytes
    }
}

/// The sum, or `Int.max` where it does not fit.
private func saturatingSum(_ terms: [Int]) -> Int {
    terms.reduce(0) { sum, term in
        let (result, overflow) = sum.addingReportingOverflow(term)
        return overflow ? Int.max : result
    }
}
