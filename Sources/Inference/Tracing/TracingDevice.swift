import Compute

/// A device that notes how long each operation of another one takes.
final class TracingDevice: Device {
    private let device: any Device
    private let trace: Trace

    init(_ device: any Device, trace: Trace) {
        self.device = device
        self.trace = trace
    }

    // MARK: - Making, which is not timed

    func makeTensor(rowCapacity: Int, columnCount: Int) throws(ComputeError) -> Tensor {
        try device.makeTensor(rowCapacity: rowCapacity, columnCount: columnCount)
    }

    func makeVector(_ elements: [Float]) throws(ComputeError) -> Vector {
        try device.makeVector(elements)
    }

    func makeMatrix(
        rowCount: Int,
        columnCount: Int,
        format: WeightFormat,
        columnOrder: [Int32]?
    ) throws(ComputeError) -> Matrix {
        try device.makeMatrix(
            rowCount: rowCount,
            columnCount: columnCount,
            format: format,
            columnOrder: columnOrder
        )
    }

    func makePagedKeyValues(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: KeyValueType
    ) throws(ComputeError) -> PagedKeyValues {
        try device.makePagedKeyValues(
            layerCount: layerCount,
            blockCount: blockCount,
            keyValueHeadCount: keyValueHeadCount,
            headDimension: headDimension,
            elementType: elementType
        )
    }

    func pack(
        _ source: RawSpan,
        of type: ElementType,
        firstRow: Int,
        rowCount: Int,
        into matrix: Matrix
    ) {
        device.pack(source, of: type, firstRow: firstRow, rowCount: rowCount, into: matrix)
    }

    func pack(
        rowCount: Int,
        firstRow: Int,
        into matrix: Matrix,
        _ decode: (_ rows: Range<Int>, _ output: inout IntegerRows) -> Void
    ) {
        device.pack(rowCount: rowCount, firstRow: firstRow, into: matrix, decode)
    }

    func readPacked(
        into matrix: Matrix,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash? {
        device.readPacked(into: matrix, read)
    }

    func hash(
        byteCount: Int,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash? {
        device.hash(byteCount: byteCount, read)
    }

    // MARK: - Operations

    private func note(
        _ name: TraceName,
        rows: Int,
        _ second: Int = 0,
        _ third: Int = 0,
        _ body: () -> Void
    ) {
        trace.begin(name)
        body()
        trace.end(SIMD4(Int32(clamping: rows), Int32(clamping: second), Int32(clamping: third), 0))
    }

    func embed(_ tokenIDs: [Int32], table: Matrix, into output: Tensor) {
        note(.embed, rows: tokenIDs.count) { device.embed(tokenIDs, table: table, into: output) }
    }

    func rmsNorm(_ x: Tensor, rows: Int, weight: Vector, epsilon: Float, into output: Tensor) {
        note(.norm, rows: rows) {
            device.rmsNorm(x, rows: rows, weight: weight, epsilon: epsilon, into: output)
        }
    }

    func linear(
        _ x: Tensor,
        rows: Int,
        weight: Matrix,
        bias: Vector?,
        into output: Tensor,
        firstColumn: Int,
        accumulate: Bool
    ) {
        note(.linear, rows: rows, weight.rowCount, weight.columnCount) {
            device.linear(
                x,
                rows: rows,
                weight: weight,
                bias: bias,
                into: output,
                firstColumn: firstColumn,
                accumulate: accumulate
            )
        }
    }

    func normalizeHeads(
        _ x: Tensor,
        rows: Int,
        columns: Range<Int>,
        headDimension: Int,
        weight: Vector,
        epsilon: Float
    ) {
        note(.headNorm, rows: rows) {
            device.normalizeHeads(
                x,
                rows: rows,
                columns: columns,
                headDimension: headDimension,
                weight: weight,
                epsilon: epsilon
            )
        }
    }

    func rotate(
        _ x: Tensor,
        rows: Int,
        positions: [Int32],
        columns: Range<Int>,
        headDimension: Int,
        table: RotaryTable
    ) {
        note(.rotate, rows: rows) {
            device.rotate(
                x,
                rows: rows,
                positions: positions,
                columns: columns,
                headDimension: headDimension,
                table: table
            )
        }
    }

    func siluMultiply(_ gateUp: Tensor, rows: Int, into output: Tensor) {
        note(.siluMultiply, rows: rows) { device.siluMultiply(gateUp, rows: rows, into: output) }
    }

    func storeKeyValues(
        _ qkv: Tensor,
        batch: Batch,
        keyColumns: Range<Int>,
        valueColumns: Range<Int>,
        layer: Int,
        in keyValues: PagedKeyValues
    ) {
        note(.store, rows: batch.rowCount) {
            device.storeKeyValues(
                qkv,
                batch: batch,
                keyColumns: keyColumns,
                valueColumns: valueColumns,
                layer: layer,
                in: keyValues
            )
        }
    }

    func attend(
        _ qkv: Tensor,
        batch: Batch,
        queryHeadCount: Int,
        layer: Int,
        keyValues: PagedKeyValues,
        scale: Float,
        slidingWindow: Int?,
        into output: Tensor
    ) {
        note(.attend, rows: batch.rowCount) {
            device.attend(
                qkv,
                batch: batch,
                queryHeadCount: queryHeadCount,
                layer: layer,
                keyValues: keyValues,
                scale: scale,
                slidingWindow: slidingWindow,
                into: output
            )
        }
    }

    func gather(rows: [Int32], from source: Tensor, into output: Tensor) {
        note(.gather, rows: rows.count) { device.gather(rows: rows, from: source, into: output) }
    }
}
