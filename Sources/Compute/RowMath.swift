internal import CKernels

/// Reductions over a row, with the vector instructions of ``InstructionSet/best``.
public enum RowMath {
    private nonisolated(unsafe) static let kernels = Kernels(.best)

    /// Index of the first largest element; 0 for an empty row.
    ///
    /// NaN is never the largest.
    public static func argmax(_ row: Span<Float>) -> Int {
        unsafe row.withUnsafeBufferPointer { row in
            guard let base = row.baseAddress else { return 0 }
            return unsafe kernels.table.pointee.argmax(base, row.count)
        }
    }

    /// The largest element; -infinity for an empty row.
    ///
    /// NaN is passed over.
    public static func maximum(_ row: Span<Float>) -> Float {
        unsafe row.withUnsafeBufferPointer { row in
            guard let base = row.baseAddress else { return -.infinity }
            return unsafe kernels.table.pointee.maximum(base, row.count)
        }
    }

    /// log(sum(exp(x))); -infinity for an empty row.
    public static func logSumExp(_ row: Span<Float>) -> Float {
        unsafe row.withUnsafeBufferPointer { row in
            guard let base = row.baseAddress else { return -.infinity }
            return unsafe kernels.table.pointee.log_sum_exp(base, row.count)
        }
    }

    /// Whether no element is infinite or NaN.
    public static func allFinite(_ row: Span<Float>) -> Bool {
        unsafe row.withUnsafeBufferPointer { row in
            guard let base = row.baseAddress else { return true }
            return unsafe kernels.table.pointee.all_finite(base, row.count)
        }
    }
}
