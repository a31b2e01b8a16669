import Checkpoints
import Compute
import TestData
import Testing

/// Quantized tensors against a plain dequantization, bit for bit.
@Suite("Decoding of GGUF blocks") struct GGUFDecodingTests {
    @Test("random blocks of every type", arguments: BlockOracle.sizes.keys.sorted())
    func random(type: UInt32) throws {
        var random = SeededGenerator(seed: UInt64(type))
        let size = try #require(BlockOracle.sizes[type])
        let columnCount = 512
        let blockCount = columnCount / size.elementCount
        var data: [UInt8] = []
        for _ in 0..<8 * blockCount {
            var block = (0..<size.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            for place in BlockOracle.numbers[type] ?? [] {
                let number = Float16(Float.random(in: -2...2, using: &random))
                block.replaceSubrange(place..<(place + 2), with: bytes(number.bitPattern))
            }
            data += block
        }
        var builder = GGUFBuilder()
        builder.set("general.architecture", "qwen2")
        for (name, value) in [
            ("context_length", 64), ("embedding_length", 512), ("block_count", 1),
            ("feed_forward_length", 8), ("attention.head_count", 2),
        ] { builder.set("qwen2.\(name)", value) }
        builder.add("token_embd.weight", [columnCount, 8], type, data)
        let folder = try TemporaryFolder()
        let checkpoint = try Checkpoint(folder: folder.write(builder.file, as: "m.gguf"))
        let matrix = try checkpoint.openWeights()
            .matrix(named: "model.embed_tokens.weight", rowCount: 8, columnCount: columnCount)
        try expectSame(matrix, 8, columnCount) { row, column in
            let block = row * blockCount + column / size.elementCount
            let start = block * size.byteCount
            return BlockOracle(block: data[start..<(start + size.byteCount)])
                .value(type, column % size.elementCount)
        }
    }
}

@Suite("Golden GGUF tensors", .enabled(if: TestData.isPresent))
struct GoldenGGUFTests {
    static let files = TestData.names(in: "gguf").filter { $0.hasSuffix(".gguf") }

    @Test("every quantized matrix of every file", arguments: files)
    func matrices(name: String) throws {
        let path = TestData.path("gguf/" + name)
        let checkpoint = try Checkpoint(folder: path)
        let weights = try checkpoint.openWeights()
        let file = try PlainGGUF(TestData.bytes(path))
        var count = 0
        for (name, rows) in matrices(of: checkpoint.description) {
            let tensor = try #require(file.tensors[name.file], "\(name.file)")
            #expect(tensor.lengths.count == 2)
            let matrix = try weights.matrix(
                named: name.checkpoint,
                rowCount: tensor.lengths[1],
                columnCount: tensor.lengths[0]
            )
            guard let size = BlockOracle.sizes[tensor.type] else {
                guard case .float = matrix else {
                    Issue.record("\(name.file) is not quantized")
                    continue
                }
                continue
            }
            let rowByteCount = tensor.lengths[0] / size.elementCount * size.byteCount
            try expectSame(matrix, tensor.lengths[1], tensor.lengths[0]) { row, column in
                let start =
                    tensor.start + rows(row) * rowByteCount
                    + column / size.elementCount * size.byteCount
                return BlockOracle(block: file.bytes[start..<(start + size.byteCount)])
                    .value(tensor.type, column % size.elementCount)
            }
            count += 1
        }
        #expect(count > 0 || name.contains("-f"), "\(name)")
    }

    private typealias Name = (checkpoint: String, file: String)

