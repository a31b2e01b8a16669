internal import CKernels

/// How a number is stored.
///
/// Arithmetic is float32 whatever the storage.
public enum ElementType: String, Sendable, CaseIterable {
    case float32, float16, bfloat16

    /// Bytes of one element.
    public var byteCount: Int { self == .float32 ? 4 : 2 }

    var kernelType: ck_type {
        switch self {
        case .float32: .CK_FLOAT32
        case .float16: .CK_FLOAT16
        case .bfloat16: .CK_BFLOAT16
        }
    }
}
