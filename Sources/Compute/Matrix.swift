internal import CKernels

/// Weights [rows, columns] of a linear layer or an embedding, in panels of 16 rows.
///
///     float32, float16   [panels][columns][16]
///     bfloat16           [panels][ceil(columns / 2)][16][2]
///     integers           scales, offsets and codes by group; see ck_integer_matrix
///
/// New matrices are zero; the device's `pack` operations fill them.
public final class Matrix {
    /// Rows: outputs of a linear layer, tokens of an embedding.
    public let rowCount: Int
    /// Columns: inputs of a linear layer.
    public let columnCount: Int
    /// How the weights are stored.
    public let format: WeightFormat
    /// Column k of the stored weights belongs to input `columnOrder[k]`; nil: to input k.
    public let columnOrder: [Int32]?
    let memory: Memory

    init(
        rowCount: Int,
        columnCount: Int,
        format: WeightFormat,
        columnOrder: [Int32]? = nil
    ) throws(ComputeError) {
        if let columnOrder {
            precondition(
                columnOrder.count == columnCount
                    && columnOrder.allSatisfy { $0 >= 0 && $0 < columnCount },
                "the order of columns names columns that are not there"
            )
        }
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.format = format
        self.columnOrder = columnOrder
        memory = try Memory(
            byteCount: Self.byteCount(rowCount: rowCount, columnCount: columnCount, format: format),
            purpose: "weights [\(rowCount), \(columnCount)] in \(format)"
        )
    }

    /// Bytes a matrix of this shape takes; `Int.max` if that is no number of bytes.
    public static func byteCount(rowCount: Int, columnCount: Int, format: WeightFormat) -> Int {
        switch format {
        case .float(let type):
            let columns =
                type == .bfloat16 && columnCount < Int.max
                ? (columnCount + 1) / 2 * 2 : columnCount
            return byteProduct(roundedTo16(rowCount), columns, type.byteCount)
        case .integer(let format):
            return byteProduct(
                roundedTo16(rowCount) / 16,
                format.panelByteCount(columnCount: columnCount)
            )
        }
    }

    /// Bytes of a matrix of plain numbers.
    public static func byteCount(rowCount: Int, columnCount: Int, elementType: ElementType) -> Int {
        byteCount(rowCount: rowCount, columnCount: columnCount, format: .float(elementType))
    }

    /// Lends the packed weights: the same bytes on every machine of the same byte order.
    public func withPackedBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = unsafe UnsafeRawBufferPointer(start: memory.base, count: memory.byteCount)
        return try unsafe body(bytes.bytes)
    }

    var panelCount: Int { (rowCount + 15) / 16 }

    /// The matrix for the kernels of plain numbers.
    func kernelMatrix(_ type: ElementType) -> ck_matrix {
        unsafe ck_matrix(
            panels: memory.base,
            type: type.kernelType,
            row_count: rowCount,
            column_count: columnCount
        )
    }

    /// The matrix for the kernels of integers.
    func kernelMatrix(_ format: IntegerFormat) -> ck_integer_matrix {
        unsafe ck_integer_matrix(
            panels: memory.base,
            row_count: rowCount,
            column_count: columnCount,
            group_size: format.groupSize,
            bit_count: Int32(format.bitCount),
            scale_type: format.scaleType.kernelType,
            offset: format.offset.kernelOffset,
            super_block_bits: Int32(format.superBlockGroupCount.trailingZeroBitCount)
        )
    }
}

extension IntegerFormat {
    /// Bytes of sixteen rows; `Int.max` if that is no number of bytes.
    fileprivate func panelByteCount(columnCount: Int) -> Int {
        guard columnCount < Int.max - groupSize else { return Int.max }
        let groupCount = groupCount(columnCount: columnCount)
        let superCount = superBlockCount(columnCount: columnCount)
        let numbersPerSuper = offset == .minimums ? 2 : 1
        let groupBytes = byteProduct(groupCount, 16, groupScaleByteCount + offsetByteCount)
        let superBytes = byteProduct(superCount, 16, numbersPerSuper * scaleType.byteCount)
        let lineBytes = byteProduct(groupCount, groupSize, bitCount == 4 ? 8 : 16)
        let (head, headOverflow) = groupBytes.addingReportingOverflow(superBytes)
        let (sum, overflow) = head.addingReportingOverflow(63)
        if headOverflow || overflow { return Int.max }
        let (bytes, overflows) = (sum / 64 * 64).addingReportingOverflow(lineBytes)
        return overflows ? Int.max : bytes
    }

    private var groupScaleByteCount: Int { superBlockGroupCount > 1 ? 1 : scaleType.byteCount }

    private var offsetByteCount: Int {
        switch offset {
        case .midpoint: 0
        case .zeroPoints: 1
        case .minimums: groupScaleByteCount
        }
    }
}

extension IntegerFormat.Offset {
    fileprivate var kernelOffset: ck_offset {
        switch self {
        case .midpoint: .CK_MIDPOINT
        case .zeroPoints: .CK_ZERO_POINTS
        case .minimums: .CK_MINIMUMS
        }
    }
}
