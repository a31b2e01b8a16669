/// Exact statistics of measured values: all of them are kept, none is put into a bucket.
public struct Statistics: Sendable, Equatable, Codable {
    /// How many values there are.
    public let count: Int
    /// Their sum over their number; 0 without values, like the rest.
    public let mean: Double
    /// Half of the values are at most this.
    public let p50: Double
    /// Nine of ten values are at most this.
    public let p90: Double
    /// 99 of 100 values are at most this.
    public let p99: Double
    /// The least value.
    public let minimum: Double
    /// The greatest value.
    public let maximum: Double

    /// Statistics of values in any order.
    public init(_ values: [Double]) {
        let sorted = values.sorted()
        count = sorted.count
        mean = sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count)
        p50 = Self.percentile(50, of: sorted)
        p90 = Self.percentile(90, of: sorted)
        p99 = Self.percentile(99, of: sorted)
        minimum = sorted.first ?? 0
        maximum = sorted.last ?? 0
    }

    /// The value below which `percent` of ascending values lie, between two of them on a straight
    /// line; the definition of numpy, so that figures compare with those of other clients.
    public static func percentile(_ percent: Double, of sorted: [Double]) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = percent / 100 * Double(sorted.count - 1)
        guard place > 0 else { return sorted[0] }
        let index = Int(place)
        guard index + 1 < sorted.count else { return last }
        return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
}
