import TestData

/// A shape with random weights whose answers take long enough to be interrupted anywhere.
enum SlowModel {
    private static let configuration = """
        {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_act": "silu",
         "hidden_size": 512, "intermediate_size": 2048, "num_hidden_layers": 6,
         "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 64, "vocab_size": 2048,
         "max_position_embeddings": 4096, "rms_norm_eps": 1e-05, "rope_theta": 10000.0,
         "tie_word_embeddings": false, "bos_token_id": 0, "eos_token_id": 1,
         "torch_dtype": "float32"}
        """

    /// A folder with nothing but the shape.
    static func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(configuration, as: "config.json")
        return folder
    }
}
