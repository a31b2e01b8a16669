import Architectures
import Compute
import Scheduling

/// One row of logits and what it is for.
struct StepOutput {
    /// The entry of the plan it belongs to.
    let entryIndex: Int
    /// The position of the token whose successor the logits describe.
    let position: Int
    /// Whether the next token is drawn from it.
    let isSampled: Bool
    /// Whether the row is the token's hidden state instead of logits.
    let isHidden: Bool
}

/// A plan as one batch, with what each wanted row of it is for.
struct StepBatch {
    let batch: Batch
    /// Rows of logits, in the order of the batch's first output rows.
    private(set) var outputs: [StepOutput] = []
    /// Rows of hidden states, which come after them.
    private(set) var hidden: [StepOutput] = []

    init(_ plan: StepPlan, wantHidden: Set<RequestID>) {
        var tokenIDs: [Int32] = []
        var positions: [Int32] = []
        var sequences: [BatchSequence] = []
        var outputRows: [Int32] = []
        var hiddenRows: [Int32] = []
        let tokenCount = plan.tokenCount
        tokenIDs.reserveCapacity(tokenCount)
        positions.reserveCapacity(tokenCount)
        sequences.reserveCapacity(plan.entries.count)
        outputRows.reserveCapacity(plan.entries.count)
        outputs.reserveCapacity(plan.entries.count)
        for (entryIndex, entry) in plan.entries.enumerated() {
            let firstRow = tokenIDs.count
            let isHidden = wantHidden.contains(entry.id)
            let count = entry.tokenIDs.count
            sequences.append(
                BatchSequence(
                    firstRow: firstRow,
                    rowCount: count,
                    firstPosition: entry.firstPosition,
                    blocks: entry.blocks
                )
            )
            tokenIDs.append(contentsOf: entry.tokenIDs)
            for index in 0..<count {
                let position = entry.firstPosition + index
                positions.append(Int32(position))
                let isSampled = entry.samples && index == count - 1
                guard isSampled || entry.promptLogitRows.contains(index) else { continue }
                let output = StepOutput(
                    entryIndex: entryIndex,
                    position: position,
                    isSampled: isSampled,
                    isHidden: isHidden
                )
                if isHidden {
                    hiddenRows.append(Int32(firstRow + index))
                    hidden.append(output)
                } else {
                    outputRows.append(Int32(firstRow + index))
                    outputs.append(output)
                }
            }
        }
        batch = Batch(
            tokenIDs: tokenIDs,
            positions: positions,
            sequences: sequences,
            outputRows: outputRows + hiddenRows
        )
    }
}
