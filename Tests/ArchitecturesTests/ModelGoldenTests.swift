import Architectures
import Checkpoints
import Compute
import TestData
import Testing

/// Every model of the test data against what transformers computed for it.
@Suite(.enabled(if: TestData.isPresent)) struct ModelGoldenTests {
    private func model(
        _ folder: String,
        _ set: InstructionSet,
        roundsToIntegers: Bool = false
    ) throws -> TestModel {
        try TestModel(
            checkpoint(folder),
            instructionSet: set,
            roundsToIntegers: roundsToIntegers
        )
    }

    private func checkpoint(_ folder: String) throws -> Checkpoint {
        try Checkpoint(folder: TestData.path(folder))
    }

    @Test("models of other kinds", .disabled("not implemented: \(GoldenModel.skipped)"))
    func others() {}

    @Test(
        "prompts, greedy tokens and log-probabilities agree with transformers",
        arguments: GoldenModel.folders,
        InstructionSet.available
    )
    func agrees(folder: String, set: InstructionSet) throws {
        let model = try model(folder, set)
        let golden = try GoldenModel(folder: TestData.path(folder))
        expectAgreement(of: model, with: golden, "\(folder), \(set)")
    }

    @Test(
        "chunks, neighbours and threads do not change a bit",
        arguments: GoldenModel.folders,
        InstructionSet.available
    )
    func invariant(folder: String, set: InstructionSet) throws {
        let alone = try model(folder, set, roundsToIntegers: true)
        let beside = try TestModel(
            Checkpoint(folder: TestData.path(folder)),
            instructionSet: set,
            threadCount: 3,
            maxTokensPerStep: 512,
            roundsToIntegers: true
        )
        let cases = try GoldenModel(folder: TestData.path(folder)).cases
        // All requests in one batch, on another number of threads.
        let together = beside.run(
            cases.enumerated().map { index, golden in
                (golden.promptIDs, 0, beside.blocks(index, of: cases.count))
            }
        )
        var firstRow = 0
        for (index, golden) in cases.enumerated() {
            let place = Comment(rawValue: "\(folder), \(set), case \(index)")
            let whole = alone.run(golden.promptIDs, at: 0, blocks: alone.blocks())
            var chunked: [[Float]] = []
            for start in stride(from: 0, to: golden.promptIDs.count, by: 7) {
                let chunk = golden.promptIDs[start...].prefix(7)
                chunked += alone.run(Array(chunk), at: start, blocks: alone.blocks(1, of: 2))
            }
            #expect(bits(chunked) == bits(whole), "\(place), chunks of 7")
            let rows = Array(together[firstRow..<(firstRow + whole.count)])
            #expect(bits(rows) == bits(whole), "\(place), all cases in one batch")
            firstRow += whole.count
        }
    }

    @Test("rows whose logits nobody wants change nothing", arguments: GoldenModel.folders)
    func outputRows(folder: String) throws {
        let model = try model(folder, InstructionSet.best)
        let prompt = try #require(GoldenModel(folder: TestData.path(folder)).cases.last?.promptIDs)
        let whole = model.run(prompt, at: 0, blocks: model.blocks())
        let after = model.run([1], at: prompt.count, blocks: model.blocks())
        for wanted in [[], [0], [prompt.count - 1], [1, prompt.count / 2, prompt.count - 1]] {
            let batch = Batch(
                tokenIDs: prompt,
                positions: prompt.indices.map(Int32.init),
                sequences: [
                    BatchSequence(
                        firstRow: 0,
                        rowCount: prompt.count,
                        firstPosition: 0,
                        blocks: model.blocks()
                    )
                ],
                outputRows: wanted.map(Int32.init)
            )
            #expect(bits(model.run(batch)) == bits(wanted.map { whole[$0] }), "\(folder)")
            // What was computed for the cache is whole, too.
            let next = model.run([1], at: prompt.count, blocks: model.blocks())
            #expect(bits(next) == bits(after), "\(folder)")
        }
    }
}