    /// The matrices of a model, and where in the file a row of each is.
    private func matrices(of model: ModelDescription) -> [(Name, (Int) -> Int)] {
        let same: (Int) -> Int = { $0 }
        let half = model.headDimension / 2
        // Two neighbours in the file are a dimension of the first half of a head and one of the
        // second.
        let apart: (Int) -> Int = { row in
            let place = row % (2 * half)
            return row - place + (place % half) * 2 + place / half
        }
        let rotated = model.family == .llama ? apart : same
        var result: [(Name, (Int) -> Int)] = [
            (("model.embed_tokens.weight", "token_embd.weight"), same)
        ]
        for layer in 0..<model.layerCount {
            for (inside, file, rows) in [
                ("self_attn.q_proj", "attn_q", rotated), ("self_attn.k_proj", "attn_k", rotated),
                ("self_attn.v_proj", "attn_v", same), ("self_attn.o_proj", "attn_output", same),
                ("mlp.gate_proj", "ffn_gate", same), ("mlp.up_proj", "ffn_up", same),
                ("mlp.down_proj", "ffn_down", same),
            ] {
                let names = (
                    "model.layers.\(layer).\(inside).weight", "blk.\(layer).\(file).weight"
                )
                result.append((names, rows))
            }
        }
        return result
    }
}

/// Decodes a matrix whole and in parts and compares every element.
private func expectSame(
    _ matrix: WeightMatrix,
    _ rowCount: Int,
    _ columnCount: Int,
    _ expected: (_ row: Int, _ column: Int) -> Float
) throws {
    guard case .integer(let integer) = matrix else {
        Issue.record("no quantized matrix")
        return
    }
    let decoder = try integer.open()
    let format = integer.format
    for rows in [0..<rowCount, 1..<min(4, rowCount), (rowCount - 1)..<rowCount] {
        var output = IntegerRows(format: format, rowCount: rows.count, columnCount: columnCount)
        output.codes = output.codes.map { _ in 255 }
        decoder.decode(rows, into: &output)
        #expect(output.codes.allSatisfy { Int($0) < 1 << format.bitCount })
        var wrong = 0
        for (index, row) in rows.enumerated() {
            for column in 0..<columnCount {
                let code = Int(output.codes[index * columnCount + column])
                let scale = output.scale(ofRow: index, column)
                let value =
                    format.offset == .midpoint
                    ? scale * Float(code - format.midpoint)
                    : scale * Float(code) + output.offset(ofRow: index, column)
                if value.bitPattern != expected(row, column).bitPattern { wrong += 1 }
            }
        }
        #expect(wrong == 0, "rows \(rows)")
        if format.scaleType == .float16 {
            let numbers =
                output.scales + output.offsets + output.superScales + output.superMinimums
            #expect(numbers.allSatisfy { Float(Float16($0)) == $0 })
        }
        if format.superBlockGroupCount > 1 {
            #expect((output.scales + output.offsets).allSatisfy { Float(Int8($0)) == $0 })
        }
    }
}

/// Where the tensors of a right file lie, read without checks.
private struct PlainGGUF {
    let bytes: [UInt8]
    private(set) var tensors: [String: (lengths: [Int], type: UInt32, start: Int)] = [:]
    private var position = 8

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let tensorCount = number(8)
        for _ in 0..<number(8) {
            _ = text()
            skipValue(number(4))
        }
        var found: [(String, [Int], UInt32, Int)] = []
        for _ in 0..<tensorCount {
            let name = text()
            let lengths = (0..<number(4)).map { _ in number(8) }
            found.append((name, lengths, UInt32(number(4)), number(8)))
        }
        let start = (position + 31) / 32 * 32
        for (name, lengths, type, offset) in found {
            tensors[name] = (lengths, type, start + offset)
        }
    }

    private mutating func number(_ byteCount: Int) -> Int {
        position += byteCount
        return bytes[(position - byteCount)..<position].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private mutating func text() -> String {
        let count = number(8)
        position += count
        return String(decoding: bytes[(position - count)..<position], as: UTF8.self)
    }

    private mutating func skipValue(_ type: Int) {
        switch type {
        case 8: _ = text()
        case 9:
            let inner = number(4)
            for _ in 0..<number(8) { skipValue(inner) }
        case 0, 1, 7: position += 1
        case 2, 3: position += 2
        case 10, 11, 12: position += 8
        default: position += 4
        }
    }
}
