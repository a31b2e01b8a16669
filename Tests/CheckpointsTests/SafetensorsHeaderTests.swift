import Checkpoints
import TestData
import Testing

@Suite struct SafetensorsHeaderTests {
    private func parse(_ header: String, dataByteCount: Int) throws -> SafetensorsHeader {
        let text = Array(header.utf8)
        return try SafetensorsHeader(
            parsing: text,
            dataStart: 8 + text.count,
            fileByteCount: 8 + text.count + dataByteCount,
            file: "model.safetensors"
        )
    }

    @Test("a right head gives every tensor's type, shape and place")
    func right() throws {
        let builder = SafetensorsBuilder.example
        let header = try parse(builder.header, dataByteCount: builder.data.count)
        let start = 8 + builder.header.utf8.count
        #expect(header.tensors.count == 3)
        let norm = try #require(header.tensors[Array("model.norm.weight".utf8)])
        #expect(norm.elementType == "BF16")
        #expect(norm.shape == [6])
        #expect(norm.bytes == (start + 48)..<(start + 60))
    }

    @Test("scalars, empty tensors and padding after the text are in order")
    func unusual() throws {
        let text =
            "{" + line("s", "F32", [], 0, 4) + "," + line("e", "F32", [0, 7], 4, 4) + "}     "
        #expect(try parse(text, dataByteCount: 4).tensors.count == 2)
        #expect(try parse("{}", dataByteCount: 0).tensors.isEmpty)
    }

    @Test("an unknown element type is left to whoever wants the tensor")
    func unknownType() throws {
        _ = try parse("{" + line("a", "F8_NEW", [3], 0, 1) + "}", dataByteCount: 1)
    }

    @Test(
        "a head that breaks a rule is refused",
        arguments: brokenHeads
    )
    func wrong(_ name: String, _ entries: String) {
        #expect(throws: CheckpointError.self, "\(name)") {
            try parse("{" + entries + "}", dataByteCount: 12)
        }
    }

    @Test("text before or after the object is refused")
    func surroundings() {
        for text in ["", " {}", "[]", "{}{}", "{}x", "{}\0", "\u{feff}{}"] {
            #expect(throws: CheckpointError.self) { try parse(text, dataByteCount: 0) }
        }
    }

    @Test("names that differ only in their normalisation are two tensors")
    func normalisation() throws {
        let text =
            "{" + line("\u{e9}", "F32", [1], 0, 4) + "," + line("e\u{301}", "F32", [1], 4, 8) + "}"
        #expect(try parse(text, dataByteCount: 8).tensors.count == 2)
    }

    @Test("more tensors than the limit are refused")
    func tensorLimit() throws {
        let limit = SafetensorsHeader.tensorLimit
        let lines = (0...limit).map { line("t\($0)", "F32", [0], 0, 0) }
        let most = "{" + lines.dropLast().joined(separator: ",") + "}"
        #expect(try parse(most, dataByteCount: 0).tensors.count == limit)
        #expect(throws: CheckpointError.self) {
            try parse("{" + lines.joined(separator: ",") + "}", dataByteCount: 0)
        }
    }

    @Test(
        "a boundary value in any field is refused, not trusted",
        arguments: boundaryValues
    )
    func boundaries(_ value: UInt64) throws {
        let fields = [
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[V],\"data_offsets\":[0,12]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[V,V],\"data_offsets\":[0,12]}}",
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[3,V],\"data_offsets\":[V,12]}}",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[V],\"data_offsets\":[0,V]}}",
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[V,V]}}",
            "{\"a\":{\"dtype\":\"F64\",\"shape\":[V,V,V,V],\"data_offsets\":[V,V]}}",
        ]
        for field in fields {
            let text = field.replacing("V", with: String(value))
            #expect(throws: CheckpointError.self, "\(text)") { try parse(text, dataByteCount: 12) }
        }
    }

    static let boundaryValues: [UInt64] = [
        0, 1, 13, 1 << 31 - 1, 1 << 31, 1 << 31 + 1, 1 << 32 - 1, 1 << 32, 1 << 32 + 1,
        1 << 62, 1 << 63 - 1, 1 << 63, 1 << 63 + 1, .max,
    ]
}

private func lines(_ first: String, _ second: String) -> String { first + "," + second }

/// The rule a head breaks, and the text of its entries; 12 bytes of data follow.
private let brokenHeads: [(String, String)] = [
    ("overlap", lines(line("a", "F32", [2], 0, 8), line("b", "F32", [2], 4, 12))),
    ("same place", lines(line("a", "F32", [3], 0, 12), line("b", "F32", [3], 0, 12))),
    ("hole", lines(line("a", "F32", [1], 0, 4), line("b", "F32", [1], 8, 12))),
    ("hole at the front", line("a", "F32", [2], 4, 12)),
    ("bytes left over", line("a", "F32", [2], 0, 8)),
    ("past the end", line("a", "F32", [4], 0, 16)),
    ("backwards", line("a", "F32", [3], 12, 0)),
    ("too short for the shape", line("a", "F32", [4], 0, 12)),
    ("too long for the shape", line("a", "F32", [2], 0, 12)),
    ("other type", line("a", "F16", [3], 0, 12)),
    ("half a byte", line("a", "F4", [23], 0, 12)),
    ("negative length", line("a", "F32", [-1, -3], 0, 12)),
    ("listed twice", lines(line("a", "F32", [3], 0, 12), line("a", "F32", [0], 12, 12))),
    ("product overflows", line("a", "F32", [.max, 2], 0, 12)),
    ("product wraps to 12", line("a", "U8", [1 << 62, 4, 3], 0, 12)),
    ("nine dimensions", line("a", "F32", [3] + Array(repeating: 1, count: 8), 0, 12)),
    ("no dtype", "\"a\":{\"shape\":[3],\"data_offsets\":[0,12]}"),
    ("no shape", "\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,12]}"),
    ("no offsets", "\"a\":{\"dtype\":\"F32\",\"shape\":[3]}"),
    ("one offset", "\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[12]}"),
    ("3 offsets", "\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12,12]}"),
    ("dtype twice", "\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[3]}"),
    ("unknown key", "\"a\":{\"dtype\":\"F32\",\"stride\":1}"),
    ("float", "\"a\":{\"dtype\":\"F32\",\"shape\":[3.0],\"data_offsets\":[0,12]}"),
    ("exponent", "\"a\":{\"dtype\":\"F32\",\"shape\":[3e0],\"data_offsets\":[0,12]}"),
    ("text", "\"a\":{\"dtype\":\"F32\",\"shape\":[\"3\"],\"data_offsets\":[0,12]}"),
    ("null", "\"a\":null"), ("not closed", "\"a\":{"),
]
