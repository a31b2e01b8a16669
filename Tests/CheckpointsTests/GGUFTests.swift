import Checkpoints
import Compute
import TestData
import Testing

@Suite("GGUF files") struct GGUFTests {
    private func open(_ builder: GGUFBuilder) throws -> Checkpoint {
        let folder = try TemporaryFolder()
        return try Checkpoint(folder: folder.write(builder.file, as: "m.gguf"))
    }

    private func message(_ builder: GGUFBuilder) throws -> String {
        let error = #expect(throws: CheckpointError.self) { try open(builder) }
        return try #require(error).description
    }

    private func values(_ checkpoint: Checkpoint, _ name: String, _ shape: [Int]) throws -> [Float]
    {
        let weights = try checkpoint.openWeights()
        let tensor = try weights.tensor(named: name, shape: shape)
        var values: [Float] = []
        for row in 0..<tensor.rowCount {
            try weights.withRows(of: tensor, row..<(row + 1)) { bytes in
                for index in 0..<tensor.columnCount {
                    values.append(Float(bitPattern: bytes.uint32(at: index * 4)))
                }
            }
        }
        return values
    }

    // MARK: - Description

    @Test("the metadata become a description", arguments: [UInt32(2), 3])
    func description(version: UInt32) throws {
        var builder = GGUFBuilder.model()
        builder.version = version
        let model = try open(builder).description
        #expect(model.family == .llama)
        #expect(model.hiddenSize == 8)
        #expect(model.layerCount == 1)
        #expect(model.attentionHeadCount == 2)
        #expect(model.keyValueHeadCount == 1)
        #expect(model.headDimension == 4)
        #expect(model.intermediateSize == 6)
        #expect(model.vocabularySize == 5)
        #expect(model.contextLength == 64)
        #expect(model.normEpsilon == 0.25)
        #expect(model.rotaryBase == 10_000)
        #expect(model.rotaryScaling == .none)
        #expect(model.tiedEmbeddings)
        #expect(model.weightType == .float32)
        #expect(model.bosTokenID == 1)
        #expect(model.eosTokenIDs == [2])
    }

