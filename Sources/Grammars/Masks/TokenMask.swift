/// Which tokens of a vocabulary may come next: one bit per token id.
///
/// Copies share their storage until one of them is changed.
public struct TokenMask: Sendable, Equatable {
    /// Bit `id % 64` of word `id / 64` is set where the token is allowed.
    public private(set) var words: [UInt64]
    /// How many token ids the mask speaks of; greater ids are not allowed.
    public let tokenCount: Int

    /// A mask that allows nothing.
    public init(tokenCount: Int) {
        self.tokenCount = max(0, tokenCount)
        words = Array(repeating: 0, count: (self.tokenCount + 63) / 64)
    }

    /// How many tokens are allowed.
    ///
    /// - Complexity: O(`tokenCount` / 64).
    public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Whether nothing is allowed.
    public var isEmpty: Bool { !words.contains { $0 != 0 } }

    /// Whether a token is allowed; false for ids out of range.
    public func contains(_ id: Int32) -> Bool {
        guard id >= 0, id < tokenCount else { return false }
        return words[Int(id) >> 6] >> UInt64(id & 63) & 1 == 1
    }

    /// The ids that are allowed, ascending.
    public var tokenIDs: [Int32] {
        words.enumerated().flatMap { index, word in
            (0..<64).filter { word >> UInt64($0) & 1 == 1 }.map { Int32(index * 64 + $0) }
        }
    }

    /// Allows a token; ids out of range are left out.
    public mutating func insert(_ id: Int32) {
        guard id >= 0, id < tokenCount else { return }
        words[Int(id) >> 6] |= 1 << UInt64(id & 63)
    }

    /// Forbids a token.
    public mutating func remove(_ id: Int32) {
        guard id >= 0, id < tokenCount else { return }
        words[Int(id) >> 6] &= ~(1 << UInt64(id & 63))
    }

    /// Allows what another mask of the same width allows.
    public mutating func formUnion(_ other: TokenMask) {
        for index in 0..<min(words.count, other.words.count) {
            words[index] |= other.words[index]
        }
    }
}
