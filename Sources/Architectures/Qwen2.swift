import Checkpoints

extension DecoderLayout {
    /// Qwen2 (Yang and others, 2024): always biases on queries, keys and values.
    static func qwen2(_ model: ModelDescription) throws(CheckpointError) -> DecoderLayout {
        DecoderLayout(queryKeyValueBias: true, windows: try model.qwenWindows())
    }
}

extension ModelDescription {
    /// Windows from layer `max_window_layers` on, and only with `use_sliding_window`.
    func qwenWindows() throws(CheckpointError) -> [Int?] {
        // 28 is what transformers takes for a configuration that does not say.
        let firstSliding = maxWindowLayers ?? 28
        return try windows(
            where: { $0 >= firstSliding },
            isUsed: usesSlidingWindow ?? false
        )
    }
}
