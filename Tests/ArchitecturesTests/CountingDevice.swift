import Compute

/// A device that counts the bytes of what is made on it and notes what is packed.
final class CountingDevice: Device {
    private let device: any Device
    private(set) var weightByteCount = 0
    private(set) var activationByteCount = 0
    private(set) var packedRows: [Range<Int>] = []

    init(_ device: any Device) { self.device = device }

    func makeTensor(rowCapacity: Int, columnCount: Int) throws(ComputeError) -> Tensor {
        activationByteCount += Tensor.byteCount(rowCapacity: rowCapacity, columnCount: columnCount)
        return try device.makeTensor(rowCapacity: rowCapacity, columnCount: columnCount)
    }

    func makeVector(_ elements: [Float]) throws(ComputeError) -> Vector {
        weightByteCount += Vector.byteCount(count: elements.count)
        return try device.makeVector(elements)
    }

    func makeMatrix(
        rowCount: Int,
        columnCount: Int,
        format: WeightFormat,
        columnOrder: [Int32]?
    ) throws(ComputeError) -> Matrix {
        weightByteCount += Matrix.byteCount(
            rowCount: rowCount,
            columnCount: columnCount,
            format: format
        )
        return try device.makeMatrix(
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
        packedRows.append(firstRow..<(firstRow + rowCount))
        device.pack(source, of: type, firstRow: firstRow, rowCount: rowCount, into: matrix)
    }

    func pack(
        rowCount: Int,
        firstRow: Int,
        into matrix: Matrix,
        _ decode: (_ rows: Range<Int>, _ output: inout IntegerRows) -> Void
    ) {
        packedRows.append(firstRow..<(firstRow + rowCount))
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

    // MARK: - Not needed for loading

    func embed(_ tokenIDs: [Int32], table: Matrix, into output: Tensor) {}

    func rmsNorm(
        _ x: Tensor,
        rows: Int,
        weight: Vector,
        epsilon: Float,
        into output: Tensor
    ) {}

    func linear(
        _ x: Tensor,
        rows: Int,
        weight: Matrix,
        bias: Vector?,
        into output: Tensor,
        firstColumn: Int,
        accumulate: Bool
    ) {}

    func normalizeHeads(
        _ x: Tensor,
        rows: Int,
        columns: Range<Int>,
        headDimension: Int,
        weight: Vector,
        epsilon: Float
    ) {}

    func rotate(
        _ x: Tensor,
        rows: Int,
        positions: [Int32],
        columns: Range<Int>,
        headDimension: Int,
        table: RotaryTable
    ) {}

    func siluMultiply(_ gateUp: Tensor, rows: Int, into output: Tensor) {}

    func storeKeyValues(
        _ qkv: Tensor,
        batch: Batch,
        keyColumns: Range<Int>,
        valueColumns: Range<Int>,
        layer: Int,
        in keyValues: PagedKeyValues
    ) {}

    func attend(
        _ qkv: Tensor,
        batch: Batch,
        queryHeadCount: Int,
        layer: Int,
        keyValues: PagedKeyValues,
        scale: Float,
        slidingWindow: Int?,
        into output: Tensor
    ) {}

    func gather(rows: [Int32], from source: Tensor, into output: Tensor) {}
}
