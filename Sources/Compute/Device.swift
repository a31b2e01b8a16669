/// Where a model's arithmetic runs: coarse operations over whole tensors.
///
/// Not Sendable: a device and all that it makes live on the thread that made them.
///
/// **Every output element is computed in one fixed order**, whatever the number of rows, the chunks
/// of a prompt, the threads, and the requests beside it: the same request gives the same bits in
/// any batch.
///
/// `rows` is the number of leading rows of a tensor an operation works on. Shapes that do not fit
/// are a bug of the caller and end the process.
public protocol Device: AnyObject {
    /// Makes float32 activations, zeroed.
    func makeTensor(rowCapacity: Int, columnCount: Int) throws(ComputeError) -> Tensor

    /// Makes float32 parameters.
    func makeVector(_ elements: [Float]) throws(ComputeError) -> Vector

    /// Makes weights, zeroed.
    ///
    /// With a `columnOrder`, stored column k meets input `columnOrder[k]` in
    /// ``linear(_:rows:weight:bias:into:firstColumn:accumulate:)``.
    func makeMatrix(
        rowCount: Int,
        columnCount: Int,
        format: WeightFormat,
        columnOrder: [Int32]?
    ) throws(ComputeError) -> Matrix

    /// Makes the cache of keys and values. The head dimension is at most 256.
    func makePagedKeyValues(
        layerCount: Int,
        blockCount: Int,
        keyValueHeadCount: Int,
        headDimension: Int,
        elementType: KeyValueType
    ) throws(ComputeError) -> PagedKeyValues

    /// Converts rows of a checkpoint to the matrix's format and lays them into its panels; into
    /// integers, they are rounded.
    ///
    /// - Parameters:
    ///   - source: row-major [`rowCount`, columns of the matrix], little-endian, of any alignment.
    ///   - type: the elements of `source`.
    ///   - firstRow: the matrix row that the first source row becomes.
    ///   - rowCount: source rows.
    ///   - matrix: keeps its other rows.
    func pack(
        _ source: RawSpan,
        of type: ElementType,
        firstRow: Int,
        rowCount: Int,
        into matrix: Matrix
    )

    /// Lays rows of a quantized checkpoint into the panels of a matrix of the same format.
    ///
    /// - Parameters:
    ///   - rowCount: rows to pack.
    ///   - firstRow: the matrix row that row 0 becomes.
    ///   - matrix: keeps its other rows.
    ///   - decode: fills in the rows of a range within 0..<`rowCount`; called for ranges that
    ///     together are all rows, by several threads at once.
    func pack(
        rowCount: Int,
        firstRow: Int,
        into matrix: Matrix,
        _ decode: (_ rows: Range<Int>, _ output: inout IntegerRows) -> Void
    )

