internal import CKernels

/// How keys and values are stored.
public enum KeyValueType: String, Sendable, CaseIterable {
    case float32, float16, bfloat16
    /// Signed bytes, with a float32 scale for each position of a head: half of the memory of
    /// bfloat16, and a rounding to 1/254 of a head's largest element.
    case int8

    /// The type that keeps elements of `type` as they are.
    public init(_ type: ElementType) {
        self =
            switch type {
            case .float32: .float32
            case .float16: .float16
            case .bfloat16: .bfloat16
            }
    }

    /// Bytes of one block of one head, whose positions have `dimension` elements each.
    func blockByteCount(dimension: Int) -> Int {
        let slots = PagedKeyValues.slotsPerBlock
        let (elementByteCount, scaleByteCount) =
            switch self {
            case .float32: (4, 0)
            case .float16, .bfloat16: (2, 0)
            case .int8: (1, 4)
            }
        let bytes = byteProduct(slots, dimension, elementByteCount)
        let (sum, overflow) = bytes.addingReportingOverflow(slots * scaleByteCount)
        return overflow ? Int.max : sum
    }

    var kernelType: ck_type {
        switch self {
        case .float32: .CK_FLOAT32
        case .float16: .CK_FLOAT16
        case .bfloat16: .CK_BFLOAT16
        case .int8: .CK_INT8
        }
    }
}
