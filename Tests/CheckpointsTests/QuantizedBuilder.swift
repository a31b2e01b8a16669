import Checkpoints
import Compute
import TestData
import Testing

/// Writes folders with quantized tensors for tests, right ones and wrong ones.
struct QuantizedBuilder {
    var tensors = SafetensorsBuilder()

    mutating func words(_ name: String, _ shape: [Int], _ words: [UInt32]) {
        let bytes = words.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32($0 * 8)) }
        }
        tensors.entries.append((name, "I32", shape, bytes))
    }

    mutating func integers(_ name: String, _ values: [Int]) {
        words(name, [values.count], values.map { UInt32(truncatingIfNeeded: $0) })
    }

    mutating func halves(_ name: String, _ shape: [Int], _ values: [Float]) {
        let bytes = values.flatMap { value in
            let bits = Float16(value).bitPattern
            return [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8)]
        }
        tensors.entries.append((name, "F16", shape, bytes))
    }

    mutating func bytes(_ name: String, _ type: String, _ shape: [Int], _ bytes: [UInt8]) {
        tensors.entries.append((name, type, shape, bytes))
    }

    /// Replaces a tensor's type, its shape, or takes it out.
    func changing(
        _ name: String,
        type: String? = nil,
        shape: [Int]? = nil,
        bytes: [UInt8]? = nil,
        isAbsent: Bool = false
    ) -> QuantizedBuilder {
        var changed = self
        changed.tensors.entries = tensors.entries.compactMap { entry in
            guard entry.name == name else { return entry }
            guard !isAbsent else { return nil }
            return (name, type ?? entry.type, shape ?? entry.shape, bytes ?? entry.bytes)
        }
        return changed
    }

    /// The source of a folder with these tensors and this quantization.
    func source(_ quantization: String) throws -> QuantizedSafetensors {
        let folder = try TemporaryFolder()
        try folder.write(tensors.file, as: "model.safetensors")
        return QuantizedSafetensors(
            try SafetensorsFolder(folder: folder.path),
            quantization: try described(quantization)
        )
    }

    /// The matrix `m.weight`, which must be quantized.
    func matrix(
        _ quantization: String,
        rowCount: Int,
        columnCount: Int
    ) throws -> any IntegerMatrix {
        let matrix = try source(quantization).matrix(
            named: "m.weight",
            rowCount: rowCount,
            columnCount: columnCount
        )
        guard case .integer(let integers) = matrix else {
            throw CheckpointError.invalidHeader(file: "", problem: "not quantized")
        }
        return integers
    }
}

/// The quantization that a config.json with this section has.
func described(_ quantization: String) throws -> QuantizationDescription {
    let text =
        exampleConfiguration.dropLast() + ",\"quantization_config\":\(quantization)}"
    return try #require(try ModelDescription(json: Array(text.utf8)).quantization)
}

/// Some rows of a matrix, all by default, of which the output was full of other things before.
func decode(
    _ matrix: any IntegerMatrix,
    _ rows: Range<Int>,
    columnCount: Int
) throws -> IntegerRows {
    var output = IntegerRows(
        format: matrix.format,
        rowCount: rows.count,
        columnCount: columnCount
    )
    for index in output.codes.indices { output.codes[index] = 0xee }
    for index in output.scales.indices { output.scales[index] = -1 }
    for index in output.offsets.indices { output.offsets[index] = -1 }
    try matrix.open().decode(rows, into: &output)
    return output
}

/// The weights that rows stand for, columns in the order of the input.
func weights(_ rows: IntegerRows, order: [Int32]?) -> [Float] {
    var weights = [Float](repeating: .nan, count: rows.rowCount * rows.columnCount)
    for row in 0..<rows.rowCount {
        for column in 0..<rows.columnCount {
            let group = row * rows.groupCount + column / rows.format.groupSize
            let zero =
                rows.offsets.isEmpty ? Float(rows.format.midpoint) : rows.offsets[group]
            let code = Float(rows.codes[row * rows.columnCount + column])
            let place = order.map { Int($0[column]) } ?? column
            weights[row * rows.columnCount + place] = rows.scales[group] * (code - zero)
        }
    }
    return weights
}