    @Test("families come from the architecture and the window")
    func families() throws {
        #expect(try open(.model("qwen2")).description.family == .qwen2)
        #expect(try open(.model("qwen3")).description.family == .qwen3)
        var builder = GGUFBuilder.model()
        builder.set("llama.attention.sliding_window", 16)
        #expect(try open(builder).description.family == .mistral)
        #expect(try open(builder).description.slidingWindow == 16)
        #expect(
            try message(.model("mamba")).contains(
                "the architecture 'mamba' is not supported. Supported are llama, qwen2, qwen3."
            )
        )
    }

    @Test("an output matrix, biases and the end of a turn are seen")
    func options() throws {
        var builder = GGUFBuilder.model()
        builder.add("output.weight", [8, 5])
        builder.add("blk.0.attn_q.bias", [8])
        builder.set("tokenizer.ggml.eot_token_id", 3)
        let model = try open(builder).description
        #expect(!model.tiedEmbeddings)
        #expect(model.attentionBias)
        #expect(model.eosTokenIDs == [2, 3])
    }

    @Test("rotary scalings are those of the metadata or of a tensor")
    func scalings() throws {
        var linear = GGUFBuilder.model()
        linear.set("llama.rope.scaling.type", "linear")
        linear.set("llama.rope.scaling.factor", Float(4))
        #expect(try open(linear).description.rotaryScaling == .linear(factor: 4))
        var yarn = GGUFBuilder.model()
        yarn.set("llama.rope.scaling.type", "yarn")
        yarn.set("llama.rope.scaling.factor", Float(4))
        yarn.set("llama.rope.scaling.original_context_length", 32)
        let model = try open(yarn).description
        guard case .yarn(let parameters) = model.rotaryScaling else {
            Issue.record("\(model.rotaryScaling)")
            return
        }
        #expect(parameters.originalContextLength == 32)
        #expect(abs(parameters.attentionFactor - 1.138_629_436_111_989) < 1e-12)
        #expect(model.contextLength == 128)
        var factors = GGUFBuilder.model()
        factors.add("rope_freqs.weight", [2], countingFrom: 1)
        #expect(try open(factors).description.rotaryScaling == .factors([1, 2]))
        var both = linear
        both.add("rope_freqs.weight", [2], countingFrom: 1)
        #expect(try message(both).contains("'llama.rope.scaling.type' should be none beside"))
        var odd = GGUFBuilder.model()
        odd.set("llama.rope.scaling.type", "longrope")
        #expect(try message(odd).contains("should be one of none, linear, yarn, found 'longrope'"))
    }

    @Test("what would change the result unseen is refused")
    func refusals() throws {
        var experts = GGUFBuilder.model()
        experts.set("llama.expert_count", 8)
        #expect(try message(experts).contains("mixtures of experts are not supported, found 8"))
        var norms = GGUFBuilder.model()
        norms.add("blk.0.attn_q_norm.weight", [4])
        #expect(try message(norms).contains("the tensor 'blk.0.attn_q_norm.weight' is not supp"))
        var partial = GGUFBuilder.model()
        partial.set("llama.rope.dimension_count", 2)
        #expect(try message(partial).contains("should be 4, the width of a head, found 2"))
        var vocabulary = GGUFBuilder.model()
        vocabulary.set("tokenizer.ggml.eot_token_id", 5)
        #expect(try message(vocabulary).contains("should be a token below 5, found 5"))
    }

    // MARK: - Files

    @Test("a folder with one file and no config.json is that file")
    func folders() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(GGUFBuilder.model().file, as: "m.gguf")
        let checkpoint = try Checkpoint(folder: folder.path)
        #expect(checkpoint.ggufFile == file)
        #expect(checkpoint.hasTokenizer)
        #expect(try checkpoint.chatTemplate == nil)
        #expect(checkpoint.generationDefaults == GenerationDefaults())
        try folder.write("", as: "other.gguf")
        #expect(
            throws: CheckpointError.fileMissing(
                path: folder.path + "/config.json",
                advice: "The folder has several GGUF files: give the path of one."
            )
        ) { try Checkpoint(folder: folder.path) }
    }

    @Test("the parts of a split model are read as one")
    func parts() throws {
        func part(_ number: Int, _ builder: GGUFBuilder) -> [UInt8] {
            var builder = builder
            builder.set("split.no", number)
            builder.set("split.count", 2)
            return builder.file
        }
        let folder = try TemporaryFolder()
        let first = try folder.write(part(0, .model()), as: "m-00001-of-00002.gguf")
        #expect(
            throws: CheckpointError.fileMissing(
                path: folder.path + "/m-00002-of-00002.gguf",
                advice: "The model was split into 2 files: download all of them."
            )
        ) { try Checkpoint(folder: first) }
        var rest = GGUFBuilder()
        rest.add("output.weight", [8, 5], countingFrom: 7)
        let second = try folder.write(part(1, rest), as: "m-00002-of-00002.gguf")
        let checkpoint = try Checkpoint(folder: folder.path)
        #expect(checkpoint.ggufFile == first)
        #expect(try checkpoint.openWeights().filePaths == [first, second])
        #expect(!checkpoint.description.tiedEmbeddings)
        #expect(try values(checkpoint, "lm_head.weight", [5, 8]).first == 7)
        #expect(throws: CheckpointError.self) { try Checkpoint(folder: second) }
        try folder.write(part(0, rest), as: "m-00002-of-00002.gguf")
        #expect(throws: CheckpointError.self) { try Checkpoint(folder: first) }
    }

    @Test("chat templates are found in all their places")
    func templates() throws {
        var builder = GGUFBuilder.model()
        builder.set("tokenizer.chat_template", "{{ a }}")
        let gguf = try open(builder)
        let copy = try TemporaryFolder()
        try copy.write(builder.file, as: "m.gguf")
        #expect(try Checkpoint(folder: copy.path).chatTemplate == "{{ a }}")
        #expect(gguf.hasTokenizer)
        let folder = try TemporaryFolder()
        try folder.write(exampleConfiguration, as: "config.json")
        let checkpoint = try Checkpoint(folder: folder.path, loadFormat: .dummy(seed: 1))
        #expect(try checkpoint.chatTemplate == nil)
        try folder.write(
            #"{"chat_template":[{"name":"x","template":"1"},{"name":"default","template":"2"}]}"#,
            as: "tokenizer_config.json"
        )
        #expect(try checkpoint.chatTemplate == "2")
        try folder.write(#"{"chat_template":"3"}"#, as: "tokenizer_config.json")
        #expect(try checkpoint.chatTemplate == "3")
        try folder.write("4", as: "chat_template.jinja")
        #expect(try checkpoint.chatTemplate == "4")
    }

    // MARK: - Weights

    @Test("rows of queries and keys are put where the engine rotates them")
    func rowOrder() throws {
        let folder = try TemporaryFolder()
        var builder = GGUFBuilder.model()
        builder.add("blk.0.attn_q.bias", [8])
        let file = try folder.write(builder.file, as: "m.gguf")
        let checkpoint = try Checkpoint(folder: file)
        let query = try values(checkpoint, "model.layers.0.self_attn.q_proj.weight", [8, 8])
        // A row of eight numbers begins with eight times its place in the file.
        #expect(stride(from: 0, to: 64, by: 8).map { query[$0] / 8 } == [0, 2, 1, 3, 4, 6, 5, 7])
        let bias = try checkpoint.openWeights()
            .vector(named: "model.layers.0.self_attn.q_proj.bias", count: 8)
        #expect(bias == [0, 2, 1, 3, 4, 6, 5, 7])
        let value = try values(checkpoint, "model.layers.0.self_attn.v_proj.weight", [4, 8])
        #expect(value == (0..<32).map { Float($0) })
        let other = try folder.write(GGUFBuilder.model("qwen2").file, as: "q.gguf")
        let key = try values(
            Checkpoint(folder: other),
            "model.layers.0.self_attn.k_proj.weight",
            [4, 8]
        )
        #expect(key == (0..<32).map { Float($0) })
    }

    @Test("missing and misshapen tensors and types that are not read are told")
    func tensors() throws {
        let folder = try TemporaryFolder()
        var builder = GGUFBuilder.model()
        builder.add("output.weight", [256, 4], 20, [UInt8](repeating: 0, count: 32))
        let file = try folder.write(builder.file, as: "m.gguf")
        let weights = try Checkpoint(folder: file).openWeights()
        func message(_ name: String, _ shape: [Int]) throws -> String {
            let error = #expect(throws: CheckpointError.self) {
                try weights.matrix(named: name, rowCount: shape[0], columnCount: shape[1])
            }
            return try #require(error).description
        }
        #expect(
            try message("model.layers.0.mlp.up_proj.weight", [6, 9]).contains(
                "'blk.0.ffn_up.weight': it has shape [6, 8], the metadata call for [6, 9]"
            )
        )
        #expect(
            try message("model.layers.1.mlp.up_proj.weight", [6, 9])
                .contains("the tensor 'blk.1.ffn_up.weight' of shape [6, 9] is missing")
        )
        #expect(
            try message("lm_head.weight", [4, 256])
                .contains("the tensor 'lm_head.weight' of type IQ4_NL is not supported")
        )
    }
}
