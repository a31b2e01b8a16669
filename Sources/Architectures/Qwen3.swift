import Checkpoints

extension DecoderLayout {
    /// Qwen3 (Yang and others, 2025), dense: norms on queries and keys.
    static func qwen3(_ model: ModelDescription) throws(CheckpointError) -> DecoderLayout {
        DecoderLayout(
            queryKeyValueBias: model.attentionBias,
            attentionOutputBias: model.attentionBias,
            queryKeyNorm: true,
            windows: try model.qwenWindows()
        )
    }
}
