/// How GGUF files call the tensors of a checkpoint.
enum GGUFNames {
    static let embedding = "token_embd.weight"
    static let head = "output.weight"
    /// Factors of the rotary frequencies.
    static let rotaryFactors = "rope_freqs.weight"

    private static let outside = [
        "model.embed_tokens.weight": embedding, "model.norm.weight": "output_norm.weight",
        "lm_head.weight": head,
    ]

    private static let inLayer = [
        "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm",
        "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
        "self_attn.o_proj": "attn_output", "self_attn.q_norm": "attn_q_norm",
        "self_attn.k_norm": "attn_k_norm", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
        "mlp.down_proj": "ffn_down",
    ]

    /// The name in the file for one of an unquantized checkpoint; nil where there is none.
    static func name(of name: String) -> String? {
        if let found = outside[name] { return found }
        let prefix = "model.layers."
        guard name.hasPrefix(prefix) else { return nil }
        let parts = name.dropFirst(prefix.count).split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let dot = parts[1].lastIndex(of: "."),
            let inside = inLayer[String(parts[1][..<dot])]
        else { return nil }
        return "blk.\(parts[0]).\(inside)\(parts[1][dot...])"
    }

    /// The names a file of a family may have; others would change the result unseen.
    static func known(_ family: ModelFamily, layerCount: Int) -> Set<String> {
        var inside = ["attn_norm", "ffn_norm"].map { $0 + ".weight" }
        let attention = ["attn_q", "attn_k", "attn_v", "attn_output"]
        let projections = attention + ["ffn_gate", "ffn_up", "ffn_down"]
        inside += projections.map { $0 + ".weight" }
        switch family {
        case .llama: inside += projections.map { $0 + ".bias" }
        case .qwen2: inside += attention.dropLast().map { $0 + ".bias" }
        case .qwen3: inside += ["attn_q_norm.weight", "attn_k_norm.weight"]
        default: break
        }
        var names = Set(outside.values)
        names.insert(rotaryFactors)
        for layer in 0..<layerCount {
            for name in inside { names.insert("blk.\(layer).\(name)") }
        }
        return names
    }
}
