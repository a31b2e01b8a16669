public import Compute

/// Weights of a checkpoint of plain numbers, rounded to integers while they are loaded.
public enum WeightQuantization: String, Sendable, CaseIterable {
    /// Eight bits in groups of 128: next to no loss.
    case int8
    /// Four bits in groups of 128 with zero points, the range of a group chosen for the smallest
    /// squared error; embedding and head with eight bits.
    case int4

    /// The format of the projections within the layers.
    public var projections: IntegerFormat {
        switch self {
        case .int8: tables
        case .int4:
            IntegerFormat(bitCount: 4, groupSize: 128, scaleType: .float16, offset: .zeroPoints)
        }
    }

    /// The format of embedding and head.
    public var tables: IntegerFormat {
        IntegerFormat(bitCount: 8, groupSize: 128, scaleType: .float16, offset: .midpoint)
    }
}
