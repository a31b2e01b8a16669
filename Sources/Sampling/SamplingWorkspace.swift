/// Memory for one row at a time, kept between rows so that sampling allocates nothing.
///
/// One serves all requests of a thread, one after the other; it carries nothing from row to row.
public struct SamplingWorkspace: Sendable {
    /// The row with masks, bias and penalties.
    var row: [Float] = []
    /// Weight of each token of the row, not normalized.
    var weights: [Float] = []
    /// Sums of ``weights`` over 1024 tokens each.
    var blockSums: [Double] = []
    /// Tokens that may still be chosen, where they are few.
    var candidates: [RankedToken] = []

    /// An empty workspace; it grows with the first row.
    public init() {}

    mutating func copyRow(_ logits: Span<Float>) {
        row.removeAll(keepingCapacity: true)
        row.reserveCapacity(logits.count)
        for index in 0..<logits.count { row.append(logits[index]) }
    }
}
