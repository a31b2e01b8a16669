import Architectures
import Checkpoints
import Compute

/// A model with a cache, run as an engine would run it, one request or several.
final class TestModel {
    let architecture: any Architecture
    let device: any Device
    let blockCount: Int
    private(set) var keyValues: PagedKeyValues

    init(
        _ checkpoint: Checkpoint,
        instructionSet: InstructionSet? = nil,
        threadCount: Int = 1,
        maxTokensPerStep: Int = 128,
        maxLogitRows: Int = 16,
        blockCount: Int = 64,
        quantization: WeightQuantization? = nil,
        activations: ElementType = .float32,
        roundsToIntegers: Bool = false,
        keyValueType: KeyValueType = .float32,
        cache: WeightCache? = nil
    ) throws {
        device = try CPUDevice(
            threadCount: threadCount,
            instructionSet: instructionSet,
            activations: activations,
            roundsToIntegers: roundsToIntegers
        )
        architecture = try ArchitectureRegistry.make(
            checkpoint.description,
            weights: checkpoint.openWeights(),
            quantization: quantization,
            keepsFloat32: true,
            cache: cache,
            device: device,
            maxTokensPerStep: maxTokensPerStep,
            maxLogitRows: maxLogitRows
        )
        self.blockCount = blockCount
        keyValues = try architecture.makeKeyValues(
            on: device,
            blockCount: blockCount,
            elementType: keyValueType
        )
    }

    /// A block table for request `number` of `count`: their blocks alternate, in falling order.
    func blocks(_ number: Int = 0, of count: Int = 1) -> [Int32] {
        (0..<blockCount / count).map { Int32(blockCount - 1 - ($0 * count + number)) }
    }

    /// Runs tokens of one request from a position on and returns the logits of each.
    func run(_ tokenIDs: [Int32], at position: Int, blocks: [Int32]) -> [[Float]] {
        run([(tokenIDs, position, blocks)])
    }

    /// Runs tokens of several requests in one batch and returns the logits of all rows.
    func run(_ requests: [(tokenIDs: [Int32], position: Int, blocks: [Int32])]) -> [[Float]] {
        var batch = Batch(tokenIDs: [], positions: [], sequences: [], outputRows: [])
        for request in requests {
            let count = request.tokenIDs.count
            batch.sequences.append(
                BatchSequence(
                    firstRow: batch.rowCount,
                    rowCount: count,
                    firstPosition: request.position,
                    blocks: request.blocks
                )
            )
            batch.tokenIDs += request.tokenIDs
            batch.positions += (0..<count).map { Int32(request.position + $0) }
        }
        batch.outputRows = (0..<batch.rowCount).map(Int32.init)
        return run(batch)
    }

    /// Runs a batch and returns the logits of its output rows.
    func run(_ batch: Batch) -> [[Float]] {
        architecture.forward(batch, keyValues: keyValues)
        let count = batch.outputRows.count
        return stride(from: 0, to: count, by: architecture.maxLogitRows).flatMap { start in
            let outputs = start..<min(count, start + architecture.maxLogitRows)
            let logits = architecture.logits(outputs: outputs)
            return (0..<outputs.count).map { row in
                logits.withRow(row) { row in row.indices.map { row[$0] } }
            }
        }
    }
}

/// The index of the largest element, the first one of several.
func argmax(_ row: [Float]) -> Int32 {
    Int32(row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 })
}

/// Natural logarithms of the softmax.
func logSoftmax(_ row: [Float]) -> [Float] {
    let maximum = row.max() ?? 0
    let sum = row.reduce(0.0) { $0 + exponential(Double($1 - maximum)) }
    return row.map { Float(Double($0 - maximum) - logarithm(sum)) }
}

/// The bits of rows of logits: equal only if every element is the same to the last one.
func bits(_ rows: [[Float]]) -> [[UInt32]] { rows.map { $0.map(\.bitPattern) } }
