import Checkpoints
import TestData
import Testing

/// Files as an attacker or a broken download makes them: an error or a right read, never a crash.
@Suite struct SafetensorsFaultTests {
    /// Opens a file and reads everything in it that can be read.
    private func readAll(_ folder: TemporaryFolder) throws {
        let weights = try SafetensorsFolder(folder: folder.path)
        for (name, shape) in [
            ("model.embed_tokens.weight", [4, 3]), ("model.norm.weight", [6]),
            ("lm_head.weight", [2, 5]),
        ] {
            let tensor = try weights.tensor(named: name, shape: shape)
            try weights.withRows(of: tensor, 0..<tensor.rowCount) { bytes in
                #expect(bytes.byteCount == tensor.rowCount * tensor.rowByteCount)
            }
        }
    }

    @Test("a file cut at any byte is refused")
    func truncations() throws {
        let folder = try TemporaryFolder()
        let file = SafetensorsBuilder.example.file
        for count in 0..<file.count {
            try folder.write(Array(file.prefix(count)), as: "model.safetensors")
            #expect(throws: CheckpointError.self, "cut to \(count)") { try readAll(folder) }
        }
        try folder.write(file, as: "model.safetensors")
        try readAll(folder)
        try folder.write(file + [0], as: "model.safetensors")
        #expect(throws: CheckpointError.self) { try readAll(folder) }
    }

    @Test("a wrong length of the head is refused")
    func headLength() throws {
        let folder = try TemporaryFolder()
        let builder = SafetensorsBuilder.example
        let right = UInt64(builder.header.utf8.count)
        let lengths =
            SafetensorsHeaderTests.boundaryValues
            + [2, 7, 8, right - 1, right + 1, right + 80, right + 81, 100_000_000, 100_000_001]
        for length in lengths {
            let bytes = SafetensorsBuilder.prefix(length) + builder.file.dropFirst(8)
            try folder.write(bytes, as: "model.safetensors")
            #expect(throws: CheckpointError.self, "\(length)") { try readAll(folder) }
        }
    }

    @Test("a file cut after it was opened gives an error of the read")
    func cutWhileOpen() throws {
        let folder = try TemporaryFolder()
        let file = SafetensorsBuilder.example.file
        try folder.write(file, as: "model.safetensors")
        let weights = try SafetensorsFolder(folder: folder.path)
        let tensor = try weights.tensor(named: "lm_head.weight", shape: [2, 5])
        // Written in place: the open file shrinks.
        try folder.write(Array(file.dropLast()), as: "model.safetensors")
        #expect(throws: CheckpointError.self) {
            try weights.withRows(of: tensor, 0..<2) { _ in }
        }
        try weights.withRows(of: tensor, 0..<1) { bytes in
            #expect(bytes.byteCount == 10)
        }
    }

    @Test("10,000 seeded mutants give an error or a right read", arguments: [UInt64](1...4))
    func mutants(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let builder = SafetensorsBuilder.example
        var accepted = 0
        for _ in 0..<2500 {
            let header = mutate(Array(builder.header.utf8), using: &random)
            let fileByteCount = 8 + header.count + builder.data.count
            guard
                let parsed = try? SafetensorsHeader(
                    parsing: header,
                    dataStart: 8 + header.count,
                    fileByteCount: fileByteCount,
                    file: "mutant"
                )
            else { continue }
            accepted += 1
            for entry in parsed.tensors.values {
                #expect(entry.bytes.lowerBound >= 8 + header.count, "seed \(seed)")
                #expect(entry.bytes.upperBound <= fileByteCount, "seed \(seed)")
            }
            let total = parsed.tensors.values.reduce(0) { $0 + $1.bytes.count }
            #expect(total == builder.data.count, "seed \(seed)")
        }
        // Mutants of names only must get through, or the mutator tests nothing.
        #expect(accepted > 0, "seed \(seed)")
    }

    @Test("1,000 mutants of a whole file are opened and read without a crash")
    func mutantFiles() throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: 99)
        for _ in 0..<1000 {
            let bytes = mutate(SafetensorsBuilder.example.file, using: &random)
            try folder.write(bytes, as: "model.safetensors")
            _ = try? readAll(folder)
        }
    }

    @Test("mutants of the index and the configuration give an error or a value")
    func mutantTexts() {
        var random = SeededGenerator(seed: 7)
        let index = Array("{\"weight_map\":{\"a\":\"model-1.safetensors\"}}".utf8)
        for _ in 0..<5000 {
            let text = mutate(index, using: &random)
            guard let read = try? SafetensorsIndex(parsing: text, file: "index") else { continue }
            for shard in read.shards.values {
                #expect(!shard.contains("/") && !shard.hasPrefix("."))
            }
        }
        for _ in 0..<5000 {
            let text = mutate(Array(exampleConfiguration.utf8), using: &random)
            guard let model = try? ModelDescription(json: text) else { continue }
            #expect(model.attentionHeadCount.isMultiple(of: model.keyValueHeadCount))
            #expect(model.headDimension > 0 && model.hiddenSize > 0)
        }
    }

    /// One to three changes: bits, digits, bytes in or out, pieces doubled.
    private func mutate(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<7, using: &random) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0x20..<0x7f, using: &random), at: place)
            case 4:
                let digits = bytes.indices.filter { (0x30...0x39).contains(bytes[$0]) }
                guard let digit = digits.randomElement(using: &random) else { continue }
                bytes[digit] = UInt8.random(in: 0x30...0x39, using: &random)
            case 5:
                let end = min(bytes.count, place + Int.random(in: 1...40, using: &random))
                bytes.insert(contentsOf: bytes[place..<end], at: place)
            default:
                let numbers = ["9223372036854775807", "18446744073709551616", "-1", "[", "{", "\""]
                let text = numbers.randomElement(using: &random) ?? ""
                bytes.insert(contentsOf: text.utf8, at: place)
            }
        }
        return bytes
    }
}
