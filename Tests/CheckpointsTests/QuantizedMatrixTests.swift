import Checkpoints
import Compute
import TestData
import Testing

/// Tensors small enough to check by eye: in hexadecimal a word shows its codes, the first at the
/// right.
@Suite struct QuantizedMatrixTests {
    static let awq = "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":16}"
    static let gptq = "{\"quant_method\":\"gptq\",\"bits\":4,\"group_size\":16,\"sym\":false}"

    static func compressed(_ format: String, _ weights: String) -> String {
        """
        {"quant_method":"compressed-tensors","format":"\(format)","ignore":["lm_head"],
        "config_groups":{"group_0":{"targets":["Linear"],"weights":{\(weights)}}}}
        """
    }

    /// 8 rows of 16 columns: every word has rows 0 to 7 as codes 0 to 7, the last is all 15.
    static let awqExample: QuantizedBuilder = {
        var builder = QuantizedBuilder()
        let words = [UInt32](repeating: 0x7531_6420, count: 15) + [0xffff_ffff]
        builder.words("m.qweight", [16, 1], words)
        builder.words("m.qzeros", [1, 1], [0x8642_7531])
        builder.halves("m.scales", [1, 8], [1, 2, 3, 4, 5, 6, 7, 8])
        return builder
    }()

    /// 8 rows of 32 columns in two groups; row n begins with code n.
    static let gptqExample: QuantizedBuilder = {
        var builder = QuantizedBuilder()
        let words = (0..<4).flatMap { _ in (0..<8).map { row in 0x7654_3210 | UInt32(row) } }
        builder.words("m.qweight", [4, 8], words)
        builder.words("m.qzeros", [2, 1], [0x7654_3210, 0xffff_ffff])
        builder.halves("m.scales", [2, 8], (1...16).map(Float.init))
        builder.integers("m.g_idx", (0..<32).map { $0 / 16 })
        return builder
    }()

    @Test("AWQ's nibbles belong to rows 0, 2, 4, 6, 1, 3, 5, 7")
    func awq() throws {
        let matrix = try Self.awqExample.matrix(Self.awq, rowCount: 8, columnCount: 16)
        #expect(matrix.columnOrder == nil)
        #expect(
            matrix.format
                == IntegerFormat(
                    bitCount: 4,
                    groupSize: 16,
                    scaleType: .float16,
                    offset: .zeroPoints
                )
        )
        let rows = try decode(matrix, 0..<8, columnCount: 16)
        for row in 0..<8 {
            let codes = [UInt8](repeating: UInt8(row), count: 15) + [15]
            #expect(Array(rows.codes[(row * 16)..<(row * 16 + 16)]) == codes)
        }
        #expect(rows.scales == [1, 2, 3, 4, 5, 6, 7, 8])
        // 0x86427531: nibbles 1, 3, 5, 7, 2, 4, 6, 8 are of rows 0, 2, 4, 6, 1, 3, 5, 7.
        #expect(rows.offsets == [1, 2, 3, 4, 5, 6, 7, 8])
    }

    @Test("AWQ without zero points has 8 in the middle and needs no qzeros")
    func awqWithoutZeros() throws {
        let text = "{\"quant_method\":\"awq\",\"bits\":4,\"group_size\":-1,\"zero_point\":false}"
        let builder = Self.awqExample.changing("m.qzeros", isAbsent: true)
        let matrix = try builder.matrix(text, rowCount: 8, columnCount: 16)
        #expect(matrix.format.offset == .midpoint)
        let rows = try decode(matrix, 2..<4, columnCount: 16)
        #expect(rows.offsets.isEmpty)
        #expect(rows.codes.prefix(2) == [2, 2] && rows.scales == [3, 4])
    }

    @Test("GPTQ's words go down columns, its first version stores zero points less one")
    func gptq() throws {
        for (format, bias) in [("gptq", Float(1)), ("gptq_v2", 0)] {
            let text = Self.gptq.dropLast() + ",\"checkpoint_format\":\"\(format)\"}"
            let matrix = try Self.gptqExample.matrix(
                String(text),
                rowCount: 8,
                columnCount: 32
            )
            #expect(matrix.columnOrder == nil)
            let rows = try decode(matrix, 0..<8, columnCount: 32)
            #expect(rows.codes.prefix(9) == [0, 1, 2, 3, 4, 5, 6, 7, 0])
            #expect(rows.codes[31] == 7 && rows.codes[32 + 1] == 1)
            #expect(rows.scales.prefix(4) == [1, 9, 2, 10])
            #expect(rows.offsets.prefix(4) == [0 + bias, 15 + bias, 1 + bias, 15 + bias])
        }
    }

    @Test("symmetric GPTQ has its zero in the middle where the stored ones say so")
    func symmetricGPTQ() throws {
        let text = Self.gptq.replacing("false", with: "true")
        var builder = QuantizedBuilder()
        builder.words("m.qweight", [2, 8], [UInt32](repeating: 0x7654_3210, count: 16))
        builder.words("m.qzeros", [1, 1], [0x7777_7777])
        builder.halves("m.scales", [1, 8], [Float](repeating: 0.5, count: 8))
        let even = try builder.matrix(text, rowCount: 8, columnCount: 16)
        #expect(even.format.offset == .midpoint)
        let odd = try builder.changing("m.qzeros", bytes: [0x77, 0x77, 0x77, 0x76])
            .matrix(text, rowCount: 8, columnCount: 16)
        #expect(odd.format.offset == .zeroPoints)
        let offsets = try decode(odd, 0..<8, columnCount: 16).offsets
        #expect(offsets == [8, 8, 8, 8, 8, 8, 7, 8])
    }

    @Test("GPTQ of eight bits has four codes in a word")
    func gptqOfEightBits() throws {
        var builder = QuantizedBuilder()
        builder.words("m.qweight", [4, 4], (0..<16).map { 0x0302_0100 + $0 << 24 })
        builder.words("m.qzeros", [1, 1], [0x7f00_fe05])
        builder.halves("m.scales", [1, 4], [1, 2, 3, 4])
        let text = Self.gptq.replacing("\"bits\":4", with: "\"bits\":8")
        let matrix = try builder.matrix(text, rowCount: 4, columnCount: 16)
        #expect(matrix.format.bitCount == 8)
        let rows = try decode(matrix, 1..<3, columnCount: 16)
        #expect(rows.codes.prefix(8) == [0, 1, 2, 4, 0, 1, 2, 8])
        #expect(rows.offsets == [255, 1] && rows.scales == [2, 3])
    }

    @Test("columns of an act-order are sorted by group, those of a group in their order")
    func actOrder() throws {
        let text = Self.gptq.dropLast() + ",\"desc_act\":true}"
        var builder = Self.gptqExample
        builder = builder.changing("m.g_idx", isAbsent: true)
        builder.integers("m.g_idx", (0..<32).map { $0 % 2 })
        let matrix = try builder.matrix(String(text), rowCount: 8, columnCount: 32)
        let order: [Int32] = (0..<32).map { place in Int32(place % 16 * 2 + place / 16) }
        #expect(matrix.columnOrder == order)
        let plain = try Self.gptqExample.matrix(Self.gptq, rowCount: 8, columnCount: 32)
        let inOrder = try decode(plain, 3..<5, columnCount: 32)
        let sorted = try decode(matrix, 3..<5, columnCount: 32)
        for row in 0..<2 {
            for (place, column) in order.enumerated() {
                #expect(
                    sorted.codes[row * 32 + place] == inOrder.codes[row * 32 + Int(column)]
                )
            }
        }
        #expect(sorted.scales == inOrder.scales)
    }

    @Test("a g_idx of zeros is no order where none is announced")
    func unusedOrder() throws {
        var builder = Self.gptqExample.changing("m.g_idx", isAbsent: true)
        builder.integers("m.g_idx", [Int](repeating: 0, count: 32))
        #expect(try builder.matrix(Self.gptq, rowCount: 8, columnCount: 32).columnOrder == nil)
    }

    @Test("compressed-tensors packs four bits along columns, zero points along rows")
    func packed() throws {
        let symmetric = Self.compressed("pack-quantized", "\"num_bits\":4,\"group_size\":16")
        var builder = QuantizedBuilder()
        builder.words(
            "m.weight_packed",
            [2, 3],
            [0x7654_3210, 0xfedc_ba98, 0x8888_8888, 0x1111_1111, 0x2222_2222, 0x0000_4321]
        )
        builder.halves("m.weight_scale", [2, 2], [1, 2, 3, 4])
        builder.words("m.weight_zero_point", [1, 2], [0x0000_0021, 0x0000_0043])
        builder.bytes("m.weight_shape", "I64", [2], [2] + zeros(7) + [20] + zeros(7))
        let rows = try decode(
            builder.matrix(symmetric, rowCount: 2, columnCount: 20),
            0..<2,
            columnCount: 20
        )
        #expect(rows.format.offset == .midpoint)
        #expect(rows.codes.prefix(20) == [UInt8](0...15)[...] + [8, 8, 8, 8])
        #expect(rows.codes.suffix(5) == [2, 1, 2, 3, 4])
        #expect(rows.scales == [1, 2, 3, 4])
        let asymmetric = symmetric.replacing(
            "\"num_bits\"",
            with: "\"symmetric\":false,\"num_bits\""
        )
        let matrix = try builder.matrix(asymmetric, rowCount: 2, columnCount: 20)
        #expect(try decode(matrix, 0..<2, columnCount: 20).offsets == [1, 3, 2, 4])
    }

    @Test("signed bytes become codes around 128; one scale serves a row or all of them")
    func signedBytes() throws {
        let text = Self.compressed("int-quantized", "\"num_bits\":8,\"strategy\":\"channel\"")
        var builder = QuantizedBuilder()
        builder.bytes("m.weight", "I8", [2, 3], [0, 1, 0xff, 0x7f, 0x80, 2])
        builder.halves("m.weight_scale", [2, 1], [0.5, 0.25])
        var matrix = try builder.matrix(text, rowCount: 2, columnCount: 3)
        #expect(matrix.format.bitCount == 8 && matrix.format.offset == .midpoint)
        let rows = try decode(matrix, 0..<2, columnCount: 3)
        #expect(rows.codes == [128, 129, 127, 255, 0, 130])
        #expect(rows.scales == [0.5, 0.25])
        matrix = try builder.changing("m.weight_scale", shape: [1], bytes: [0, 0x38])
            .matrix(text, rowCount: 2, columnCount: 3)
        #expect(try decode(matrix, 1..<2, columnCount: 3).scales == [0.5])
    }

    @Test("a scale of more columns than kernels know is repeated")
    func largeGroups() throws {
        for (stored, columnCount, size) in [
            ("-1", 256, 128), ("-1", 96, 32), ("-1", 20, 128), ("192", 384, 64), ("48", 96, 16),
            ("1073741824", 64, 64),
        ] {
            var builder = QuantizedBuilder()
            let words = [UInt32](repeating: 0x1234_5678, count: 8 * ((columnCount + 7) / 8))
            let groupCount = stored == "192" || stored == "48" ? 2 : 1
            builder.words("m.qweight", [(columnCount + 7) / 8, 8], words)
            builder.words("m.qzeros", [groupCount, 1], Array([0, 0x1111_1111].prefix(groupCount)))
            let scales = (0..<(groupCount * 8)).map { Float($0 / 8 + 1) }
            builder.halves("m.scales", [groupCount, 8], scales)
            let text = Self.gptq.replacing(":16", with: ":\(stored)")
            let matrix = try builder.matrix(text, rowCount: 8, columnCount: columnCount)
            #expect(matrix.format.groupSize == size)
            let rows = try decode(matrix, 0..<1, columnCount: columnCount)
            let half = rows.scales.count / 2
            let expected = (0..<rows.scales.count).map {
                Float($0 >= half && groupCount == 2 ? 2 : 1)
            }
            #expect(rows.scales == expected)
            #expect(rows.offsets == expected)
        }
    }

    @Test("eight-bit floating-point numbers are multiplied by the scale of their block")
    func floats() throws {
        let text = "{\"quant_method\":\"fp8\",\"weight_block_size\":[2,2]}"
        var builder = QuantizedBuilder()
        // 1, -1.125, the largest, the smallest; a normal and the largest subnormal.
        let codes: [UInt8] = [0x38, 0xb9, 0x7e, 0x01, 0x08, 0x07, 0x38, 0x80, 0x40]
        builder.bytes("m.weight", "F8_E4M3", [3, 3], codes)
        builder.halves("m.weight_scale_inv", [2, 2], [1, 2, 4, 8])
        let source = try builder.source(text)
        let matrix = try source.matrix(named: "m.weight", rowCount: 3, columnCount: 3)
        guard case .float(let tensor) = matrix else { throw CancellationError() }
        #expect(tensor.elementType == .float32)
        var values: [Float] = []
        try source.withRows(of: tensor, 1..<3) { bytes in
            for index in 0..<6 { values.append(Float(bitPattern: bytes.uint32(at: index * 4))) }
        }
        #expect(values == [0x1p-9, 0x1p-6, 0x1.cp-7 * 2, 4, 0, 16])
        try source.withRows(of: tensor, 0..<1) { bytes in
            #expect(Float(bitPattern: bytes.uint32(at: 4)) == -1.125)
            #expect(Float(bitPattern: bytes.uint32(at: 8)) == 896)
        }
    }

    @Test("what was not converted stays plain")
    func plain() throws {
        var builder = Self.awqExample
        builder.halves("lm_head.weight", [2, 2], [1, 2, 3, 4])
        let source = try builder.source(Self.awq)
        let matrix = try source.matrix(named: "lm_head.weight", rowCount: 2, columnCount: 2)
        guard case .float(let tensor) = matrix else { throw CancellationError() }
        #expect(tensor.elementType == .float16)
    }
}

private func zeros(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count) }
