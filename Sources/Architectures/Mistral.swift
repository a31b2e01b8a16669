import Checkpoints

extension DecoderLayout {
    /// Mistral (Jiang and others, 2023): a sliding window in all layers; later models have none.
    static func mistral(_ model: ModelDescription) throws(CheckpointError) -> DecoderLayout {
        DecoderLayout(windows: try model.windows(where: { _ in true }, isUsed: true))
    }
}
