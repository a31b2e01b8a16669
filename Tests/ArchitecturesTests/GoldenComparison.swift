import Architectures
import Checkpoints
import Testing

/// float32 arithmetic in another order stays this near; the test data was checked with it.
private let tolerance: Float = 1e-3

/// Compares a model with its golden results: prompts, greedy tokens, log-probabilities.
func expectAgreement(of model: TestModel, with golden: GoldenModel, _ name: String) {
    for (index, golden) in golden.cases.enumerated() {
        expectAgreement(of: model, with: golden, Comment(rawValue: "\(name), case \(index)"))
    }
}

private func expectAgreement(of model: TestModel, with golden: GoldenModel.Case, _ place: Comment) {
    let blocks = model.blocks()
    let rows = model.run(golden.promptIDs, at: 0, blocks: blocks)
    #expect(rows.map(argmax) == golden.argmaxAll, place)
    var last = rows.last ?? []
    #expect(last.count == golden.lastLogits.count, place)
    #expect(largestDifference(last, golden.lastLogits) < tolerance, place)
    for (step, expected) in golden.greedyIDs.enumerated() {
        let found = argmax(last)
        guard found == expected else {
            Issue.record("\(place), step \(step): token \(found), expected \(expected)")
            return
        }
        let logprobs = logSoftmax(last)
        let top = golden.top5[step]
        let difference = largestDifference(top.ids.map { logprobs[Int($0)] }, top.logprobs)
        #expect(difference < tolerance, "\(place), step \(step)")
        let position = golden.promptIDs.count + step
        guard position < model.architecture.description.contextLength else { return }
        last = model.run([expected], at: position, blocks: blocks).first ?? []
    }
}

/// Not a number when there is nothing to compare, so that no comparison passes.
private func largestDifference(_ found: [Float], _ expected: [Float]) -> Float {
    zip(found, expected).map { abs($0 - $1) }.max() ?? .nan
}
