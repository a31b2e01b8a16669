internal import CKernels

// Operations that handle each row on its own.
extension CPUDevice {
    /// output = x / sqrt(mean(x²) + epsilon) * weight, row by row.
    public func rmsNorm(
        _ x: Tensor,
        rows: Int,
        weight: Vector,
        epsilon: Float,
        into output: Tensor
    ) {
        precondition(rows <= x.rowCapacity && rows <= output.rowCapacity, "too many rows")
        precondition(weight.count == x.columnCount, "the weight has another size")
        precondition(output.columnCount == x.columnCount, "the output has another width")
        forRows(rows, workPerRow: x.columnCount) { row in
            unsafe kernels.table.pointee.rms_norm(
                x.pointer(row: row),
                weight.memory.floats,
                epsilon,
                x.columnCount,
                output.pointer(row: row)
            )
        }
    }

    /// RMS norm of each head within `columns`, in place.
    public func normalizeHeads(
        _ x: Tensor,
        rows: Int,
        columns: Range<Int>,
        headDimension: Int,
        weight: Vector,
        epsilon: Float
    ) {
        precondition(rows <= x.rowCapacity, "too many rows")
        precondition(weight.count == headDimension, "the weight has another size")
        checkHeads(columns, headDimension: headDimension, in: x)
        forRows(rows, workPerRow: columns.count) { row in
            for column in stride(
                from: columns.lowerBound,
                to: columns.upperBound,
                by: headDimension
            ) {
                let head = unsafe x.pointer(row: row) + column
                unsafe kernels.table.pointee.rms_norm(
                    head,
                    weight.memory.floats,
                    epsilon,
                    headDimension,
                    head
                )
            }
        }
    }

    /// Rotary position embedding of each head within `columns`, in place.
    public func rotate(
        _ x: Tensor,
        rows: Int,
        positions: [Int32],
        columns: Range<Int>,
        headDimension: Int,
        table: RotaryTable
    ) {
        precondition(rows <= x.rowCapacity && rows <= positions.count, "too many rows")
        precondition(2 * table.frequencyCount <= headDimension, "the table turns more than a head")
        checkHeads(columns, headDimension: headDimension, in: x)
        forRows(rows, workPerRow: columns.count) { row in
            let position = Int(positions[row])
            precondition(
                position >= 0 && position < table.positionCount,
                "a position is outside the table"
            )
            let place = position * table.frequencyCount
            for column in stride(
                from: columns.lowerBound,
                to: columns.upperBound,
                by: headDimension
            ) {
                unsafe kernels.table.pointee.rotate(
                    x.pointer(row: row) + column,
                    table.cosines.floats + place,
                    table.sines.floats + place,
                    table.frequencyCount
                )
            }
        }
    }

    /// output = silu(first half of the row) * second half.
    public func siluMultiply(_ gateUp: Tensor, rows: Int, into output: Tensor) {
        precondition(rows <= gateUp.rowCapacity && rows <= output.rowCapacity, "too many rows")
        let count = output.columnCount
        precondition(gateUp.columnCount == 2 * count, "the input is not twice as wide")
        // The exponential makes an element cost about four of the other operations'.
        forRows(rows, workPerRow: 4 * count) { row in
            let gate = unsafe gateUp.pointer(row: row)
            unsafe kernels.table.pointee.silu_multiply(
                gate,
                gate + count,
                count,
                output.pointer(row: row)
            )
        }
    }

    /// output[i] = source[rows[i]].
    public func gather(rows: [Int32], from source: Tensor, into output: Tensor) {
        precondition(rows.count <= output.rowCapacity, "too many rows")
        precondition(source.columnCount == output.columnCount, "the output has another width")
        for (index, row) in rows.enumerated() {
            unsafe output.pointer(row: index).update(
                from: source.pointer(row: Int(row)),
                count: source.columnCount
            )
        }
    }

    private func checkHeads(_ columns: Range<Int>, headDimension: Int, in x: Tensor) {
        precondition(
            columns.lowerBound >= 0 && columns.upperBound <= x.columnCount,
            "the columns reach past the tensor"
        )
        precondition(
            headDimension > 0 && columns.count.isMultiple(of: headDimension),
            "the columns are no whole number of heads"
        )
    }
}
