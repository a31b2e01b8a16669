package import Checkpoints
package import Tokenization

extension Tokenizer {
    /// The tokenizer of a model: of its tokenizer.json, or of its GGUF file; nil without either.
    static func find(for checkpoint: Checkpoint) throws -> Tokenizer? {
        guard checkpoint.hasTokenizer else { return nil }
        guard let file = checkpoint.ggufFile else {
            return try Tokenizer(folder: checkpoint.folder)
        }
        return try Tokenizer(GGUFVocabulary(GGUFMetadata(file: file), file: file))
    }
}

extension GGUFVocabulary {
    /// Takes the vocabulary out of the metadata of a GGUF file, named in errors.
    package init(_ metadata: GGUFMetadata, file: String) throws(CheckpointError) {
        func required<Value>(_ name: String, _ value: Value?) throws(CheckpointError) -> Value {
            guard let value else {
                throw .invalidSetting(
                    file: file,
                    key: "tokenizer.ggml." + name,
                    expected: "to be there; newer files of the model have it",
                    found: "nothing"
                )
            }
            return value
        }
        func id(_ name: String) throws(CheckpointError) -> Int32? {
            let key = "tokenizer.ggml.\(name)_token_id"
            // The largest number of 32 bits, and -1, stand for none.
            return try metadata.integer(key, in: -1...Int(UInt32.max)).flatMap {
                Int32(exactly: $0)
            }.flatMap { $0 < 0 ? nil : $0 }
        }
        let kind = try required("model", metadata.string("tokenizer.ggml.model"))
        let preTokenizer = try metadata.string("tokenizer.ggml.pre")
        self.init(
            model: kind,
            preTokenizer: kind == "gpt2" ? try required("pre", preTokenizer) : preTokenizer ?? "",
            tokens: try required("tokens", metadata.strings("tokenizer.ggml.tokens"))
        )
        types = try metadata.integers("tokenizer.ggml.token_type", in: 0...1000) ?? []
        scores = try metadata.floats("tokenizer.ggml.scores") ?? []
        merges = try metadata.strings("tokenizer.ggml.merges") ?? []
        bosTokenID = try id("bos")
        eosTokenID = try id("eos")
        unknownTokenID = try id("unknown")
        addsBOS = try metadata.bool("tokenizer.ggml.add_bos_token")
        addsEOS = try metadata.bool("tokenizer.ggml.add_eos_token")
        addsSpacePrefix = try metadata.bool("tokenizer.ggml.add_space_prefix")
        removesExtraSpaces = try metadata.bool("tokenizer.ggml.remove_extra_whitespaces")
    }
}
