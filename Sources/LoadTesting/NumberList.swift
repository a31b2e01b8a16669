/// A list of numbers as options have it: `1,2,4`.
public struct NumberList: Sendable, Equatable, CustomStringConvertible {
    /// The numbers, in the order given; at least one, all finite.
    public let values: [Double]

    /// A list of finite numbers.
    public init(_ values: [Double]) {
        self.values = values
    }

    /// Reads a list; nil if anything in it is no finite number.
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Double($0) }
        guard numbers.count == parts.count, numbers.allSatisfy(\.isFinite) else { return nil }
        values = numbers
    }

    /// The numbers as counts from 1 to 2^20; nil if one is none.
    public var counts: [Int]? {
        let counts = values.compactMap { Int(exactly: $0) }
        guard counts.count == values.count, counts.allSatisfy({ 1...(1 << 20) ~= $0 }) else {
            return nil
        }
        return counts
    }

    /// The list as an option.
    public var description: String {
        values.map { Int(exactly: $0).map { "\($0)" } ?? "\($0)" }.joined(separator: ",")
    }
}
