/// `tokenizer.json`, read but not yet understood.
struct TokenizerDescription {
    let model: ModelReader
    let modelSettings: JSONNode
    private let rest: JSONNode

    subscript(_ key: String) -> JSONNode { rest[key] }

    init(_ bytes: [UInt8]) throws(TokenizerError) {
        guard bytes.count <= TokenizerFiles.maximumByteCount else {
            throw .invalid(
                place: "tokenizer.json",
                reason: "\(bytes.count) bytes, at most \(TokenizerFiles.maximumByteCount) are read"
            )
        }
        var reader = try JSONReader(bytes, file: "tokenizer.json")
        var members: [(key: [UInt8], value: JSONValue)] = []
        var model: ModelReader?
        var key: [UInt8] = []
        try reader.beginObject()
        while try reader.nextKey(into: &key) {
            if key.elementsEqual("model".utf8) {
                if model != nil { throw reader.error("a second model") }
                model = try ModelReader(&reader)
            } else {
                members.append((key, try reader.readValue()))
            }
        }
        try reader.expectEnd()
        guard let model else {
            throw .invalid(place: "tokenizer.json", reason: "the member 'model' is missing")
        }
        self.init(model: model, members: members, file: "tokenizer.json")
    }

    /// Puts together what was read elsewhere; `file` is named in errors.
    init(model: ModelReader, members: [(key: [UInt8], value: JSONValue)], file: String) {
        self.model = model
        modelSettings = JSONNode(value: .object(model.settings), place: "\(file): model")
        rest = JSONNode(value: .object(members), place: "\(file): ")
    }
}

/// What `tokenizer_config.json` has to say to a tokenizer.
struct TokenizerConfiguration {
    private(set) var bosToken: [UInt8]?
    private(set) var eosToken: [UInt8]?
    private var addsBOS: Bool?
    private var addsEOS: Bool?

    init(bosToken: [UInt8]?, eosToken: [UInt8]?, addsBOS: Bool, addsEOS: Bool) {
        self.bosToken = bosToken
        self.eosToken = eosToken
        self.addsBOS = addsBOS
        self.addsEOS = addsEOS
    }

    init(_ bytes: [UInt8]?) throws(TokenizerError) {
        guard let bytes else { return }
        var reader = try JSONReader(bytes, file: "tokenizer_config.json")
        let node = JSONNode(value: try reader.readValue(), place: "tokenizer_config.json: ")
        try reader.expectEnd()
        bosToken = try Self.token(node["bos_token"])
        eosToken = try Self.token(node["eos_token"])
        // Only these classes rebuild the post-processor from the two flags; for the others the file
        // tokenizer.json alone decides.
        let name = try node["tokenizer_class"].isNull ? "" : node["tokenizer_class"].string()
        let heeding = ["Llama", "CodeLlama", "Gemma", "Cohere"]
        guard heeding.contains(where: { name.hasPrefix($0) }) else { return }
        if !node["add_bos_token"].isNull {
            addsBOS = try node["add_bos_token"].bool(default: false)
        }
        if !node["add_eos_token"].isNull {
            addsEOS = try node["add_eos_token"].bool(default: false)
        }
    }

    /// Lets the explicit flags about bos and eos overrule the post-processor.
    func adjust(_ postProcessor: inout PostProcessor, bos: Int32?, eos: Int32?) {
        if let addsBOS, let bos { postProcessor.setFirst(bos, to: addsBOS) }
        if let addsEOS, let eos { postProcessor.setLast(eos, to: addsEOS) }
    }

    /// A token is written as a string or as an object with its content.
    private static func token(_ node: JSONNode) throws(TokenizerError) -> [UInt8]? {
        switch node.value {
        case .null: nil
        case .string(let text): text
        default: try node["content"].bytes()
        }
    }
}

/// The added tokens of a file, sorted by when they are looked for.
struct AddedTokenList {
    private(set) var pieces = Vocabulary()
    private(set) var specialIDs: Set<Int32> = []
    /// What normalizing turned some tokens into; that is the text they leave.
    private(set) var normalizedTexts: [Int32: [UInt8]] = [:]
    private(set) var raw = AddedTokens()
    private(set) var normalized = AddedTokens()

    init(
        _ node: JSONNode,
        _ vocabulary: Vocabulary,
        _ normalizer: Normalizer
    ) throws(TokenizerError) {
        for entry in try node.elements() {
            let content = try entry["content"].bytes()
            guard content.count <= Vocabulary.maximumPieceByteCount else {
                throw entry["content"].expected(
                    "at most \(Vocabulary.maximumPieceByteCount) bytes"
                )
            }
            let written = try entry["id"].integer()
            guard (0..<Vocabulary.maximumIDCount).contains(written) else {
                throw entry["id"].expected("an id in 0..<\(Vocabulary.maximumIDCount)")
            }
            // The model's vocabulary has the last word about the id of a piece.
            let id = vocabulary.id(of: content) ?? Int32(written)
            guard !content.isEmpty, pieces.insert(content, id: id) else { continue }
            if try entry["special"].bool(default: false) { specialIDs.insert(id) }
            let token = AddedTokens.Token(
                id: id,
                isSingleWord: try entry["single_word"].bool(default: false),
                stripsLeft: try entry["lstrip"].bool(default: false),
                stripsRight: try entry["rstrip"].bool(default: false)
            )
            if try entry["normalized"].bool(default: true) {
                let text = normalizer.normalize(content)
                normalized.insert(text, token)
                if text != content { normalizedTexts[id] = text }
            } else {
                raw.insert(content, token)
            }
        }
    }
}
