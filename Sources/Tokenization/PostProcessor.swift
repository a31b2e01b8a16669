/// The tokens that go around an encoded text.
struct PostProcessor: Sendable {
    private(set) var prefix: [Int32] = []
    private(set) var suffix: [Int32] = []

    /// - Parameter node: null stands for no tokens.
    /// - Throws: what is malformed or not supported.
    init(_ node: JSONNode) throws(TokenizerError) {
        try append(node)
    }

    /// Lets `tokenizer_config.json` decide about one token at the start or the end.
    mutating func setFirst(_ id: Int32, to isWanted: Bool) {
        prefix.removeAll { $0 == id }
        if isWanted { prefix.insert(id, at: 0) }
    }

    mutating func setLast(_ id: Int32, to isWanted: Bool) {
        suffix.removeAll { $0 == id }
        if isWanted { suffix.append(id) }
    }

    private mutating func append(_ node: JSONNode) throws(TokenizerError) {
        if node.isNull { return }
        let kind = try node["type"].string()
        switch kind {
        case "ByteLevel":
            // It only shifts offsets, which nobody here asks for.
            break
        case "Sequence":
            for child in try node["processors"].elements() { try append(child) }
        case "TemplateProcessing":
            try appendTemplate(node)
        case "BertProcessing", "RobertaProcessing":
            try prefix.insert(Self.id(node["cls"]), at: 0)
            try suffix.append(Self.id(node["sep"]))
        default:
            throw node.unsupported("the post-processor '\(kind)'")
        }
    }

    private mutating func appendTemplate(_ node: JSONNode) throws(TokenizerError) {
        let tokens = node["special_tokens"]
        var before: [Int32] = []
        var after: [Int32] = []
        var hasText = false
        for part in try node["single"].elements() {
            if !part["Sequence"].isNull {
                guard !hasText, try part["Sequence"]["id"].string() == "A" else {
                    throw part.unsupported("a template with the text more than once")
                }
                hasText = true
                continue
            }
            let name = try part["SpecialToken"]["id"].string()
            for id in try tokens[name]["ids"].elements() {
                let id = try Self.checked(id)
                if hasText { after.append(id) } else { before.append(id) }
            }
            if tokens[name].isNull { throw tokens[name].expected("the ids of this token") }
        }
        guard hasText else { throw node["single"].expected("a template with the text in it") }
        prefix = before + prefix
        suffix += after
    }

    private static func id(_ node: JSONNode) throws(TokenizerError) -> Int32 {
        let pair = try node.elements()
        guard pair.count == 2 else { throw node.expected("a token and its id") }
        return try checked(pair[1])
    }

    private static func checked(_ node: JSONNode) throws(TokenizerError) -> Int32 {
        let id = try node.integer()
        guard (0..<Vocabulary.maximumIDCount).contains(id) else {
            throw node.expected("an id in 0..<\(Vocabulary.maximumIDCount)")
        }
        return Int32(id)
    }
}
