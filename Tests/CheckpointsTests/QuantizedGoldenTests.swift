import Checkpoints
import Compute
import FoundationEssentials
import TestData
import Testing

/// Every quantized matrix of the test data, against formulas that walk over elements one by one.
@Suite(.enabled(if: TestData.isPresent)) struct QuantizedGoldenTests {
    static let folders = TestData.names(in: "quant").map { "quant/" + $0 }.filter {
        TestData.exists(TestData.path($0 + "/config.json"))
    }

    @Test("decoded weights are those of the formula, whole and in parts", arguments: folders)
    func weights(_ folder: String) throws {
        let path = TestData.path(folder)
        let tensors = try RawTensors(file: path + "/model.safetensors")
        let configuration = try tensors.configuration(path + "/config.json")
        let source = try Checkpoint(folder: path).openWeights()
        for module in tensors.quantizedModules {
            let oracle = QuantizationOracle(tensors, module, configuration)
            let (rowCount, columnCount) = oracle.shape
            let matrix = try source.matrix(
                named: module + ".weight",
                rowCount: rowCount,
                columnCount: columnCount
            )
            for rows in [0..<rowCount, 0..<1, 5..<17, (rowCount - 23)..<rowCount] {
                let found = try values(of: matrix, rows, columnCount, source)
                let expected = rows.flatMap { row in
                    (0..<columnCount).map { oracle.weight(row, $0) }
                }
                #expect(found == expected, "\(module) \(rows)")
            }
        }
        #expect(tensors.quantizedModules.count == 14)
    }

    private func values(
        of matrix: WeightMatrix,
        _ rows: Range<Int>,
        _ columnCount: Int,
        _ source: any WeightSource
    ) throws -> [Float] {
        switch matrix {
        case .integer(let integers):
            let decoded = try decode(integers, rows, columnCount: columnCount)
            return CheckpointsTests.weights(decoded, order: integers.columnOrder)
        case .float(let tensor):
            #expect(tensor.elementType == .float32)
            var values: [Float] = []
            try source.withRows(of: tensor, rows) { bytes in
                for offset in stride(from: 0, to: bytes.byteCount, by: 4) {
                    values.append(Float(bitPattern: bytes.uint32(at: offset)))
                }
            }
            return values
        }
    }
}

/// A safetensors file as bytes in memory.
struct RawTensors {
    let bytes: [UInt8]
    let header: SafetensorsHeader

    init(file: String) throws {
        bytes = try TestData.bytes(file)
        header = try SafetensorsHeader(reading: FileBytes(path: file))
    }

    func configuration(_ path: String) throws -> JSONValue {
        let text = try JSONValue(parsing: TestData.bytes(path), file: path)
        return try #require(text["quantization_config"])
    }

    var names: [String] { header.tensors.keys.map { String(decoding: $0, as: UTF8.self) } }

    var quantizedModules: [String] {
        names.compactMap { name in
            [".scales", ".weight_scale", ".weight_scale_inv"].lazy
                .filter(name.hasSuffix).map { String(name.dropLast($0.count)) }.first
        }.sorted()
    }

    subscript(name: String) -> SafetensorsHeader.Entry? { header.tensors[Array(name.utf8)] }

    /// The element of a tensor, whatever its type, as a number.
    func number(_ name: String, _ index: Int) -> Double {
        guard let entry = self[name] else { return .nan }
        func integer(_ byteCount: Int) -> UInt64 {
            let start = entry.bytes.lowerBound + index * byteCount
            return bytes[start..<(start + byteCount)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        }
        switch entry.elementType {
        case "I8": return Double(Int8(truncatingIfNeeded: integer(1)))
        case "I32": return Double(UInt32(integer(4)))
        case "F16": return Double(Float16(bitPattern: UInt16(integer(2))))
        case "BF16": return Double(Float(bitPattern: UInt32(integer(2)) << 16))
        case "F32": return Double(Float(bitPattern: UInt32(integer(4))))
        case "F8_E4M3":
            let code = Int(integer(1))
            let (exponent, fraction) = (code >> 3 & 15, Double(code & 7))
            let magnitude =
                exponent == 0
                ? fraction / 512
                : (0..<exponent).reduce((8 + fraction) / 1024) { value, _ in value * 2 }
            return code < 128 ? magnitude : -magnitude
        default: return .nan
        }
    }
}

/// The weight of one row and column after the definition of each format.
struct QuantizationOracle {
    let tensors: RawTensors
    let module: String
    let method: String
    let groupSize: Int
    let shape: (Int, Int)

    init(_ tensors: RawTensors, _ module: String, _ configuration: JSONValue) {
        self.tensors = tensors
        self.module = module
        func integer(_ value: JSONValue?) -> Int {
            if case .integer(let integer)? = value { integer } else { .max }
        }
        method = if case .string(let text)? = configuration["quant_method"] { text } else { "" }
        let weights = configuration["config_groups"]?["group_0"]?["weights"]
        groupSize = integer(configuration["group_size"] ?? weights?["group_size"])
        let stored =
            ["qweight", "weight_packed", "weight"].lazy
            .compactMap { tensors[module + "." + $0]?.shape }.first ?? [0, 0]
        shape =
            switch method {
            case "awq": (stored[1] * 8, stored[0])
            case "gptq": (stored[1], stored[0] * 8)
            default: (stored[0], tensors[module + ".weight"] == nil ? stored[1] * 8 : stored[1])
            }
    }

    func weight(_ row: Int, _ column: Int) -> Float {
        let (rowCount, columnCount) = shape
        let group = column / groupSize
        switch method {
        case "awq":
            let place = [0, 4, 1, 5, 2, 6, 3, 7][row % 8]
            let code = nibble("qweight", column * (rowCount / 8) + row / 8, place)
            let zero = nibble("qzeros", group * (rowCount / 8) + row / 8, place)
            return number("scales", group * rowCount + row) * (code - zero)
        case "gptq":
            let group = Int(number("g_idx", column))
            let code = nibble("qweight", column / 8 * rowCount + row, column % 8)
            let zero = nibble("qzeros", group * (rowCount / 8) + row / 8, row % 8) + 1
            return number("scales", group * rowCount + row) * (code - zero)
        case "fp8":
            let scale = number("weight_scale_inv", row / 64 * (columnCount / 64) + column / 64)
            return number("weight", row * columnCount + column) * scale
        default:
            guard tensors[module + ".weight"] == nil else {
                return number("weight_scale", row) * number("weight", row * columnCount + column)
            }
            let code = nibble("weight_packed", row * (columnCount / 8) + column / 8, column % 8)
            let scale = number("weight_scale", row * (columnCount / groupSize) + group)
            return scale * (code - 8)
        }
    }

    private func number(_ name: String, _ index: Int) -> Float {
        Float(tensors.number(module + "." + name, index))
    }

    private func nibble(_ name: String, _ word: Int, _ place: Int) -> Float {
        Float(Int(tensors.number(module + "." + name, word)) >> (place * 4) & 15)
    }
}
