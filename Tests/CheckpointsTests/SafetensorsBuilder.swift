/// Writes safetensors files for tests, right ones and wrong ones.
struct SafetensorsBuilder {
    var entries: [(name: String, type: String, shape: [Int], bytes: [UInt8])] = []

    /// Two float32 matrices and a bfloat16 vector, every byte different from its neighbours.
    static let example: SafetensorsBuilder = {
        var builder = SafetensorsBuilder()
        builder.add("model.embed_tokens.weight", "F32", [4, 3], byteCount: 48)
        builder.add("model.norm.weight", "BF16", [6], byteCount: 12)
        builder.add("lm_head.weight", "F16", [2, 5], byteCount: 20)
        return builder
    }()

    mutating func add(_ name: String, _ type: String, _ shape: [Int], byteCount: Int) {
        let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 7 + entries.count) }
        entries.append((name, type, shape, bytes))
    }

    var header: String {
        var offset = 0
        let lines = entries.map { entry in
            defer { offset += entry.bytes.count }
            return line(entry.name, entry.type, entry.shape, offset, offset + entry.bytes.count)
        }
        return "{\"__metadata__\":{\"format\":\"pt\"}," + lines.joined(separator: ",") + "}"
    }

    var data: [UInt8] { entries.flatMap(\.bytes) }

    var file: [UInt8] { Self.file(header: header, data: data) }

    static func file(header: String, data: [UInt8]) -> [UInt8] {
        prefix(UInt64(header.utf8.count)) + Array(header.utf8) + data
    }

    static func prefix(_ count: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
    }
}

/// One tensor of a head, with whatever is given as its offsets.
func line(_ name: String, _ type: String, _ shape: [Int], _ begin: Int, _ end: Int) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[\(begin),\(end)]}"
}
