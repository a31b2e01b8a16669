import Architectures
import Checkpoints
import Compute
import TestData
import Testing

@Suite struct LoadingTests {
    private func description(_ changes: (String, String)...) throws -> ModelDescription {
        let bytes = try TestData.bytes(TinyModelTests.folder + "/config.json")
        var text = String(decoding: bytes, as: UTF8.self)
        for (old, new) in changes {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        return try ModelDescription(json: Array(text.utf8))
    }

    private func load(
        _ model: ModelDescription,
        _ weights: any WeightSource,
        progress: (Double) -> Void = { _ in }
    ) throws {
        _ = try ArchitectureRegistry.make(
            model,
            weights: weights,
            device: CPUDevice(threadCount: 1),
            maxTokensPerStep: 4,
            progress: progress
        )
    }

    @Test("a missing tensor is named with the shape it should have")
    func missing() throws {
        let weights = try SafetensorsFolder(folder: TinyModelTests.folder)
        let model = try description(("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3"))
        #expect(
            throws: CheckpointError.missingTensor(
                folder: TinyModelTests.folder,
                name: "model.layers.2.self_attn.q_proj.weight",
                expectedShape: [64, 64]
            )
        ) { try load(model, weights) }
    }

    @Test("a tensor of another shape is named with both shapes")
    func misshapen() throws {
        let weights = try SafetensorsFolder(folder: TinyModelTests.folder)
        let model = try description(("\"intermediate_size\": 160", "\"intermediate_size\": 144"))
        #expect(
            throws: CheckpointError.misshapenTensor(
                file: TinyModelTests.folder + "/model.safetensors",
                name: "model.layers.0.mlp.gate_proj.weight",
                expected: [144, 64],
                found: [160, 64]
            )
        ) { try load(model, weights) }
    }

    @Test("biases are looked for where the family has them")
    func biases() throws {
        let weights = try SafetensorsFolder(folder: TinyModelTests.folder)
        let model = try description(("LlamaForCausalLM", "Qwen2ForCausalLM"))
        #expect(
            throws: CheckpointError.missingTensor(
                folder: TinyModelTests.folder,
                name: "model.layers.0.self_attn.q_proj.bias",
                expectedShape: [64]
            )
        ) { try load(model, weights) }
    }

    @Test("progress rises from 0 to 1")
    func progress() throws {
        let model = try description()
        var steps: [Double] = []
        try load(model, DummyWeights(seed: 0, elementType: .bfloat16)) { steps.append($0) }
        #expect(steps.first == 0)
        #expect(steps.last == 1)
        #expect(steps == steps.sorted())
        #expect(steps.count > 10)
    }

    @Test("a large tensor is packed in slices, joined tensors one after the other")
    func slices() throws {
        let model = try description(
            ("\"vocab_size\": 320", "\"vocab_size\": 200000"),
            ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 1")
        )
        let device = CountingDevice(try CPUDevice(threadCount: 2))
        _ = try ArchitectureRegistry.make(
            model,
            weights: DummyWeights(seed: 4, elementType: .bfloat16),
            device: device,
            maxTokensPerStep: 2,
            maxLogitRows: 2
        )
        // 64 columns of 2 bytes: 65,536 rows are 8 MiB.
        let table = [0..<65_536, 65_536..<131_072, 131_072..<196_608, 196_608..<200_000]
        let layer = [0..<64, 64..<96, 96..<128, 0..<64, 0..<160, 160..<320, 0..<64]
        #expect(device.packedRows == table + layer + table)
    }

    @Test(
        "the estimate is what is made",
        arguments: ["LlamaForCausalLM", "Qwen2ForCausalLM", "Qwen3ForCausalLM"],
        ElementType.allCases
    )
    func estimate(name: String, type: ElementType) throws {
        var model = try description(
            ("LlamaForCausalLM", name),
            ("\"attention_bias\": false", "\"attention_bias\": true"),
            ("\"tie_word_embeddings\": false", "\"tie_word_embeddings\": true")
        )
        model.weightType = type
        let device = CountingDevice(try CPUDevice(threadCount: 1))
        _ = try ArchitectureRegistry.make(
            model,
            weights: DummyWeights(seed: 0, elementType: .bfloat16),
            device: device,
            maxTokensPerStep: 37,
            maxLogitRows: 5
        )
        let memory = try ArchitectureRegistry.memory(
            of: model,
            maxTokensPerStep: 37,
            maxLogitRows: 5
        )
        let table = RotaryTable.byteCount(positionCount: 512, frequencyCount: 8)
        #expect(memory.weightByteCount == device.weightByteCount + table)
        #expect(memory.activationByteCount == device.activationByteCount)
        #expect(memory.roundedInputByteCount(activations: .float32) == 0)
    }

    @Test("the largest sizes a configuration may have do not overflow the estimate")
    func largest() throws {
        let model = try description(
            ("\"hidden_size\": 64", "\"hidden_size\": 1048576"),
            ("\"intermediate_size\": 160", "\"intermediate_size\": 16777216"),
            ("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 4096"),
            ("\"num_attention_heads\": 4", "\"num_attention_heads\": 65536"),
            ("\"num_key_value_heads\": 2", "\"num_key_value_heads\": 65536"),
            ("\"head_dim\": 16", "\"head_dim\": 256"),
            ("\"vocab_size\": 320", "\"vocab_size\": 16777216"),
            ("\"max_position_embeddings\": 512", "\"max_position_embeddings\": 16777216")
        )
        let memory = try ArchitectureRegistry.memory(
            of: model,
            maxTokensPerStep: 1 << 20,
            maxLogitRows: 1 << 20
        )
        #expect(memory.weightByteCount > 1 << 50)
    }
}
