import Compute

/// The types a tensor of a GGUF file can have, by the numbers the format gives them.
///
/// A row is cut into blocks; each has its scales in front of or behind its codes.
enum GGUFTensorType: Equatable {
    /// One number an element.
    case float(ElementType)
    /// Blocks of integer codes that are linear in the code.
    case quantized(GGUFQuantization)
    /// Known by name, or by number only, but not implemented.
    case unsupported(String)

    init(number: UInt32) {
        switch number {
        case 0: self = .float(.float32)
        case 1: self = .float(.float16)
        case 30: self = .float(.bfloat16)
        default:
            if let quantization = GGUFQuantization(rawValue: number) {
                self = .quantized(quantization)
            } else {
                self = .unsupported(Self.otherNames[number] ?? "number \(number)")
            }
        }
    }

    /// The type's usual name.
    var name: String {
        switch self {
        case .float(.float32): "F32"
        case .float(.float16): "F16"
        case .float(.bfloat16): "BF16"
        case .quantized(let quantization): quantization.name
        case .unsupported(let name): name
        }
    }

    /// Elements of a block and its bytes; nil for a type that is not implemented.
    var block: (elementCount: Int, byteCount: Int)? {
        switch self {
        case .float(let type): (1, type.byteCount)
        case .quantized(let quantization): (quantization.blockSize, quantization.blockByteCount)
        case .unsupported: nil
        }
    }

    private static let otherNames: [UInt32: String] = [
        9: "Q8_1", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
        20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32",
        27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
    ]
}

/// The quantized types that are read.
///
/// All are exactly `scale · code + minimum` in groups of 16 or 32 columns, so each becomes an
/// ``IntegerFormat`` without loss; where the file has a float16 scale for 256 columns and small
/// integers that multiply it, one with super-blocks.
enum GGUFQuantization: UInt32 {
    case q4x0 = 2, q4x1 = 3, q5x0 = 6, q5x1 = 7, q8x0 = 8
    case q2k = 10, q3k = 11, q4k = 12, q5k = 13, q6k = 14

    var name: String {
        switch self {
        case .q4x0: "Q4_0"
        case .q4x1: "Q4_1"
        case .q5x0: "Q5_0"
        case .q5x1: "Q5_1"
        case .q8x0: "Q8_0"
        case .q2k: "Q2_K"
        case .q3k: "Q3_K"
        case .q4k: "Q4_K"
        case .q5k: "Q5_K"
        case .q6k: "Q6_K"
        }
    }

    /// Consecutive columns that are stored together.
    var blockSize: Int {
        switch self {
        case .q4x0, .q4x1, .q5x0, .q5x1, .q8x0: 32
        case .q2k, .q3k, .q4k, .q5k, .q6k: 256
        }
    }

    var blockByteCount: Int {
        switch self {
        case .q4x0: 18
        case .q4x1: 20
        case .q5x0: 22
        case .q5x1: 24
        case .q8x0: 34
        case .q2k: 84
        case .q3k: 110
        case .q4k: 144
        case .q5k: 176
        case .q6k: 210
        }
    }

    /// What the codes become; lossless.
    var format: IntegerFormat {
        let bitCount: Int
        let offset: IntegerFormat.Offset
        switch self {
        case .q4x0, .q3k: (bitCount, offset) = (4, .midpoint)
        case .q4x1, .q4k, .q2k: (bitCount, offset) = (4, .minimums)
        case .q5x1, .q5k: (bitCount, offset) = (6, .minimums)
        case .q5x0, .q6k: (bitCount, offset) = (6, .midpoint)
        case .q8x0: (bitCount, offset) = (8, .midpoint)
        }
        let groupSize = [.q2k, .q3k, .q6k].contains(self) ? 16 : 32
        return IntegerFormat(
            bitCount: bitCount,
            groupSize: groupSize,
            scaleType: .float16,
            offset: offset,
            superBlockGroupCount: blockSize / groupSize
        )
    }
}
