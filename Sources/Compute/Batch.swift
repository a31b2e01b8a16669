/// The rows of one request in a batch: new tokens at consecutive positions.
public struct BatchSequence: Sendable, Equatable {
    /// First row in the batch.
    public var firstRow: Int
    /// Rows.
    public var rowCount: Int
    /// Position of the first row.
    public var firstPosition: Int
    /// `blocks[p / 16]` holds position p; reaches at least to the last row's position.
    public var blocks: [Int32]

    /// Describes the rows of one request.
    public init(firstRow: Int, rowCount: Int, firstPosition: Int, blocks: [Int32]) {
        self.firstRow = firstRow
        self.rowCount = rowCount
        self.firstPosition = firstPosition
        self.blocks = blocks
    }
}

/// What one step computes: a row per token, of all requests one after another.
public struct Batch: Sendable, Equatable {
    /// The token of each row.
    public var tokenIDs: [Int32]
    /// The position of each row in its request.
    public var positions: [Int32]
    /// The requests, each with its rows.
    public var sequences: [BatchSequence]
    /// Rows whose logits are wanted, ascending.
    public var outputRows: [Int32]

    /// Describes one step.
    public init(
        tokenIDs: [Int32],
        positions: [Int32],
        sequences: [BatchSequence],
        outputRows: [Int32]
    ) {
        self.tokenIDs = tokenIDs
        self.positions = positions
        self.sequences = sequences
        self.outputRows = outputRows
    }

    /// Rows.
    public var rowCount: Int { tokenIDs.count }
}
