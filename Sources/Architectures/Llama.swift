import Checkpoints

extension DecoderLayout {
    /// Llama (Touvron and others, 2023): full attention, biases where the configuration says so.
    static func llama(_ model: ModelDescription) -> DecoderLayout {
        DecoderLayout(
            queryKeyValueBias: model.attentionBias,
            attentionOutputBias: model.attentionBias,
            mlpBias: model.mlpBias,
            windows: model.fullWindows
        )
    }
}
