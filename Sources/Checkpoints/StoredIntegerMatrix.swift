import Compute

/// A quantized matrix in safetensors files, found but not read.
struct StoredIntegerMatrix: IntegerMatrix {
    let format: IntegerFormat
    let columnOrder: [Int32]?
    let rowCount: Int
    let groups: ColumnGroups
    let codes: StoredTensor
    let codeLayout: PackedCodes.Layout
    let scales: StoredTensor
    let scaleLayout: PackedScales.Layout
    let zeros: StoredTensor?
    let zeroLayout: PackedZeros.Layout?

    /// Reads the matrix, packed as it is.
    func open() throws(CheckpointError) -> any IntegerRowDecoder {
        var packedZeros: PackedZeros?
        if format.offset == .zeroPoints, let zeros, let zeroLayout {
            let packed = PackedZeros(layout: zeroLayout, bytes: try zeros.read())
            if let problem = packed.problem { throw zeros.invalid(problem) }
            packedZeros = packed
        }
        return StoredRowDecoder(
            format: format,
            columnOrder: columnOrder,
            groups: groups,
            codes: PackedCodes(
                layout: codeLayout,
                rowCount: rowCount,
                columnCount: groups.columnCount,
                bytes: try codes.read(padding: PackedCodes.padding)
            ),
            scales: PackedScales(
                layout: scaleLayout,
                type: format.scaleType,
                bytes: try scales.read()
            ),
            zeros: packedZeros
        )
    }
}

/// Rows of a quantized matrix, packed in memory.
struct StoredRowDecoder: IntegerRowDecoder {
    let format: IntegerFormat
    let columnOrder: [Int32]?
    let groups: ColumnGroups
    let codes: PackedCodes
    let scales: PackedScales
    let zeros: PackedZeros?

    /// Writes some rows, columns in the order of ``columnOrder``.
    func decode(_ rows: Range<Int>, into output: inout IntegerRows) {
        precondition(
            output.format == format && output.columnCount == codes.columnCount
                && output.rowCount == rows.count,
            "rows of another matrix"
        )
        codes.decode(rows, into: &output.codes)
        if let columnOrder { reorder(rows.count, by: columnOrder, &output.codes) }
        scales.decode(rows, groups: groups, into: &output.scales)
        zeros?.decode(rows, groups: groups, into: &output.offsets)
    }

    private func reorder(_ rowCount: Int, by order: [Int32], _ codes: inout [UInt8]) {
        var copy = [UInt8](repeating: 0, count: order.count)
        let places = order.span
        var rows = codes.mutableSpan
        for start in stride(from: 0, to: rowCount * order.count, by: order.count) {
            var scratch = copy.mutableSpan
            for column in 0..<order.count { scratch[column] = rows[start &+ column] }
            var column = 0
            while column &+ 8 <= order.count {
                var octet: UInt64 = 0
                for index in 0..<8 {
                    let code = scratch[Int(places[column &+ index])]
                    octet |= UInt64(code) << UInt64(index &* 8)
                }
                rows.store(octet, at: start &+ column)
                column &+= 8
            }
            while column < order.count {
                rows[start + column] = scratch[Int(places[column])]
                column += 1
            }
        }
    }
}
