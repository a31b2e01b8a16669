/// Memory for the input of a product, rounded to what its kernel multiplies.
///
/// It has room for any tensor a device has made, times any matrix.
public final class RoundedInput {
    private(set) var memory: Memory?
    private var rowCapacity = 0
    private var rowByteCount = 0

    init() {}

    func grow(toRows rows: Int) throws(ComputeError) {
        rowCapacity = max(rowCapacity, rows)
        try grow()
    }

    func grow(toRowByteCount byteCount: Int) throws(ComputeError) {
        rowByteCount = max(rowByteCount, byteCount)
        try grow()
    }

    private func grow() throws(ComputeError) {
        let byteCount = byteProduct(rowCapacity, rowByteCount)
        guard byteCount > 0, memory.map({ $0.byteCount < byteCount }) ?? true else { return }
        memory = nil
        memory = try Memory(byteCount: byteCount, purpose: "the input of products")
    }

    /// The memory for a product of `rows` rows.
    func base(rows: Int, rowByteCount: Int) -> UnsafeMutableRawPointer {
        guard let memory, memory.byteCount >= rows * rowByteCount else {
            preconditionFailure("the tensor or the matrix belongs to another device")
        }
        return unsafe memory.base
    }

    // MARK: - Layout

    /// Bytes of the input of one row for a matrix; 0 where it is not rounded, `Int.max` if that is
    /// no number of bytes.
    public static func rowByteCount(
        columnCount: Int,
        format: WeightFormat,
        activations: ElementType
    ) -> Int {
        switch format {
        case .float(.bfloat16) where activations == .bfloat16:
            byteProduct(narrowStride(columnCount), 2)
        case .float:
            0
        case .integer(let format):
            // Or its columns as they are, in another order.
            max(
                IntegerInputLayout(columnCount: columnCount, format: format).rowByteCount,
                byteProduct(columnCount, 4)
            )
        }
    }

    /// Elements from one row to the next in bfloat16: an odd number of lines; see Tensor.stride.
    static func narrowStride(_ columnCount: Int) -> Int {
        byteProduct((roundedTo16(columnCount) + 16) / 32 | 1, 32)
    }
}

/// Where the parts of an input rounded to integers lie: first the codes of all rows, then their
/// scales, then their sums.
struct IntegerInputLayout {
    /// Bytes from one row of codes to the next.
    let codeStride: Int
    /// Elements from one row of scales or sums to the next.
    let groupStride: Int

    init(columnCount: Int, format: IntegerFormat) {
        let columns = min(columnCount, Int.max / 8)
        let groupCount = format.groupCount(columnCount: columns)
        // Room for two bytes a code, which some kernels want; an odd number of lines.
        let codeBytes = groupCount * format.groupSize * (format.bitCount == 8 ? 2 : 1)
        codeStride = ((codeBytes + 63) / 64 | 1) * 64
        groupStride = roundedTo16(groupCount)
    }

    var rowByteCount: Int {
        let (bytes, overflow) = byteProduct(groupStride, 8).addingReportingOverflow(codeStride)
        return overflow ? Int.max : bytes
    }
}
