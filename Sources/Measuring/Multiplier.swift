import CLimits
public import Compute

/// A kind of multiplier that a CPU may have.
public enum Multiplier: String, Sendable, CaseIterable {
    case float32Scalar = "float32, scalar"
    case float32AVX2 = "float32 FMA, AVX2"
    case float32AVX512 = "float32 FMA, AVX-512"
    case float32NEON = "float32 FMA, NEON"
    case bfloat16AVX512 = "bfloat16 dpbf16ps, AVX-512"
    case int8AVX2 = "int8 maddubs widened, AVX2"
    case int8ShortAVX2 = "int8 maddubs in 16 bits, AVX2"
    case int8AVX512 = "int8 maddubs widened, AVX-512"
    case int8ShortAVX512 = "int8 maddubs in 16 bits, AVX-512"
    case int8AVXVNNI = "int8 dpbusd, AVX-VNNI"
    case int8AVX512VNNI = "int8 dpbusd, AVX-512 VNNI"
    case int8NEONDot = "int8 sdot, NEON"

    /// What is multiplied.
    public enum Operand: String, Sendable, CaseIterable {
        case float32, bfloat16, int8
    }

    /// What is multiplied; sums are wider.
    public var operand: Operand {
        switch self {
        case .float32Scalar, .float32AVX2, .float32AVX512, .float32NEON: .float32
        case .bfloat16AVX512: .bfloat16
        default: .int8
        }
    }

    /// The kernels' instruction set that could use it.
    public var instructionSet: InstructionSet {
        switch self {
        case .float32Scalar: .scalar
        case .float32AVX2, .int8AVX2, .int8ShortAVX2, .int8AVXVNNI: .avx2
        case .float32NEON, .int8NEONDot: .neon
        default: .avx512
        }
    }

    /// Whether this CPU and this build have it.
    public var isAvailable: Bool { cl_unit_is_available(unit) }

    var unit: cl_unit {
        switch self {
        case .float32Scalar: .CL_FLOAT32_SCALAR
        case .float32AVX2: .CL_FLOAT32_AVX2
        case .float32AVX512: .CL_FLOAT32_AVX512
        case .float32NEON: .CL_FLOAT32_NEON
        case .bfloat16AVX512: .CL_BFLOAT16_AVX512
        case .int8AVX2: .CL_INT8_AVX2
        case .int8ShortAVX2: .CL_INT8_AVX2_SHORT
        case .int8AVX512: .CL_INT8_AVX512
        case .int8ShortAVX512: .CL_INT8_AVX512_SHORT
        case .int8AVXVNNI: .CL_INT8_AVX_VNNI
        case .int8AVX512VNNI: .CL_INT8_AVX512_VNNI
        case .int8NEONDot: .CL_INT8_NEON_DOT
        }
    }
}
