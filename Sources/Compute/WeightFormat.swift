/// How the weights of a matrix are stored.
public enum WeightFormat: Sendable, Hashable {
    /// A number for each weight.
    case float(ElementType)
    /// An integer code for each weight, and a scale for each group of columns of a row.
    case integer(IntegerFormat)
}

/// Integer codes with a scale for each group of consecutive columns of a row.
///
///     weight[n][k] = scale[n][k / groupSize] · (code[n][k] - zero)
///     weight[n][k] = scale[n][k / groupSize] · code[n][k] + minimum[n][k / groupSize]
///
/// Codes are unsigned. The formats of AWQ, GPTQ, compressed-tensors and GGUF are all of this kind.
public struct IntegerFormat: Sendable, Hashable {
    /// What makes a code a signed number.
    public enum Offset: Sendable, Hashable {
        /// The zero is half of the range: 8 of four bits, 128 of eight.
        case midpoint
        /// A zero point, an integer from 0 to 255, for each group of a row.
        case zeroPoints
        /// A minimum, a number of the scales' type, for each group of a row.
        case minimums
    }

    /// The group sizes the kernels know.
    public static let groupSizes = [16, 32, 64, 128]

    /// Bits of a code: 4 or 8.
    public let bitCount: Int
    /// Columns that share a scale: one of ``groupSizes``.
    public let groupSize: Int
    /// How scales and minimums are stored.
    public let scaleType: ElementType
    /// What makes a code a signed number.
    public let offset: Offset

    /// Describes a format.
    public init(bitCount: Int, groupSize: Int, scaleType: ElementType, offset: Offset) {
        precondition(bitCount == 4 || bitCount == 8, "codes have four or eight bits")
        precondition(Self.groupSizes.contains(groupSize), "the kernels know no such group size")
        self.bitCount = bitCount
        self.groupSize = groupSize
        self.scaleType = scaleType
        self.offset = offset
    }

    /// The code of zero where ``offset`` is ``Offset/midpoint``.
    public var midpoint: Int { 1 << (bitCount - 1) }

    /// Groups of a row; the last may be shorter than the others.
    public func groupCount(columnCount: Int) -> Int {
        (columnCount + groupSize - 1) / groupSize
    }
}

extension IntegerFormat: CustomStringConvertible {
    /// Such as `int4 in groups of 128`.
    public var description: String { "int\(bitCount) in groups of \(groupSize)" }
}

extension WeightFormat: CustomStringConvertible {
    /// Such as `bfloat16` or `int4 in groups of 128`.
    public var description: String {
        switch self {
        case .float(let type): type.rawValue
        case .integer(let format): format.description
        }
    }
}
