/// The vocabulary of a GGUF file: what its `tokenizer.ggml` metadata say.
public struct GGUFVocabulary: Sendable {
    /// What a token is for, by the numbers of the format.
    public enum TokenType: Int, Sendable {
        /// Text that the model of the tokenizer makes.
        case normal = 1
        /// What stands for text that no other token covers.
        case unknown = 2
        /// A mark such as bos, which is recognised in a text and can be left out of it.
        case control = 3
        /// Text that is one token wherever it stands.
        case userDefined = 4
        /// A place that was left free.
        case unused = 5
        /// One byte, written `<0x0A>`.
        case byte = 6
    }

    /// `model`: `llama` for sentencepiece's byte pairs, `gpt2` for those over bytes.
    public var model: String
    /// `pre`: how a `gpt2` vocabulary cuts text into words.
    public var preTokenizer: String
    /// `tokens`: their texts, by id.
    public var tokens: [[UInt8]]
    /// `token_type`, by id; empty when the file does not tell.
    public var types: [Int] = []
    /// `scores`, by id: of two joins the one into the token with the higher score comes first.
    public var scores: [Float] = []
    /// `merges`: two tokens with a space between, the earliest learned first.
    public var merges: [[UInt8]] = []
    /// `bos_token_id`.
    public var bosTokenID: Int32?
    /// `eos_token_id`.
    public var eosTokenID: Int32?
    /// `unknown_token_id`.
    public var unknownTokenID: Int32?
    /// `add_bos_token`; nil leaves it to the kind of vocabulary.
    public var addsBOS: Bool?
    /// `add_eos_token`.
    public var addsEOS: Bool?
    /// `add_space_prefix`; nil counts as true, and only `llama` vocabularies heed it.
    public var addsSpacePrefix: Bool?
    /// `remove_extra_whitespaces`; nil counts as false, and only `llama` vocabularies heed it.
    public var removesExtraSpaces: Bool?

    /// A vocabulary of some tokens, with all the rest left open.
    public init(model: String, preTokenizer: String, tokens: [[UInt8]]) {
        self.model = model
        self.preTokenizer = preTokenizer
        self.tokens = tokens
    }

    /// The type of a token; normal where the file does not tell, or tells what nobody knows.
    func type(of id: Int) -> TokenType {
        types.isEmpty ? .normal : TokenType(rawValue: types[id]) ?? .normal
    }
}

extension TokenizerDescription {
    /// The stages that a vocabulary calls for, as `tokenizer.json` would describe them.
    init(_ vocabulary: GGUFVocabulary) throws(TokenizerError) {
        try vocabulary.check()
        var stages: GGUFStages
        switch vocabulary.model {
        case "llama": stages = .characters(vocabulary)
        case "gpt2":
            guard let known = GGUFStages.bytes(vocabulary.preTokenizer) else {
                throw .unsupported(
                    place: "tokenizer.ggml.pre",
                    feature: "the pre-tokenizer '\(vocabulary.preTokenizer)'"
                )
            }
            stages = known
        default:
            throw .unsupported(
                place: "tokenizer.ggml.model",
                feature: "the vocabulary '\(vocabulary.model)'"
            )
        }
        stages.members["added_tokens"] = vocabulary.addedTokens
        self.init(
            model: try ModelReader(vocabulary, settings: stages.model),
            members: stages.members.map { (Array($0.key.utf8), $0.value) },
            file: "tokenizer.ggml"
        )
    }
}

extension TokenizerConfiguration {
    /// What a vocabulary says about the tokens around a text.
    init(_ vocabulary: GGUFVocabulary) {
        let isCharacters = vocabulary.model == "llama"
        let beginsWithBOS = isCharacters || GGUFStages.isOfTiktoken(vocabulary.preTokenizer)
        self.init(
            bosToken: vocabulary.text(of: vocabulary.bosTokenID ?? (isCharacters ? 1 : nil)),
            eosToken: vocabulary.text(of: vocabulary.eosTokenID ?? (isCharacters ? 2 : nil)),
            addsBOS: vocabulary.addsBOS ?? beginsWithBOS,
            addsEOS: vocabulary.addsEOS ?? false
        )
    }
}

extension GGUFVocabulary {
    fileprivate func text(of id: Int32?) -> [UInt8]? {
        guard let id, tokens.indices.contains(Int(id)), !tokens[Int(id)].isEmpty else { return nil }
        return tokens[Int(id)]
    }

    fileprivate func check() throws(TokenizerError) {
        func require(_ isRight: Bool, _ key: String, _ reason: String) throws(TokenizerError) {
            if !isRight { throw .invalid(place: "tokenizer.ggml.\(key)", reason: reason) }
        }
        let range = 1...Vocabulary.maximumIDCount
        try require(
            range.contains(tokens.count),
            "tokens",
            "\(tokens.count) tokens, expected 1 to \(range.upperBound)"
        )
        try require(
            types.isEmpty || types.count == tokens.count,
            "token_type",
            "\(types.count) types for \(tokens.count) tokens"
        )
        guard model == "llama" else { return }
        try require(
            scores.count == tokens.count,
            "scores",
            "\(scores.count) scores for \(tokens.count) tokens"
        )
        try require(!scores.contains { $0.isNaN }, "scores", "a score that is not a number")
    }

    /// Control, unknown and user-defined tokens: they are recognised in a text as it comes.
    fileprivate var addedTokens: JSONValue {
        .array(
            tokens.indices.compactMap { id -> JSONValue? in
                let type = type(of: id)
                guard [.control, .unknown, .userDefined].contains(type), !tokens[id].isEmpty else {
                    return nil
                }
                return [
                    "id": .number(Double(id)), "content": .string(tokens[id]),
                    "special": .bool(type != .userDefined), "normalized": false,
                ]
            }
        )
    }
}
