public import Checkpoints

extension LayerShape {
    /// The products of a decoder, as the engine stacks them: queries, keys and values are one, gate
    /// and up are one.
    public static func layers(of model: ModelDescription) -> [LayerShape] {
        let heads = model.attentionHeadCount * model.headDimension
        let keys = model.keyValueHeadCount * model.headDimension
        let (hidden, count) = (model.hiddenSize, model.layerCount)
        func layer(_ name: String, _ rows: Int, _ columns: Int) -> LayerShape {
            LayerShape(name: name, rowCount: rows, columnCount: columns, count: count)
        }
        return [
            layer("queries, keys, values", heads + 2 * keys, hidden),
            layer("attention output", hidden, heads),
            layer("gate and up", 2 * model.intermediateSize, hidden),
            layer("down", hidden, model.intermediateSize),
            LayerShape(name: head, rowCount: model.vocabularySize, columnCount: hidden),
        ]
    }

    /// The name of the product that runs once per token that is sampled.
    public static let head = "head"
}
