import Checkpoints
import Compute
import TestData
import Testing

@Suite struct SafetensorsFolderTests {
    private func bytes(
        _ source: any WeightSource,
        _ tensor: WeightTensor,
        _ rows: Range<Int>
    ) throws -> [UInt8] {
        var result: [UInt8] = []
        try source.withRows(of: tensor, rows) { span in
            for offset in stride(from: 0, to: span.byteCount, by: 2) {
                let pair = span.uint16(at: offset)
                result += [UInt8(truncatingIfNeeded: pair), UInt8(truncatingIfNeeded: pair >> 8)]
            }
        }
        return result
    }

    @Test("rows come as they are stored, whatever slice is asked for")
    func rows() throws {
        let folder = try TemporaryFolder()
        let builder = SafetensorsBuilder.example
        try folder.write(builder.file, as: "model.safetensors")
        let weights = try SafetensorsFolder(folder: folder.path)
        let tensor = try weights.tensor(named: "model.embed_tokens.weight", shape: [4, 3])
        #expect(tensor.elementType == .float32)
        #expect(tensor.rowByteCount == 12)
        let stored = builder.entries[0].bytes
        for lower in 0...4 {
            for upper in lower...4 {
                let read = try bytes(weights, tensor, lower..<upper)
                #expect(read == Array(stored[(lower * 12)..<(upper * 12)]))
            }
        }
    }

    @Test("a caller may ask for rows while it has rows")
    func nested() throws {
        let folder = try TemporaryFolder()
        let builder = SafetensorsBuilder.example
        try folder.write(builder.file, as: "model.safetensors")
        let weights = try SafetensorsFolder(folder: folder.path)
        let tensor = try weights.tensor(named: "lm_head.weight", shape: [2, 5])
        try weights.withRows(of: tensor, 0..<1) { outer in
            let inner = try bytes(weights, tensor, 1..<2)
            #expect(inner == Array(builder.entries[2].bytes.suffix(10)))
            #expect(outer.byteCount == 10)
        }
    }

    @Test("a vector becomes float32, exactly, from each type")
    func vectors() throws {
        let folder = try TemporaryFolder()
        var builder = SafetensorsBuilder()
        builder.entries = [
            ("f32", "F32", [2], [0, 0, 0xc0, 0x3f, 0, 0, 0, 0xc0]),
            ("f16", "F16", [2], [0x00, 0x3e, 0x00, 0xc0]),
            ("bf16", "BF16", [2], [0xc0, 0x3f, 0x00, 0xc0]),
        ]
        try folder.write(builder.file, as: "model.safetensors")
        let weights = try SafetensorsFolder(folder: folder.path)
        for name in ["f32", "f16", "bf16"] {
            #expect(try weights.vector(named: name, count: 2) == [1.5, -2])
        }
        #expect(weights.storedType == .bfloat16)
        #expect(weights.tensorNames.sorted() == ["bf16", "f16", "f32"])
    }

    @Test("a wrong tensor is refused by name, with the shape expected and found")
    func wrongTensor() throws {
        let folder = try TemporaryFolder()
        var builder = SafetensorsBuilder.example
        builder.add("model.codes", "I32", [2], byteCount: 8)
        let path = try folder.write(builder.file, as: "model.safetensors")
        let weights = try SafetensorsFolder(folder: folder.path)
        #expect(
            throws: CheckpointError.missingTensor(
                folder: folder.path,
                name: "model.absent",
                expectedShape: [7]
            )
        ) { _ = try weights.tensor(named: "model.absent", shape: [7]) }
        #expect(
            throws: CheckpointError.misshapenTensor(
                file: path,
                name: "model.norm.weight",
                expected: [5],
                found: [6]
            )
        ) { _ = try weights.tensor(named: "model.norm.weight", shape: [5]) }
        #expect(
            throws: CheckpointError.unsupportedElementType(
                file: path,
                name: "model.codes",
                found: "I32"
            )
        ) { _ = try weights.tensor(named: "model.codes", shape: [2]) }
    }

    // MARK: - Shards

    private func writeShards(_ folder: TemporaryFolder, index: String) throws {
        for (number, entry) in SafetensorsBuilder.example.entries.enumerated() {
            var shard = SafetensorsBuilder()
            shard.entries = [entry]
            try folder.write(shard.file, as: "model-\(number).safetensors")
        }
        try folder.write(index, as: "model.safetensors.index.json")
    }

    @Test("shards are found by the index")
    func shards() throws {
        let folder = try TemporaryFolder()
        try writeShards(
            folder,
            index: """
                {"metadata": {"total_size": 80}, "weight_map": {
                "model.embed_tokens.weight": "model-0.safetensors",
                "model.norm.weight": "model-1.safetensors",
                "lm_head.weight": "model-2.safetensors"}}
                """
        )
        let weights = try SafetensorsFolder(folder: folder.path)
        let tensor = try weights.tensor(named: "lm_head.weight", shape: [2, 5])
        let read = try bytes(weights, tensor, 0..<2)
        #expect(read == SafetensorsBuilder.example.entries[2].bytes)
    }

    @Test(
        "an index that names anything but a file of the folder is refused",
        arguments: [
            "../model-0.safetensors", "/etc/passwd", "a/b.safetensors", "..", ".", "",
            ".hidden.safetensors", "model-0.bin", "model\\\\0.safetensors",
            "model-0\\u0000.safetensors", "model-\u{e9}.safetensors", "absent.safetensors",
        ]
    )
    func traversal(_ name: String) throws {
        let folder = try TemporaryFolder()
        try writeShards(folder, index: "{\"weight_map\":{\"model.norm.weight\":\"\(name)\"}}")
        #expect(throws: CheckpointError.self) { try SafetensorsFolder(folder: folder.path) }
    }

    @Test(
        "an index that is wrong in itself is refused",
        arguments: [
            "{}", "[]", "{\"weight_map\":[]}", "{\"weight_map\":{\"a\":1}}",
            "{\"weight_map\":{\"absent\":\"model-0.safetensors\"}}",
            "{\"weight_map\":{},\"weight_map\":{}}",
            "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"x.safetensors\"}}",
        ]
    )
    func wrongIndex(_ text: String) throws {
        let folder = try TemporaryFolder()
        try writeShards(folder, index: text)
        #expect(throws: CheckpointError.self) { try SafetensorsFolder(folder: folder.path) }
    }
}
