import Checkpoints
import Compute

/// Builds the engine's matrices and vectors from a checkpoint's tensors, slice by slice.
final class WeightLoader {
    private let source: any WeightSource
    private let device: any Device
    private let elementType: ElementType
    private let progress: (Double) -> Void
    private var totalCount = 1
    private var packedCount = 0

    init(
        source: any WeightSource,
        device: any Device,
        elementType: ElementType,
        progress: @escaping (Double) -> Void
    ) {
        self.source = source
        self.device = device
        self.elementType = elementType
        self.progress = progress
    }

    /// Looks every tensor up, so that a missing one is told before minutes of reading.
    func check(_ recipe: DecoderRecipe) throws(CheckpointError) {
        totalCount = 0
        for matrix in recipe.matrices {
            totalCount += matrix.elementCount
            for part in matrix.parts {
                _ = try source.tensor(named: part.name, shape: [part.rowCount, matrix.columnCount])
            }
        }
        for vector in recipe.vectors {
            for part in vector.parts {
                _ = try source.tensor(named: part.name, shape: [part.count])
            }
        }
        progress(0)
    }

    func matrix(_ recipe: MatrixRecipe) throws -> Matrix {
        let matrix = try device.makeMatrix(
            rowCount: recipe.rowCount,
            columnCount: recipe.columnCount,
            elementType: elementType
        )
        var firstRow = 0
        for part in recipe.parts {
            let tensor = try source.tensor(
                named: part.name,
                shape: [part.rowCount, recipe.columnCount]
            )
            for start in stride(from: 0, to: part.rowCount, by: tensor.rowsPerSlice) {
                let rows = start..<min(part.rowCount, start + tensor.rowsPerSlice)
                try source.withRows(of: tensor, rows) { bytes in
                    device.pack(
                        bytes,
                        of: tensor.elementType,
                        firstRow: firstRow + start,
                        rowCount: rows.count,
                        into: matrix
                    )
                }
                packedCount += rows.count * recipe.columnCount
                progress(Double(packedCount) / Double(totalCount))
            }
            firstRow += part.rowCount
        }
        return matrix
    }

    func vector(_ recipe: VectorRecipe) throws -> Vector {
        var elements: [Float] = []
        for part in recipe.parts {
            elements += try source.vector(named: part.name, count: part.count)
        }
        return try device.makeVector(elements)
    }

    func linear(_ recipe: LinearRecipe) throws -> Linear {
        Linear(weight: try matrix(recipe.weight), bias: try recipe.bias.map(vector))
    }
}

/// A projection with its weights.
struct Linear {
    let weight: Matrix
    let bias: Vector?
}

extension Device {
    func apply(
        _ linear: Linear,
        to x: Tensor,
        rows: Int,
        into output: Tensor,
        accumulate: Bool = false
    ) {
        self.linear(
            x,
            rows: rows,
            weight: linear.weight,
            bias: linear.bias,
            into: output,
            accumulate: accumulate
        )
    }
}
