import Compute
import Testing

/// A sequence's queries, keys and values, one row per position.
struct AttentionCase {
    let dimension: Int
    let queryHeads: Int
    let keyValueHeads: Int
    let window: Int?
    let rows: [[Float]]

    var width: Int { (queryHeads + 2 * keyValueHeads) * dimension }
    var scale: Float { 1 / Float(dimension).squareRoot() }

    init(
        length: Int,
        dimension: Int,
        queryHeads: Int,
        keyValueHeads: Int,
        window: Int? = nil,
        seed: UInt64 = 1
    ) {
        var random = TestRandom(seed: seed &+ UInt64(length))
        self.dimension = dimension
        self.queryHeads = queryHeads
        self.keyValueHeads = keyValueHeads
        self.window = window
        let width = (queryHeads + 2 * keyValueHeads) * dimension
        rows = (0..<length).map { _ in random.floats(width).map { $0 * 2 } }
    }

    /// In double precision, with keys and values rounded as stored.
    func oracle(position: Int, type: KeyValueType) -> [Double] {
        let first = window.map { max(0, position - $0 + 1) } ?? 0
        let group = queryHeads / keyValueHeads
        return (0..<queryHeads).flatMap { head -> [Double] in
            let keyColumn = (queryHeads + head / group) * dimension
            let valueColumn = keyColumn + keyValueHeads * dimension
            let scores = (first...position).map { p in
                let key = Self.stored(rows[p][keyColumn..<keyColumn + dimension], type)
                return (0..<dimension).reduce(0.0) {
                    $0 + Double(rows[position][head * dimension + $1]) * Double(scale)
                        * Double(key[$1])
                }
            }
            let values = (first...position).map { p in
                Self.stored(rows[p][valueColumn..<valueColumn + dimension], type)
            }
            let largest = scores.max() ?? 0
            let weights = scores.map { exponential($0 - largest) }
            let sum = weights.reduce(0, +)
            return (0..<dimension).map { d in
                zip(values, weights).reduce(0.0) { $0 + $1.1 / sum * Double($1.0[d]) }
            }
        }
    }

    /// One head of one position as the cache keeps it.
    private static func stored(_ head: ArraySlice<Float>, _ type: KeyValueType) -> [Float] {
        switch type {
        case .float32: return Array(head)
        case .float16: return head.map { Rounded.to(.float16, $0) }
        case .bfloat16: return head.map { Rounded.to(.bfloat16, $0) }
        case .int8:
            let largest = head.map(\.magnitude).max() ?? 0
            return head.map { ($0 * (127 / largest)).rounded(.toNearestOrEven) * largest / 127 }
        }
    }

    /// e^x for x ≤ 0, by halving the argument; tests import no mathematics library.
    private func exponential(_ x: Double) -> Double {
        guard x > -700 else { return 0 }
        var sum = 1.0, term = 1.0
        for n in 1...18 {
            term *= x / 1024 / Double(n)
            sum += term
        }
        return (0..<10).reduce(sum) { value, _ in value * value }
    }
}

/// Runs sequences through a cache, in batches of chosen chunks.
struct AttentionRun {
    let device: CPUDevice
    let cache: PagedKeyValues
    let problem: AttentionCase

    init(_ problem: AttentionCase, device: CPUDevice, type: KeyValueType, blocks: Int = 200) throws
    {
        self.problem = problem
        self.device = device
        cache = try device.makePagedKeyValues(
            layerCount: 2,
            blockCount: blocks,
            keyValueHeadCount: problem.keyValueHeads,
            headDimension: problem.dimension,
            elementType: type
        )
    }

    /// Computes rows first..<end of some sequences in one batch; sequences keep their blocks.
    func step(_ parts: [(rows: [[Float]], first: Int, blocks: [Int32])]) throws -> [[Float]] {
        let rows = parts.flatMap(\.rows)
        let qkv = try device.makeTensor(rowCapacity: rows.count, columnCount: problem.width)
        let output = try device.makeTensor(
            rowCapacity: rows.count,
            columnCount: problem.queryHeads * problem.dimension
        )
        qkv.fill(rows)
        var sequences: [BatchSequence] = []
        var positions: [Int32] = []
        for part in parts {
            sequences.append(
                BatchSequence(
                    firstRow: positions.count,
                    rowCount: part.rows.count,
                    firstPosition: part.first,
                    blocks: part.blocks
                )
            )
            positions += part.rows.indices.map { Int32(part.first + $0) }
        }
        let batch = Batch(
            tokenIDs: positions,
            positions: positions,
            sequences: sequences,
            outputRows: []
        )
        let keys = problem.queryHeads * problem.dimension
        let values = keys + problem.keyValueHeads * problem.dimension
        device.storeKeyValues(
            qkv,
            batch: batch,
            keyColumns: keys..<values,
            valueColumns: values..<problem.width,
            layer: 1,
            in: cache
        )
        device.attend(
            qkv,
            batch: batch,
            queryHeadCount: problem.queryHeads,
            layer: 1,
            keyValues: cache,
            scale: problem.scale,
            slidingWindow: problem.window,
            into: output
        )
        return output.rows(rows.count)
    }

