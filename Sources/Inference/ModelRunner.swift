package import Architectures
package import Compute
import Scheduling

/// Turns a step's plan into one batch for the model, and hands out the logits it asked for.
///
/// It lives on the engine's thread: the model and the KV cache are not Sendable.
package struct ModelRunner {
    /// Rows of logits computed at a time: enough for a full batch, small beside the weights.
    static let maxLogitRows = 64

    /// One row of logits and what it is for.
    struct Output {
        /// The entry of the plan it belongs to.
        let entryIndex: Int
        /// The position of the token whose successor the logits describe.
        let position: Int
        /// Whether the next token is drawn from it.
        let isSampled: Bool
        /// Whether the row is the token's hidden state instead of logits.
        var isHidden = false
    }

    let model: any Architecture
    let keyValues: PagedKeyValues
    private let trace: Trace?

    /// A runner of `model` that keeps keys and values in `keyValues`.
    package init(
        model: any Architecture,
        keyValues: PagedKeyValues,
        trace: Trace? = nil
    ) {
        self.model = model
        self.keyValues = keyValues
        self.trace = trace
    }

    /// Computes a plan; calls `body` once for each wanted row: first those of logits, in order,
    /// then those of hidden states.
    ///
    /// A row is wanted if the next token is sampled from it or if the request asked for the
    /// log-probabilities of its prompt. The requests in `wantHidden` get hidden
    /// states instead.
    func run(
        _ plan: StepPlan,
        wantHidden: Set<RequestID> = [],
        _ body: (Output, Span<Float>) -> Void
    ) {
        guard !plan.entries.isEmpty else { return }
        trace?.begin(.prepare)
        var tokenIDs: [Int32] = []
        var positions: [Int32] = []
        var sequences: [BatchSequence] = []
        var outputRows: [Int32] = []
        var outputs: [Output] = []
        var hiddenRows: [Int32] = []
        var hidden: [Output] = []
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
                var output = Output(
                    entryIndex: entryIndex,
                    position: position,
                    isSampled: isSampled
                )
                if isHidden {
                    output.isHidden = true
                    hiddenRows.append(Int32(firstRow + index))
                    hidden.append(output)
                } else {
                    outputRows.append(Int32(firstRow + index))
                    outputs.append(output)
                }
            }
        }
        let batch = Batch(
            tokenIDs: tokenIDs,
            positions: positions,
            sequences: sequences,
            outputRows: outputRows + hiddenRows
        )
        trace?.next(.forward)
        model.forward(batch, keyValues: keyValues)
        trace?.end()
        var first = 0
        while first < outputs.count {
            let end = min(first + Self.maxLogitRows, outputs.count)
            trace?.begin(.head)
            let logits = model.logits(outputs: first..<end)
            trace?.next(.sampling)
            for index in first..<end {
                logits.withRow(index - first) { body(outputs[index], $0) }
            }
            trace?.end()
            first = end
        }
        for (index, output) in hidden.enumerated() {
            model.hiddenOutputs.withRow(outputs.count + index) { body(output, $0) }
        }
    }
}
