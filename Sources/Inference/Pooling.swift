/// How the hidden states of a text become one vector.
public enum Pooling: String, Sendable, CaseIterable {
    /// Their mean over all tokens.
    case mean
    /// The one of the last token.
    case last
}

/// The vector of a text while its hidden states come in.
struct PooledText {
    private let pooling: Pooling
    private var sum: [Double] = []
    private var rowCount = 0

    init(_ pooling: Pooling) { self.pooling = pooling }

    /// Takes the hidden state of the next token; each token's comes once, in order.
    mutating func add(_ row: Span<Float>) {
        if pooling == .last || sum.isEmpty { sum = Array(repeating: 0, count: row.count) }
        rowCount = pooling == .last ? 1 : rowCount + 1
        for index in 0..<row.count { sum[index] += Double(row[index]) }
    }

    /// The vector, of length 1; nil if a hidden state is not finite.
    var vector: [Float]? {
        var squares = 0.0
        for element in sum { squares += element * element }
        // The length takes out the number of rows as well.
        guard squares.isFinite, squares > 0 else { return nil }
        let scale = 1 / squares.squareRoot()
        return sum.map { Float($0 * scale) }
    }
}
