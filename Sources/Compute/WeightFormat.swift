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
/// In GGUF's k-quants the scales and minimums of a super-block's groups are small integers, which a
/// scale of the super-block multiplies.
public struct IntegerFormat: Sendable, Hashable {
    /// What makes a code a signed number.
    public enum Offset: Sendable, Hashable {
        /// The zero is half of the range: 8 of four bits, 32 of six, 128 of eight.
        case midpoint
        /// A zero point, an integer from 0 to 255, for each group of a row.
        case zeroPoints
        /// A minimum, stored as the scales are, for each group of a row.
        case minimums
    }

    /// The group sizes the kernels know.
    public static let groupSizes = [16, 32, 64, 128]

    /// Bits of a code: 4, 6 or 8.
    ///
    /// Codes of six bits are stored as those of eight: being small, they are multiplied faster
    /// where there is no dot product of bytes.
    public let bitCount: Int
    /// Columns that share a scale: one of ``groupSizes``.
    public let groupSize: Int
    /// How scales and minimums are stored: those of groups, or where there are super-blocks theirs.
    public let scaleType: ElementType
    /// What makes a code a signed number.
    public let offset: Offset
    /// Groups of a super-block, a power of two; 1 where there are none.
    ///
    /// With super-blocks the scales and minimums of groups are integers from -128 to 127.
    public let superBlockGroupCount: Int

    /// Describes a format.
    public init(
        bitCount: Int,
        groupSize: Int,
        scaleType: ElementType,
        offset: Offset,
        superBlockGroupCount: Int = 1
    ) {
        precondition([4, 6, 8].contains(bitCount), "codes have four, six or eight bits")
        precondition(Self.groupSizes.contains(groupSize), "the kernels know no such group size")
        self.bitCount = bitCount
        self.groupSize = groupSize
        self.scaleType = scaleType
        self.offset = offset
        precondition(
            superBlockGroupCount > 0 && superBlockGroupCount.nonzeroBitCount == 1,
            "a super-block has a power of two of groups"
        )
        precondition(
            superBlockGroupCount == 1 || offset != .zeroPoints,
            "super-blocks have minimums or nothing"
        )
        self.superBlockGroupCount = superBlockGroupCount
    }

    /// The code of zero where ``offset`` is ``Offset/midpoint``.
    public var midpoint: Int { 1 << (bitCount - 1) }

    /// Groups of a row; the last may be shorter than the others.
    public func groupCount(columnCount: Int) -> Int {
        (columnCount + groupSize - 1) / groupSize
    }

    /// Super-blocks of a row; 0 where there are none.
    public func superBlockCount(columnCount: Int) -> Int {
        guard superBlockGroupCount > 1 else { return 0 }
        return (groupCount(columnCount: columnCount) + superBlockGroupCount - 1)
            / superBlockGroupCount
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
