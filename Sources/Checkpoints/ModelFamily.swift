/// The architectures that are implemented, by the names that config.json uses.
public enum ModelFamily: String, Sendable, CaseIterable {
    /// Llama 1 to 3, TinyLlama, SmolLM and others of the same shape.
    case llama = "LlamaForCausalLM"
    /// Mistral 7B and its like: Llama with a sliding window.
    case mistral = "MistralForCausalLM"
    /// Qwen2 and Qwen2.5: biases on queries, keys and values.
    case qwen2 = "Qwen2ForCausalLM"
    /// Qwen3 (dense): norms on queries and keys.
    case qwen3 = "Qwen3ForCausalLM"

    /// The family a configuration names, by `architectures` or, without that, by `model_type`.
    init(_ settings: Settings, file: String) throws(CheckpointError) {
        let supported = ModelFamily.allCases.map(\.rawValue)
        let architectures = try settings.strings("architectures", limit: 16) ?? []
        let modelType = try settings.string("model_type")
        let found = architectures.isEmpty ? modelType.map { [$0] } ?? [] : architectures
        for name in found {
            let family = ModelFamily(rawValue: name)
            if let family = family ?? (architectures.isEmpty ? Self.named[name] : nil) {
                self = family
                return
            }
        }
        guard let first = found.first else {
            throw settings.invalid(
                "architectures",
                expected: "one of \(supported.joined(separator: ", "))"
            )
        }
        throw .unsupportedArchitecture(file: file, found: first, supported: supported)
    }

    private static let named: [String: ModelFamily] = [
        "llama": .llama, "mistral": .mistral, "qwen2": .qwen2, "qwen3": .qwen3,
    ]
}
