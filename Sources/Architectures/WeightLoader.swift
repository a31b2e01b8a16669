import Checkpoints
import Compute

/// Builds the engine's matrices and vectors from a checkpoint's tensors, slice by slice, or from a
/// file in which they were kept.
final class WeightLoader {
    private let source: any WeightSource
    private let device: any Device
    private let policy: WeightPolicy
    private let cache: WeightCache?
    private let progress: (Double) -> Void
    private var readahead: Readahead
    private var totalCount = 1
    private var packedCount = 0

    init(
        source: any WeightSource,
        device: any Device,
        policy: WeightPolicy,
        cache: WeightCache? = nil,
        progress: @escaping (Double) -> Void
    ) {
        self.source = source
        self.device = device
        self.policy = policy
        self.cache = cache
        readahead = Readahead(source)
        self.progress = progress
    }

    /// Looks every tensor up, so that a missing one is told before minutes of reading.
    func check(_ recipe: DecoderRecipe) throws(CheckpointError) {
        totalCount = 0
        var matrices: [ResolvedMatrix] = []
        for (matrix, role) in recipe.matrices {
            totalCount += matrix.elementCount
            matrices += try policy.resolve(matrix, role, in: source)
        }
        for vector in recipe.vectors {
            for part in vector.parts {
                _ = try source.tensor(named: part.name, shape: [part.count])
            }
        }
        cache?.open(matrices, recipe.vectors, on: device)
        readahead.tensors = matrices.flatMap(\.tensors)
        progress(0)
    }

    /// To be called when everything is loaded: keeps it for the next time.
    func finish() {
        cache?.finish(on: device)
    }

    /// An embedding or a head.
    func table(_ recipe: MatrixRecipe) throws -> Matrix {
        let matrices = try policy.resolve(recipe, .table, in: source)
        precondition(matrices.count == 1, "a table comes in one piece")
        return try load(matrices[0])
    }

    func linear(_ recipe: LinearRecipe) throws -> Linear {
        let bias = try recipe.bias.map(elements)
        var parts: [Linear.Part] = []
        var firstRow = 0
        for matrix in try policy.resolve(recipe.weight, .projection, in: source) {
            let rows = firstRow..<(firstRow + matrix.rowCount)
            parts.append(
                Linear.Part(
                    weight: try load(matrix),
                    bias: try bias.map { try device.makeVector(Array($0[rows])) },
                    firstColumn: firstRow
                )
            )
            firstRow = rows.upperBound
        }
        return Linear(parts: parts)
    }

    func vector(_ recipe: VectorRecipe) throws -> Vector {
        try device.makeVector(try elements(recipe))
    }

    private func elements(_ recipe: VectorRecipe) throws -> [Float] {
        if let kept = cache?.elements(recipe) { return kept }
        var elements: [Float] = []
        for part in recipe.parts {
            elements += try source.vector(named: part.name, count: part.count)
        }
        cache?.keep(elements, recipe)
        return elements
    }

    // MARK: - Packing

    private func load(_ resolved: ResolvedMatrix) throws -> Matrix {
        let matrix = try device.makeMatrix(
            rowCount: resolved.rowCount,
            columnCount: resolved.columnCount,
            format: resolved.format,
            columnOrder: resolved.columnOrder
        )
        if let cache, cache.fill(matrix, resolved, on: device) {
            advance(resolved.rowCount * resolved.columnCount)
            return matrix
        }
        var firstRow = 0
        for part in resolved.parts {
            switch part.source {
            case .float(let tensor):
                try pack(tensor, firstRow: firstRow, into: matrix)
            case .integer(let integers):
                let decoder = try integers.open()
                device.pack(rowCount: part.rowCount, firstRow: firstRow, into: matrix) {
                    decoder.decode($0, into: &$1)
                }
                advance(part.rowCount * resolved.columnCount)
            }
            firstRow += part.rowCount
        }
        cache?.keep(matrix, resolved)
        return matrix
    }

    private func pack(_ tensor: WeightTensor, firstRow: Int, into matrix: Matrix) throws {
        for start in stride(from: 0, to: tensor.rowCount, by: tensor.rowsPerSlice) {
            let rows = start..<min(tensor.rowCount, start + tensor.rowsPerSlice)
            readahead.advance(by: rows.count * tensor.rowByteCount)
            try source.withRows(of: tensor, rows) { bytes in
                device.pack(
                    bytes,
                    of: tensor.elementType,
                    firstRow: firstRow + start,
                    rowCount: rows.count,
                    into: matrix
                )
            }
            advance(rows.count * tensor.columnCount)
        }
    }

    private func advance(_ elementCount: Int) {
        packedCount += elementCount
        progress(Double(packedCount) / Double(totalCount))
    }
}

/// A projection with its weights: matrices whose outputs stand side by side.
///
/// One matrix, unless a checkpoint stores what belongs together in several ways.
struct Linear {
    struct Part {
        let weight: Matrix
        let bias: Vector?
        let firstColumn: Int
    }

    let parts: [Part]
}

extension Device {
    func apply(
        _ linear: Linear,
        to x: Tensor,
        rows: Int,
        into output: Tensor,
        accumulate: Bool = false
    ) {
        for part in linear.parts {
            self.linear(
                x,
                rows: rows,
                weight: part.weight,
                bias: part.bias,
                into: output,
                firstColumn: part.firstColumn,
                accumulate: accumulate
            )
        }
    }
}
