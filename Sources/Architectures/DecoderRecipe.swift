import Checkpoints
import Compute

/// A matrix of the engine, stacked from matrices of a checkpoint that have the same number of
/// columns.
struct MatrixRecipe {
    var parts: [(name: String, rowCount: Int)]
    var columnCount: Int

    var rowCount: Int { parts.reduce(0) { $0 + $1.rowCount } }
    var elementCount: Int { rowCount * columnCount }
}

/// A vector of the engine, joined from vectors of a checkpoint.
struct VectorRecipe {
    var parts: [(name: String, count: Int)]

    var count: Int { parts.reduce(0) { $0 + $1.count } }

    /// The tensors it is joined from.
    var name: String { parts.map(\.name).joined(separator: "+") }
}

/// A projection: a matrix and perhaps a bias.
struct LinearRecipe {
    var weight: MatrixRecipe
    var bias: VectorRecipe?

    /// Stacks the projections `prefix + name`, whose inputs are the same.
    init(
        _ prefix: String,
        _ outputs: [(name: String, count: Int)],
        inputs: Int,
        hasBias: Bool
    ) {
        weight = MatrixRecipe(
            parts: outputs.map { (prefix + $0.name + ".weight", $0.count) },
            columnCount: inputs
        )
        bias =
            hasBias
            ? VectorRecipe(parts: outputs.map { (prefix + $0.name + ".bias", $0.count) }) : nil
    }
}

/// Which tensors of a checkpoint make one layer.
struct LayerRecipe {
    var inputNorm: VectorRecipe
    /// Queries, keys and values in one product: x is read once, and small heads fill whole panels.
    var queryKeyValue: LinearRecipe
    var queryNorm: VectorRecipe?
    var keyNorm: VectorRecipe?
    var attentionOutput: LinearRecipe
    var mlpNorm: VectorRecipe
    var gateUp: LinearRecipe
    var down: LinearRecipe

    init(_ model: ModelDescription, layout: DecoderLayout, layer: Int) {
        let prefix = "model.layers.\(layer)."
        let hidden = model.hiddenSize
        let queryCount = model.attentionHeadCount * model.headDimension
        let keyCount = model.keyValueHeadCount * model.headDimension
        func norm(_ name: String, _ count: Int) -> VectorRecipe {
            VectorRecipe(parts: [(prefix + name + ".weight", count)])
        }
        inputNorm = norm("input_layernorm", hidden)
        mlpNorm = norm("post_attention_layernorm", hidden)
        if layout.queryKeyNorm {
            queryNorm = norm("self_attn.q_norm", model.headDimension)
            keyNorm = norm("self_attn.k_norm", model.headDimension)
        }
        queryKeyValue = LinearRecipe(
            prefix + "self_attn.",
            [("q_proj", queryCount), ("k_proj", keyCount), ("v_proj", keyCount)],
            inputs: hidden,
            hasBias: layout.queryKeyValueBias
        )
        attentionOutput = LinearRecipe(
            prefix + "self_attn.",
            [("o_proj", hidden)],
            inputs: queryCount,
            hasBias: layout.attentionOutputBias
        )
        gateUp = LinearRecipe(
            prefix + "mlp.",
            [("gate_proj", model.intermediateSize), ("up_proj", model.intermediateSize)],
            inputs: hidden,
            hasBias: layout.mlpBias
        )
        down = LinearRecipe(
            prefix + "mlp.",
            [("down_proj", hidden)],
            inputs: model.intermediateSize,
            hasBias: layout.mlpBias
        )
    }

    var linears: [LinearRecipe] { [queryKeyValue, attentionOutput, gateUp, down] }

    var vectors: [VectorRecipe] {
        [inputNorm, queryNorm, keyNorm, mlpNorm].compactMap { $0 } + linears.compactMap(\.bias)
    }
}

/// Which tensors of a checkpoint make a model.
struct DecoderRecipe {
    var embedding: MatrixRecipe
    var layers: [LayerRecipe]
    var finalNorm: VectorRecipe
    /// nil when the embedding is the head too.
    var head: MatrixRecipe?

    init(_ model: ModelDescription, layout: DecoderLayout) {
        func table(_ name: String) -> MatrixRecipe {
            MatrixRecipe(parts: [(name, model.vocabularySize)], columnCount: model.hiddenSize)
        }
        embedding = table("model.embed_tokens.weight")
        head = model.tiedEmbeddings ? nil : table("lm_head.weight")
        finalNorm = VectorRecipe(parts: [("model.norm.weight", model.hiddenSize)])
        layers = (0..<model.layerCount).map {
            LayerRecipe(model, layout: layout, layer: $0)
        }
    }

    /// All matrices, in the order they are loaded in.
    var matrices: [(recipe: MatrixRecipe, role: WeightPolicy.Role)] {
        [(embedding, .table)] + layers.flatMap { $0.linears.map { ($0.weight, .projection) } }
            + [head].compactMap { $0 }.map { ($0, .table) }
    }

    var vectors: [VectorRecipe] { layers.flatMap(\.vectors) + [finalNorm] }
}
