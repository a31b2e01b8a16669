/// Float32 activations [rows, columns], row-major.
///
/// A row begins on a 64-byte line. What an operation does not write keeps its old content.
public final class Tensor {
    /// Rows there is room for.
    public let rowCapacity: Int
    /// Elements of a row.
    public let columnCount: Int
    /// Elements from one row to the next.
    let stride: Int
    let memory: Memory

    init(rowCapacity: Int, columnCount: Int) throws(ComputeError) {
        self.rowCapacity = rowCapacity
        self.columnCount = columnCount
        stride = Self.stride(columnCount)
        memory = try Memory(
            byteCount: Self.byteCount(rowCapacity: rowCapacity, columnCount: columnCount),
            purpose: "activations [\(rowCapacity), \(columnCount)]"
        )
    }

    /// Bytes a tensor of this shape takes; `Int.max` if that is no number of bytes.
    public static func byteCount(rowCapacity: Int, columnCount: Int) -> Int {
        byteProduct(rowCapacity, stride(columnCount), 4)
    }

    /// Reads one row.
    public func withRow<Result, Failure: Error>(
        _ row: Int,
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe UnsafeBufferPointer(start: pointer(row: row), count: columnCount)
        return try unsafe body(buffer.span)
    }

    /// Writes one row.
    public func withMutableRow<Result, Failure: Error>(
        _ row: Int,
        _ body: (inout MutableSpan<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let start = unsafe pointer(row: row)
        var span = unsafe UnsafeMutableBufferPointer(start: start, count: columnCount).mutableSpan
        return try body(&span)
    }

    func pointer(row: Int) -> UnsafeMutablePointer<Float> {
        precondition(row >= 0 && row < rowCapacity, "the row is outside of the tensor")
        return unsafe memory.floats + row * stride
    }

    /// An odd number of lines, so that the rows of a tile do not fall on the same set of the
    /// first-level cache, as those of 2048 columns would.
    ///
    /// There is room for 15 elements more: a product that ends with the last column writes them.
    private static func stride(_ columnCount: Int) -> Int {
        let lineCount = (roundedTo16(columnCount) / 16 &+ (columnCount < Int.max ? 1 : 0)) | 1
        return byteProduct(lineCount, 16)
    }
}

/// Float32 parameters: the weights of a norm, a bias.
public final class Vector {
    /// Elements.
    public let count: Int
    let memory: Memory

    init(_ elements: [Float]) throws(ComputeError) {
        count = elements.count
        memory = try Memory(
            byteCount: Self.byteCount(count: count),
            purpose: "a vector of \(count)"
        )
        unsafe elements.withUnsafeBytes {
            unsafe memory.base.copyMemory(
                from: $0.baseAddress ?? UnsafeRawPointer(memory.base),
                byteCount: $0.count
            )
        }
    }

    /// Bytes a vector takes.
    public static func byteCount(count: Int) -> Int {
        byteProduct(roundedTo16(count), 4)
    }
}
