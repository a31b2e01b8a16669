package import Architectures
package import Compute
import Scheduling

/// Turns a step's plan into one batch for the model, and hands out the logits it asked for.
///
/// It lives on the engine's thread: the model and the KV cache are not Sendable.
package struct ModelRunner {
    /// Rows of logits computed at a time: enough for a full batch, small beside the weights.
    static let maxLogitRows = 64

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
        _ body: (StepOutput, Span<Float>) -> Void
    ) {
        guard !plan.entries.isEmpty else { return }
        trace?.begin(.prepare)
        let step = StepBatch(plan, wantHidden: wantHidden)
        let outputs = step.outputs
        trace?.next(.forward)
        model.forward(step.batch, keyValues: keyValues)
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
        for (index, output) in step.hidden.enumerated() {
            model.hiddenOutputs.withRow(outputs.count + index) { body(output, $0) }
        }
    }
}