    /// The whole sequence in chunks.
    func inChunks(of size: Int, blocks: [Int32]) throws -> [[Float]] {
        try stride(from: 0, to: problem.rows.count, by: size).flatMap { first in
            let end = min(first + size, problem.rows.count)
            return try step([(Array(problem.rows[first..<end]), first, blocks)])
        }
    }
}

@Suite("Attention over a paged cache")
struct AttentionTests {
    static let shapes: [AttentionCase] = [
        AttentionCase(length: 21, dimension: 8, queryHeads: 3, keyValueHeads: 1),
        AttentionCase(length: 40, dimension: 16, queryHeads: 4, keyValueHeads: 4, window: 7),
        AttentionCase(length: 300, dimension: 64, queryHeads: 4, keyValueHeads: 2),
        AttentionCase(length: 290, dimension: 80, queryHeads: 14, keyValueHeads: 2, window: 260),
        AttentionCase(length: 33, dimension: 20, queryHeads: 34, keyValueHeads: 2, window: 16),
        AttentionCase(length: 270, dimension: 128, queryHeads: 1, keyValueHeads: 1),
        AttentionCase(length: 18, dimension: 256, queryHeads: 5, keyValueHeads: 5),
    ]

    /// Blocks in an order that is not ascending, from some first one.
    private func blocks(_ problem: AttentionCase, from first: Int = 3) -> [Int32] {
        let count = (problem.rows.count + 15) / 16
        return (0..<count).map { Int32(first + ($0 * 7) % count) }
    }

    @Test(
        "is the softmax-weighted sum in double precision, but for rounding",
        arguments: InstructionSet.available,
        shapes.indices
    )
    func matchesOracle(set: InstructionSet, shape: Int) throws {
        let problem = Self.shapes[shape]
        for type in KeyValueType.allCases {
            let device = try CPUDevice(threadCount: 2, instructionSet: set)
            let run = try AttentionRun(problem, device: device, type: type)
            let result = try run.inChunks(of: 19, blocks: (0..<25).map { Int32($0) })
            for position in problem.rows.indices where position % 9 == 0 || position > 250 {
                let expected = problem.oracle(position: position, type: type)
                let largest = zip(result[position], expected).map { (Double($0) - $1).magnitude }
                    .max()
                #expect(largest ?? 0 < 2e-5, "\(type), position \(position)")
            }
        }
    }

    @Test(
        "gives a position the same bits in any chunk, on any thread count",
        arguments: InstructionSet.available,
        shapes.indices
    )
    func isInvariant(set: InstructionSet, shape: Int) throws {
        let problem = Self.shapes[shape]
        let blocks = blocks(problem)
        for type in KeyValueType.allCases {
            let single = try CPUDevice(threadCount: 1, instructionSet: set)
            let expected = try AttentionRun(problem, device: single, type: type)
                .inChunks(of: 1, blocks: blocks)
            for threadCount in [1, 2, 3] {
                let device = try CPUDevice(threadCount: threadCount, instructionSet: set)
                for size in [1, 2, 5, 16, 31, 256, 1000] where threadCount < 3 || size == 1 {
                    let run = try AttentionRun(problem, device: device, type: type)
                    let result = try run.inChunks(of: size, blocks: blocks)
                    #expect(result == expected, "\(type), chunks of \(size)")
                }
            }
        }
    }

    @Test("does not see its neighbours", arguments: InstructionSet.available)
    func isAlone(set: InstructionSet) throws {
        let problem = AttentionCase(length: 70, dimension: 16, queryHeads: 6, keyValueHeads: 2)
        let other = AttentionCase(
            length: 280,
            dimension: 16,
            queryHeads: 6,
            keyValueHeads: 2,
            seed: 9
        )
        let device = try CPUDevice(threadCount: 2, instructionSet: set)
        let alone = try AttentionRun(problem, device: device, type: .float16)
            .inChunks(of: 70, blocks: blocks(problem))
        let run = try AttentionRun(problem, device: device, type: .float16)
        // What an earlier owner left in the blocks, NaN among it, is never read.
        let poison = problem.rows.map { $0.map { _ in Float.nan } }
        let poisoned = (poison + poison).prefix(80)
        _ = try run.step([(Array(poisoned), 0, blocks(problem))])
        let otherBlocks = blocks(other, from: 20)
        _ = try run.step([
            (Array(other.rows.prefix(279)), 0, otherBlocks),
            (Array(problem.rows.prefix(33)), 0, blocks(problem)),
        ])
        let together = try run.step([
            (Array(other.rows.suffix(1)), 279, otherBlocks),
            (Array(problem.rows.suffix(37)), 33, blocks(problem)),
        ])
        #expect(Array(together.dropFirst()) == Array(alone.suffix(37)))
    }
}
