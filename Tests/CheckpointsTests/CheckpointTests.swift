import Checkpoints
import Compute
import TestData
import Testing

@Suite struct CheckpointTests {
    @Test("a folder without weights can be opened with random ones")
    func dummy() throws {
        let folder = try TemporaryFolder()
        try folder.write(exampleConfiguration, as: "config.json")
        try folder.write("{\"eos_token_id\":[9,3]}", as: "generation_config.json")
        let checkpoint = try Checkpoint(folder: folder.path, loadFormat: .dummy(seed: 1))
        #expect(checkpoint.description.hiddenSize == 64)
        #expect(checkpoint.eosTokenIDs == [2, 9, 3])
        #expect(!checkpoint.hasTokenizer)
        let tensor = try checkpoint.openWeights().tensor(named: "any", shape: [3, 4])
        #expect(tensor.elementType == .bfloat16)
    }

    @Test("the type comes from the weights where config.json names none")
    func storedType() throws {
        let folder = try TemporaryFolder()
        let text = exampleConfiguration.replacing("\"torch_dtype\":\"bfloat16\",", with: "")
        try folder.write(text, as: "config.json")
        var builder = SafetensorsBuilder()
        builder.add("a", "I64", [1], byteCount: 8)
        builder.add("b", "F16", [1], byteCount: 2)
        try folder.write(builder.file, as: "model.safetensors")
        #expect(try Checkpoint(folder: folder.path).description.weightType == .float16)
    }

    @Test("what is missing is told with what to do")
    func missing() throws {
        let folder = try TemporaryFolder()
        func message() throws -> String {
            let error = #expect(throws: CheckpointError.self) {
                try Checkpoint(folder: folder.path)
            }
            return try #require(error).description
        }
        #expect(try message().contains("config.json' is not there. Give the folder of one model"))
        try folder.write("", as: "snapshots")
        #expect(try message().contains("give one of the folders under its snapshots"))
        try folder.write(exampleConfiguration, as: "config.json")
        #expect(try message().contains("model.safetensors' is not there"))
        try folder.write("", as: "pytorch_model.bin")
        #expect(try message().contains("'pytorch_model.bin', which is not read"))
        #expect(
            throws: CheckpointError.folderNotFound(path: folder.path + "/config.json")
        ) { try Checkpoint(folder: folder.path + "/config.json") }
    }

    @Test("an unsupported model is told so before missing weights are")
    func order() throws {
        let folder = try TemporaryFolder()
        try folder.write("{\"architectures\":[\"Odd\"]}", as: "config.json")
        let error = #expect(throws: CheckpointError.self) { try Checkpoint(folder: folder.path) }
        #expect(try #require(error).description.contains("Supported are"))
    }

    @Test("a folder or a huge file in the place of a file is refused")
    func oddFiles() throws {
        #expect(throws: CheckpointError.self) { try FileBytes(path: TestData.packageRoot) }
        #expect(throws: CheckpointError.self) { try FileBytes(path: "/dev/zero") }
        #expect(throws: CheckpointError.self) { try FileBytes(path: "a\0b") }
        let folder = try TemporaryFolder()
        try folder.write([UInt8](repeating: 0x20, count: 1 << 20 + 1), as: "config.json")
        #expect(throws: CheckpointError.self) { try Checkpoint(folder: folder.path) }
    }

    @Test("a hostile name cannot break the lines of a message")
    func escaping() {
        let error = CheckpointError.invalidTensor(
            file: "m",
            name: "a\n\u{1b}[31m" + String(repeating: "x", count: 1000),
            problem: "p"
        )
        #expect(error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        #expect(error.description.utf8.count < 400)
    }
}

/// The heads of all checkpoints in the test data, whatever their architecture.
@Suite(.enabled(if: TestData.isPresent)) struct CheckpointGoldenTests {
    static let folders: [String] = ["", "models/", "quant/", "gguf/"].flatMap { parent in
        TestData.names(in: parent).map { parent + $0 }
    }.filter {
        TestData.exists(TestData.path($0 + "/config.json"))
    }

    @Test("every tensor of a real checkpoint is found", arguments: folders)
    func opens(_ name: String) throws {
        let weights = try SafetensorsFolder(folder: TestData.path(name))
        #expect(weights.tensorNames.count > 10)
        #expect(weights.storedType != nil)
    }

    @Test("a real configuration is understood or refused by name", arguments: folders)
    func describes(_ name: String) throws {
        do {
            let checkpoint = try Checkpoint(folder: TestData.path(name))
            #expect(checkpoint.description.layerCount > 0)
        } catch {
            switch error {
            case .unsupportedArchitecture, .unsupportedQuantization: break
            default: Issue.record("\(name): \(error)")
            }
        }
    }
}
