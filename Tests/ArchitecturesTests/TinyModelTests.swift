import Architectures
import Checkpoints
import Compute
import TestData
import Testing

/// The model of Examples/tiny-random, which needs no test data.
@Suite struct TinyModelTests {
    static let folder = TestData.packageRoot + "/Examples/tiny-random"

    @Test("the tiny model computes what its script computed", arguments: InstructionSet.available)
    func golden(set: InstructionSet) throws {
        let checkpoint = try Checkpoint(folder: Self.folder)
        #expect(checkpoint.hasTokenizer)
        #expect(checkpoint.eosTokenIDs == [1])
        let model = try TestModel(checkpoint, instructionSet: set)
        expectAgreement(of: model, with: try GoldenModel(folder: Self.folder), "\(set)")
    }

    @Test("other types of weights stay near", arguments: [ElementType.float32, .float16])
    func converted(type: ElementType) throws {
        var checkpoint = try Checkpoint(folder: Self.folder)
        // Both hold these bfloat16 values exactly, so the results are those of the golden file.
        checkpoint.description.weightType = type
        let model = try TestModel(checkpoint)
        expectAgreement(of: model, with: try GoldenModel(folder: Self.folder), "\(type)")
    }

    @Test(
        "chunks and neighbours change no bit, whatever the types",
        arguments: InstructionSet.available,
        KeyValueType.allCases
    )
    func invariant(set: InstructionSet, keyValueType: KeyValueType) throws {
        let prompts = try GoldenModel(folder: Self.folder).cases.map(\.promptIDs)
        let prompt = try #require(prompts.last)
        let choices: [(ElementType, WeightQuantization?)] = [
            (.float32, nil), (.bfloat16, nil), (.float32, .int8), (.bfloat16, .int4),
        ]
        for (activations, quantization) in choices {
            let model = try TestModel(
                Checkpoint(folder: Self.folder),
                instructionSet: set,
                threadCount: 2,
                maxTokensPerStep: 256,
                quantization: quantization,
                activations: activations,
                roundsToIntegers: true,
                keyValueType: keyValueType
            )
            let whole = bits(model.run(prompt, at: 0, blocks: model.blocks()))
            for size in [1, 7, 16, 33] {
                var chunks: [[Float]] = []
                for start in stride(from: 0, to: prompt.count, by: size) {
                    let chunk = Array(prompt[start...].prefix(size))
                    chunks += model.run(chunk, at: start, blocks: model.blocks(1, of: 2))
                }
                #expect(bits(chunks) == whole, "chunks of \(size), activations \(activations)")
            }
            let together = model.run(
                prompts.enumerated().map { index, prompt in
                    (prompt, 0, model.blocks(index, of: prompts.count))
                }
            )
            #expect(bits(together).suffix(prompt.count) == whole[...], "\(activations)")
        }
    }

    @Test("random weights run, and the seed decides what they say")
    func dummy() throws {
        let prompt: [Int32] = [0, 5, 300]
        func logits(seed: UInt64) throws -> [[Float]] {
            let checkpoint = try Checkpoint(folder: Self.folder, loadFormat: .dummy(seed: seed))
            let model = try TestModel(checkpoint)
            return model.run(prompt, at: 0, blocks: model.blocks())
        }
        let first = try logits(seed: 1)
        #expect(first.joined().allSatisfy { $0.isFinite })
        #expect(try logits(seed: 1) == first)
        #expect(try logits(seed: 2) != first)
    }

    @Test("the context may be made shorter than the model's")
    func shorterContext() throws {
        var checkpoint = try Checkpoint(folder: Self.folder)
        let whole = try ArchitectureRegistry.memory(
            of: checkpoint.description,
            maxTokensPerStep: 16
        )
        checkpoint.description.contextLength = 64
        let short = try ArchitectureRegistry.memory(
            of: checkpoint.description,
            maxTokensPerStep: 16
        )
        #expect(whole.weightByteCount - short.weightByteCount == (512 - 64) * 8 * 8)
        let model = try TestModel(checkpoint)
        let golden = try GoldenModel(folder: Self.folder).cases[1]
        let rows = model.run(golden.promptIDs, at: 0, blocks: model.blocks())
        #expect(rows.map(argmax) == golden.argmaxAll)
    }
}
