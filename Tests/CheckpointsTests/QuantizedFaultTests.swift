import Checkpoints
import Compute
import TestData
import Testing

/// Quantized tensors as an attacker or a broken download makes them: an error, never a crash.
@Suite struct QuantizedFaultTests {
    private func expectError(
        _ builder: QuantizedBuilder,
        _ quantization: String,
        _ rowCount: Int,
        _ columnCount: Int,
        _ part: String,
        location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: CheckpointError.self, sourceLocation: location) {
            try builder.matrix(quantization, rowCount: rowCount, columnCount: columnCount).open()
        }
        let text = error?.description ?? ""
        #expect(text.contains(part), "\(text)", sourceLocation: location)
    }

    @Test("AWQ tensors of wrong shapes and types, or missing, are told by name")
    func awq() {
        let (text, example) = (QuantizedMatrixTests.awq, QuantizedMatrixTests.awqExample)
        expectError(example, text, 16, 16, "'m.qweight' has shape [16, 1]")
        expectError(example, text, 8, 32, "'m.qweight' has shape [16, 1]")
        for name in ["m.qzeros", "m.scales"] {
            expectError(example.changing(name, isAbsent: true), text, 8, 16, "'\(name)' of shape")
        }
        let empty = example.changing("m.qweight", shape: [0, 1], bytes: [])
        expectError(empty, text, 8, 16, "has shape [0, 1]")
        let doubles = example.changing("m.qweight", type: "I64", shape: [8, 1])
        expectError(doubles, text, 8, 16, "'I64', expected I32")
        let flat = example.changing("m.scales", shape: [8])
        expectError(flat, text, 8, 16, "'m.scales' has shape [8]")
        let integers = example.changing("m.scales", type: "I16")
        expectError(integers, text, 8, 16, "elements of type 'I16'")
        let zeros = example.changing("m.qzeros", shape: [1, 1, 1])
        expectError(zeros, text, 8, 16, "'m.qzeros' has shape [1, 1, 1]")
        expectError(example, "{\"quant_method\":\"fp8\"}", 8, 16, "should not have it")
        expectError(example.changing("m.qweight", isAbsent: true), text, 8, 16, "'m.weight'")
    }

    @Test("a g_idx that is no partition into groups is refused")
    func columnOrder() {
        let text = QuantizedMatrixTests.gptq.dropLast() + ",\"desc_act\":true}"
        let without = QuantizedMatrixTests.gptqExample.changing("m.g_idx", isAbsent: true)
        func expect(_ indices: [Int], _ part: String) {
            var builder = without
            builder.integers("m.g_idx", indices)
            expectError(builder, String(text), 8, 32, part)
        }
        let half = [Int](repeating: 0, count: 16)
        expect(half + [Int](repeating: 2, count: 16), "column 16 is in group 2, the row has 2")
        expect([-1] + [Int](repeating: 0, count: 31), "column 0 is in group -1")
        expect([Int](repeating: -1, count: 32), "column 0 is in group -1")
        expect([Int](repeating: 0, count: 32), "group 0 has 32 columns, expected 16")
        expect(half + half + [1], "has shape [33]")
        expect([], "has shape [0]")
        expect([Int(Int32.max)] + half, "has shape [17]")
        expectError(without, String(text), 8, 32, "'m.g_idx' of shape [32]")
    }

    @Test("a weight_shape that says something else is refused")
    func shape() {
        let text = QuantizedMatrixTests.compressed("pack-quantized", "\"num_bits\":4")
        var builder = QuantizedBuilder()
        builder.words("m.weight_packed", [1, 1], [0])
        builder.halves("m.weight_scale", [1, 1], [1])
        builder.words("m.weight_shape", [2], [1, 7])
        expectError(builder, text, 1, 8, "has shape [1, 7]")
        for shape in [[1], [2, 1]] {
            let wrong = builder.changing(
                "m.weight_shape",
                shape: shape,
                bytes: [UInt8](repeating: 0, count: 4 * shape.reduce(1, *))
            )
            expectError(wrong, text, 1, 8, "it has shape \(shape)")
        }
        expectError(builder.changing("m.weight_shape", type: "F32"), text, 1, 8, "expected I32")
        expectError(builder, text, 2, 8, "has shape [1, 1]")
        let right = builder.changing("m.weight_shape", isAbsent: true)
        #expect(throws: Never.self) { try right.matrix(text, rowCount: 1, columnCount: 8).open() }
        let asymmetric = text.replacing("\"num_bits\"", with: "\"symmetric\":false,\"num_bits\"")
        expectError(right, asymmetric, 1, 8, "'m.weight_zero_point' of shape [1, 1]")
        var low = right
        low.bytes("m.weight_zero_point", "I8", [1, 1], [0x80])
        expectError(low, asymmetric, 1, 8, "a zero point is -128")
    }

    @Test("a zero point of 256 is refused")
    func largeZero() {
        var builder = QuantizedBuilder()
        builder.words("m.qweight", [4, 4], [UInt32](repeating: 0, count: 16))
        builder.words("m.qzeros", [1, 1], [0xff])
        builder.halves("m.scales", [1, 4], [1, 2, 3, 4])
        let text = QuantizedMatrixTests.gptq.replacing("\"bits\":4", with: "\"bits\":8")
        expectError(builder, text, 4, 16, "a zero point is 256")
    }

    @Test("scales of eight-bit floating-point numbers must fit their blocks")
    func floats() throws {
        var builder = QuantizedBuilder()
        builder.bytes("m.weight", "F8_E4M3", [2, 2], [0, 0, 0, 0])
        builder.halves("m.weight_scale", [2, 1], [1, 2])
        func expect(_ quantization: String, _ builder: QuantizedBuilder, _ part: String) throws {
            let source = try builder.source(quantization)
            let error = #expect(throws: CheckpointError.self) {
                _ = try source.matrix(named: "m.weight", rowCount: 2, columnCount: 2)
            }
            #expect(error?.description.contains(part) == true)
        }
        let blocks = "{\"quant_method\":\"fp8\",\"weight_block_size\":[1,1]}"
        try expect(blocks, builder, "'m.weight_scale' has shape [2, 1]")
        let plain = "{\"quant_method\":\"fp8\"}"
        try expect(plain, builder.changing("m.weight_scale", isAbsent: true), "'m.weight_scale'")
        try expect(plain, builder.changing("m.weight_scale", type: "I16"), "'I16'")
        try expect(plain, builder.changing("m.weight", shape: [4, 1]), "has shape [4, 1]")
        try expect(QuantizedMatrixTests.awq, builder, "should not have it")
    }

    @Test("2,000 seeded mutants of the head are read or refused")
    func mutants() throws {
        var random = SeededGenerator(seed: 3)
        let builder = QuantizedMatrixTests.gptqExample.tensors
        let quantization = try described(QuantizedMatrixTests.gptq)
        let folder = try TemporaryFolder()
        for _ in 0..<2000 {
            var bytes = builder.file
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 8..<bytes.count, using: &random)
                bytes[place] = UInt8.random(in: 0x2c...0x7d, using: &random)
            }
            try folder.write(bytes, as: "model.safetensors")
            guard let files = try? SafetensorsFolder(folder: folder.path) else { continue }
            let source = QuantizedSafetensors(files, quantization: quantization)
            guard
                case .integer(let matrix)? = try? source.matrix(
                    named: "m.weight",
                    rowCount: 8,
                    columnCount: 32
                )
            else { continue }
            let rows = try decode(matrix, 0..<8, columnCount: 32)
            #expect(rows.codes.allSatisfy { $0 < 16 })
        }
    }
}
