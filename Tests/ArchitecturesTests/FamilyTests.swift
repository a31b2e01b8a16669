import Architectures
import Checkpoints
import Testing

/// What each family makes of its configuration.
@Suite struct FamilyTests {
    private func layout(_ family: String, _ settings: String = "") throws -> DecoderLayout {
        let text = """
            {"architectures":["\(family)ForCausalLM"],"hidden_size":64,"num_hidden_layers":4,
            "num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":128,
            "vocab_size":400,"max_position_embeddings":256\(settings)}
            """
        return try DecoderLayout(ModelDescription(json: Array(text.utf8)))
    }

    @Test("biases are where the family has them")
    func biases() throws {
        #expect(try !layout("Llama").queryKeyValueBias)
        let llama = try layout("Llama", ",\"attention_bias\":true,\"mlp_bias\":true")
        #expect(llama.queryKeyValueBias && llama.attentionOutputBias && llama.mlpBias)
        let qwen2 = try layout("Qwen2")
        #expect(qwen2.queryKeyValueBias && !qwen2.attentionOutputBias && !qwen2.mlpBias)
        let qwen3 = try layout("Qwen3")
        #expect(!qwen3.queryKeyValueBias && qwen3.queryKeyNorm)
        let mistral = try layout("Mistral", ",\"attention_bias\":true")
        #expect(!mistral.queryKeyValueBias && !mistral.queryKeyNorm)
    }

    @Test("windows are on the layers the configuration says")
    func windows() throws {
        let types =
            ",\"layer_types\":[\"full_attention\",\"sliding_attention\",\"full_attention\","
            + "\"sliding_attention\"]"
        let window = ",\"sliding_window\":16"
        let used = window + ",\"use_sliding_window\":true"
        #expect(try layout("Llama", window).windows == [nil, nil, nil, nil])
        #expect(try layout("Mistral").windows == [nil, nil, nil, nil])
        #expect(try layout("Mistral", window).windows == [16, 16, 16, 16])
        #expect(try layout("Qwen2", window).windows == [nil, nil, nil, nil])
        #expect(try layout("Qwen2", used).windows == [nil, nil, nil, nil])
        #expect(
            try layout("Qwen2", used + ",\"max_window_layers\":2").windows == [nil, nil, 16, 16]
        )
        #expect(try layout("Qwen3", used + types).windows == [nil, 16, nil, 16])
        #expect(throws: CheckpointError.self) { try layout("Qwen3", window + types) }
        #expect(throws: CheckpointError.self) { try layout("Qwen2", types) }
    }

    @Test("rotary frequencies: the plain ones fall by powers of the base")
    func plainFrequencies() {
        let plain = RotaryFrequencies(base: 10_000, headDimension: 8, scaling: .none)
        #expect(plain.frequencies == [1, 0.1, 0.01, 0.001])
        #expect(plain.attentionScale == 1)
        let linear = RotaryFrequencies(
            base: 10_000,
            headDimension: 8,
            scaling: .linear(factor: 4)
        )
        #expect(linear.frequencies == [0.25, 0.025, 0.0025, 0.00025])
    }

    @Test("factors divide the frequencies one by one")
    func factors() {
        let plain = RotaryFrequencies(base: 10_000, headDimension: 8, scaling: .none)
        let factored = RotaryFrequencies(
            base: 10_000,
            headDimension: 8,
            scaling: .factors([1, 2, 4, 8])
        )
        let expected = zip(plain.frequencies, [1, 2, 4, 8] as [Float]).map { $0 / $1 }
        #expect(factored.frequencies == expected)
        #expect(factored.attentionScale == 1)
    }

    @Test("llama3 scaling leaves high frequencies and divides low ones")
    func llama3Frequencies() {
        let scaled = RotaryFrequencies(
            base: 10_000,
            headDimension: 8,
            scaling: .llama3(
                factor: 8,
                lowFrequencyFactor: 1,
                highFrequencyFactor: 4,
                originalContextLength: 256
            )
        )
        // Turns over 256 positions: 40.7, 4.07, 0.407, 0.0407; below 1 is low, from 4 on high.
        #expect(scaled.frequencies == [1, 0.1, 0.00125, 0.000125])
    }
}
