import Checkpoints
import Compute

/// A matrix of the engine, with the matrices of a checkpoint it is stacked from and its format.
struct ResolvedMatrix {
    let format: WeightFormat
    let columnOrder: [Int32]?
    let columnCount: Int
    private(set) var parts: [(name: String, source: WeightMatrix, rowCount: Int)]

    var rowCount: Int { parts.reduce(0) { $0 + $1.rowCount } }

    var byteCount: Int {
        Matrix.byteCount(rowCount: rowCount, columnCount: columnCount, format: format)
    }

    /// The tensors it is stacked from.
    var name: String { parts.map(\.name).joined(separator: "+") }

    /// The plain numbers among its parts.
    var tensors: [WeightTensor] {
        parts.compactMap { part in
            if case .float(let tensor) = part.source { tensor } else { nil }
        }
    }

    /// Whether rows of `other` can stand below these.
    private func agrees(with other: ResolvedMatrix) -> Bool {
        format == other.format && columnOrder == other.columnOrder
    }

    private mutating func append(_ other: ResolvedMatrix) {
        parts += other.parts
    }

    /// Puts parts that follow one another and are stored alike into one matrix: one product is
    /// faster than several, and small heads fill whole panels.
    static func stacking(_ matrices: [ResolvedMatrix]) -> [ResolvedMatrix] {
        var stacked: [ResolvedMatrix] = []
        for matrix in matrices {
            if let last = stacked.last, last.agrees(with: matrix) {
                stacked[stacked.count - 1].append(matrix)
            } else {
                stacked.append(matrix)
            }
        }
        return stacked
    }
}

/// Decides how each matrix of a checkpoint is kept in memory.
struct WeightPolicy {
    /// The type of weights that are not quantized.
    let elementType: ElementType
    /// What is done to them while they are loaded; nil: nothing.
    let quantization: WeightQuantization?
    /// Whether weights in float32, which the scaled ones of fp8 checkpoints are, stay so.
    let keepsFloat32: Bool

    /// What a matrix is for.
    enum Role {
        case projection
        /// Embedding or head.
        case table
    }

    /// Finds the parts of a matrix and what it takes to hold them.
    func resolve(
        _ recipe: MatrixRecipe,
        _ role: Role,
        in source: any WeightSource
    ) throws(CheckpointError) -> [ResolvedMatrix] {
        var matrices: [ResolvedMatrix] = []
        for part in recipe.parts {
            let matrix = try source.matrix(
                named: part.name,
                rowCount: part.rowCount,
                columnCount: recipe.columnCount
            )
            let format: WeightFormat
            var columnOrder: [Int32]?
            switch matrix {
            case .float(let tensor):
                format = self.format(tensor, role)
            case .integer(let integers):
                format = .integer(integers.format)
                columnOrder = integers.columnOrder
            }
            matrices.append(
                ResolvedMatrix(
                    format: format,
                    columnOrder: columnOrder,
                    columnCount: recipe.columnCount,
                    parts: [(part.name, matrix, part.rowCount)]
                )
            )
        }
        return ResolvedMatrix.stacking(matrices)
    }

    private func format(_ tensor: WeightTensor, _ role: Role) -> WeightFormat {
        guard let quantization else {
            return .float(keepsFloat32 && tensor.elementType == .float32 ? .float32 : elementType)
        }
        return .integer(role == .table ? quantization.tables : quantization.projections)
    }
}