    /// Fills weights with bytes that ``Matrix/withPackedBytes(_:)`` once lent, on all threads.
    ///
    /// - Parameters:
    ///   - matrix: loses what it held; where `read` fails, it holds anything.
    ///   - read: writes all bytes of a piece that begins at an offset of the packed bytes, or
    ///     returns false; called by several threads at once.
    /// - Returns: the hash of what was read; nil if `read` failed.
    func readPacked(
        into matrix: Matrix,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash?

    /// Hashes bytes in pieces, on all threads.
    ///
    /// - Parameters:
    ///   - byteCount: how many there are.
    ///   - read: as in ``readPacked(into:_:)``.
    /// - Returns: the hash, as ``ContentHash/init(inPieces:)`` has it; nil if `read` failed.
    func hash(
        byteCount: Int,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash?

    /// output[i] = table[tokenIDs[i]]; the ids are inside of the table.
    func embed(_ tokenIDs: [Int32], table: Matrix, into output: Tensor)

    /// output = x / sqrt(mean(x²) + epsilon) * weight, row by row; `output` may be `x`.
    func rmsNorm(
        _ x: Tensor,
        rows: Int,
        weight: Vector,
        epsilon: Float,
        into output: Tensor
    )

    /// output = x · weightᵀ + bias, or the same added to `output`.
    ///
    /// The product stands in the columns from `firstColumn` on; up to 15 columns after it lose what
    /// they held, so products that share an output are made in ascending order.
    func linear(
        _ x: Tensor,
        rows: Int,
        weight: Matrix,
        bias: Vector?,
        into output: Tensor,
        firstColumn: Int,
        accumulate: Bool
    )

    /// RMS norm of each head within `columns`, in place.
    func normalizeHeads(
        _ x: Tensor,
        rows: Int,
        columns: Range<Int>,
        headDimension: Int,
        weight: Vector,
        epsilon: Float
    )

    /// Rotary position embedding of each head within `columns`, in place.
    ///
    /// Dimension i of a head is paired with i + n, where n is the table's count of frequencies;
    /// dimensions from 2n on are left as they are.
    func rotate(
        _ x: Tensor,
        rows: Int,
        positions: [Int32],
        columns: Range<Int>,
        headDimension: Int,
        table: RotaryTable
    )

    /// output = silu(first half of the row) * second half: [rows, 2n] to [rows, n].
    func siluMultiply(_ gateUp: Tensor, rows: Int, into output: Tensor)

    /// Writes the batch's keys and values into their slots of one layer.
    func storeKeyValues(
        _ qkv: Tensor,
        batch: Batch,
        keyColumns: Range<Int>,
        valueColumns: Range<Int>,
        layer: Int,
        in keyValues: PagedKeyValues
    )

    /// Causal attention of the batch's rows over all positions of their requests, themselves
    /// included.
    ///
    /// The batch's own keys and values are stored before. Queries are columns 0..<H·D of `qkv`;
    /// query head h reads key-value head h / (H / key-value heads).
    ///
    /// - Parameters:
    ///   - qkv: queries first; what follows is not read.
    ///   - batch: rows, positions and blocks.
    ///   - queryHeadCount: H, a multiple of the cache's heads.
    ///   - layer: layer of the cache.
    ///   - keyValues: the cache.
    ///   - scale: factor on the scores, usually 1 / sqrt(D).
    ///   - slidingWindow: positions a query sees, itself included; nil: all before it.
    ///   - output: [rows, H·D].
    func attend(
        _ qkv: Tensor,
        batch: Batch,
        queryHeadCount: Int,
        layer: Int,
        keyValues: PagedKeyValues,
        scale: Float,
        slidingWindow: Int?,
        into output: Tensor
    )

    /// output[i] = source[rows[i]].
    func gather(rows: [Int32], from source: Tensor, into output: Tensor)
}

extension Device {
    /// Makes weights of plain numbers, zeroed.
    public func makeMatrix(
        rowCount: Int,
        columnCount: Int,
        elementType: ElementType
    ) throws(ComputeError) -> Matrix {
        try makeMatrix(
            rowCount: rowCount,
            columnCount: columnCount,
            format: .float(elementType),
            columnOrder: nil
        )
    }

    /// A product that is the whole output.
    public func linear(
        _ x: Tensor,
        rows: Int,
        weight: Matrix,
        bias: Vector?,
        into output: Tensor,
        accumulate: Bool
    ) {
        precondition(output.columnCount == weight.rowCount, "the output has another width")
        linear(
            x,
            rows: rows,
            weight: weight,
            bias: bias,
            into: output,
            firstColumn: 0,
            accumulate: accumulate
        )
    }

    /// ``pack(_:of:firstRow:rowCount:into:)`` from an array of bytes.
    public func pack(
        bytes: [UInt8],
        of type: ElementType,
        firstRow: Int,
        rowCount: Int,
        into matrix: Matrix
    ) {
        unsafe pack(
            bytes.span.bytes,
            of: type,
            firstRow: firstRow,
            rowCount: rowCount,
            into: matrix
        )
    }
}
