import Checkpoints
import TestData
import Testing

/// Files as an attacker or a broken download makes them: an error or a right read, never a crash.
@Suite("Damaged GGUF files") struct GGUFFaultTests {
    /// Opens a file and reads everything in it that can be read.
    private func readAll(_ path: String) throws {
        let checkpoint = try Checkpoint(folder: path)
        _ = try checkpoint.chatTemplate
        let weights = try checkpoint.openWeights()
        for (name, shape) in [
            ("model.embed_tokens.weight", [5, 8]), ("model.layers.0.mlp.down_proj.weight", [8, 6]),
            ("model.layers.0.self_attn.q_proj.weight", [8, 8]), ("model.norm.weight", [8]),
        ] {
            let tensor = try weights.tensor(named: name, shape: shape)
            try weights.withRows(of: tensor, 1..<tensor.rowCount) { bytes in
                #expect(bytes.byteCount == (tensor.rowCount - 1) * tensor.rowByteCount)
            }
        }
    }

    private func message(_ builder: GGUFBuilder) throws -> String {
        let folder = try TemporaryFolder()
        let file = try folder.write(builder.file, as: "m.gguf")
        let error = #expect(throws: CheckpointError.self) { try readAll(file) }
        return try #require(error).description
    }

    @Test("a file cut at any byte is refused")
    func truncations() throws {
        let folder = try TemporaryFolder()
        let file = GGUFBuilder.model().file
        let path = try folder.write(file, as: "m.gguf")
        try readAll(path)
        for count in stride(from: 0, to: file.count, by: 1) {
            try folder.write(Array(file.prefix(count)), as: "m.gguf")
            #expect(throws: CheckpointError.self, "cut to \(count)") { try readAll(path) }
        }
    }

    @Test("other formats, versions and orders of bytes are told apart")
    func marks() throws {
        var builder = GGUFBuilder.model()
        builder.mark = Array("GGML".utf8)
        #expect(try message(builder).contains("they are not 'GGUF'. Download it again."))
        builder = .model()
        builder.version = 1
        #expect(try message(builder).contains("version 1 of the format is not supported"))
        builder.version = 3 << 24
        #expect(try message(builder).contains("a big-endian file is not supported"))
        builder.version = 4
        #expect(try message(builder).contains("version 4 of the format is not supported"))
    }

    @Test("counts that do not fit the file are refused before room is made")
    func counts() throws {
        for count in [1 << 20, 1 << 40, UInt64.max] {
            var builder = GGUFBuilder.model()
            builder.tensorCount = count
            #expect(try message(builder).contains("\(count) tensors"))
            builder = .model()
            builder.keyCount = count
            #expect(try message(builder).contains("\(count) metadata entries"))
            builder = .model()
            builder.entry("a", 8, bytes(count))
            #expect(try message(builder).contains("\(count) bytes in a string"))
            builder = .model()
            builder.entry("a", 9, bytes(UInt32(10)) + bytes(count))
            #expect(try message(builder).contains("\(count) elements in an array"))
        }
    }

    @Test("metadata that break the rules are refused")
    func metadata() throws {
        func message(_ type: UInt32, _ value: [UInt8]) throws -> String {
            var builder = GGUFBuilder.model()
            builder.entry("a", type, value)
            return try self.message(builder)
        }
        #expect(try message(13, []).contains("metadata 'a': a value of the unknown type 13"))
        #expect(try message(7, [2]).contains("a truth value of 2"))
        #expect(try message(8, bytes(UInt64(1)) + [0xff]).contains("not valid UTF-8"))
        let nest = (0..<5).flatMap { _ in GGUFBuilder.array(of: 9, count: 1) }
        #expect(try message(9, nest).contains("nested deeper than 4 levels"))
        var builder = GGUFBuilder.model()
        builder.set("llama.context_length", 1)
        #expect(try self.message(builder).contains("the key appears twice"))
        builder = .model()
        builder.set("general.alignment", 33)
        #expect(try self.message(builder).contains("should be a multiple of 8, found 33"))
    }

    @Test("arrays in arrays are passed over")
    func nested() throws {
        var builder = GGUFBuilder.model()
        let inner = GGUFBuilder.array(of: 8, count: 1) + GGUFBuilder.string("text")
        builder.entry("a", 9, GGUFBuilder.array(of: 9, count: 2) + inner + inner)
        builder.entry("b", 9, GGUFBuilder.array(of: 1, count: 3) + [1, 2, 3])
        let folder = try TemporaryFolder()
        try readAll(folder.write(builder.file, as: "m.gguf"))
    }

    @Test("tensors that break the rules are refused")
    func tensors() throws {
        func message(
            _ lengths: [Int],
            _ type: UInt32 = 0,
            offset: UInt64? = nil,
            byteCount: Int = 0
        ) throws -> String {
            var builder = GGUFBuilder.model()
            let data = [UInt8](repeating: 0, count: byteCount)
            builder.add("output.weight", lengths, type, data, offset: offset)
            return try self.message(builder)
        }
        #expect(try message([]).contains("tensor 'output.weight': 0 dimensions, expected 1 to 4"))
        #expect(try message([1, 1, 1, 1, 1]).contains("5 dimensions, expected 1 to 4"))
        #expect(try message([8, 0]).contains("a length of 0"))
        #expect(try message([1 << 62, 4]).contains("is too large"))
        #expect(try message([1 << 40, 4]).contains("takes 17592186044416 bytes"))
        #expect(try message([8], offset: 4).contains("it begins at 4, which is no multiple of 32"))
        #expect(try message([8], offset: .max).contains("which is no multiple of 32"))
        #expect(try message([8], offset: 0).contains("its bytes lie in those of"))
        #expect(try message([33, 4], 2).contains("rows of 33 are no whole blocks of 32"))
        var twice = GGUFBuilder.model()
        twice.add("output_norm.weight", [8])
        #expect(try self.message(twice).contains("'output_norm.weight': it is there twice"))
    }

    @Test("mutants give an error or a right read", arguments: [UInt64](1...2))
    func mutants(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var random = SeededGenerator(seed: seed)
        let original = GGUFBuilder.model().file
        let headByteCount = original.count - 4 * 256
        var accepted = 0
        for _ in 0..<2000 {
            var file = original
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<headByteCount, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: file[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 1: file[place] = UInt8.random(in: 0...255, using: &random)
                default: file.remove(at: place)
                }
            }
            let path = try folder.write(file, as: "m.gguf")
            if (try? readAll(path)) != nil { accepted += 1 }
        }
        // Changed names and numbers must get through, or the mutants test nothing.
        #expect(accepted > 0, "seed \(seed)")
    }
}
