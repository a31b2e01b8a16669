import Checkpoints

/// In what a family differs from the others, which all are pre-norm decoders with rotary
/// embeddings, grouped-query attention and a gated MLP.
package struct DecoderLayout {
    /// Whether the projections to queries, keys and values add a bias.
    package var queryKeyValueBias = false
    /// Whether the projection after the attention adds a bias.
    package var attentionOutputBias = false
    /// Whether the projections of the MLP add biases.
    package var mlpBias = false
    /// Whether queries and keys are normalised head by head before they are rotated.
    package var queryKeyNorm = false
    /// How many positions a token sees in each layer, its own included; nil: all before it.
    package var windows: [Int?]
}

extension ModelDescription {
    /// No layer has a sliding window.
    var fullWindows: [Int?] { Array(repeating: nil, count: layerCount) }

    /// The window of every layer: `layer_types` decides, and where it is absent, `isSliding`.
    func windows(
        where isSliding: (_ layer: Int) -> Bool,
        isUsed: Bool
    ) throws(CheckpointError) -> [Int?] {
        let window = isUsed ? slidingWindow : nil
        var windows: [Int?] = []
        for layer in 0..<layerCount {
            if slidingLayers?[layer] == true, window == nil {
                throw .invalidSetting(
                    file: "config.json",
                    key: "sliding_window",
                    expected: "a number of positions, because layer_types has sliding layers",
                    found: isUsed ? "none" : "use_sliding_window is false"
                )
            }
            let slides = slidingLayers?[layer] ?? (window != nil && isSliding(layer))
            windows.append(slides ? window : nil)
        }
        return windows
    }
}
