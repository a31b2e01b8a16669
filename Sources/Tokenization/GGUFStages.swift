/// The stages around the model of a GGUF vocabulary, in the words of `tokenizer.json`.
///
/// A GGUF file only has the name of a pre-tokenizer. What the names stand for is taken from the
/// `tokenizer.json` of the models that have them; so text is normalized where theirs is, which
/// the format does not tell.
struct GGUFStages {
    var members: [String: JSONValue]
    var model: JSONValue = ["type": "BPE"]

    /// sentencepiece's byte pairs: characters, spaces as marks, bytes where all else fails.
    static func characters(_ vocabulary: GGUFVocabulary) -> GGUFStages {
        var normalizers: [JSONValue] = []
        if vocabulary.removesExtraSpaces ?? false {
            normalizers += [
                ["type": "Replace", "pattern": ["Regex": #"\A +| +\z"#], "content": ""],
                ["type": "Replace", "pattern": ["Regex": " {2,}"], "content": " "],
            ]
        }
        let hasPrefix = vocabulary.addsSpacePrefix ?? true
        if hasPrefix { normalizers.append(["type": "Prepend", "prepend": "▁"]) }
        normalizers.append(["type": "Replace", "pattern": ["String": " "], "content": "▁"])
        var decoders: [JSONValue] = [
            ["type": "Replace", "pattern": ["String": "▁"], "content": " "],
            ["type": "ByteFallback"], ["type": "Fuse"],
        ]
        if hasPrefix {
            decoders.append(["type": "Strip", "content": " ", "start": 1, "stop": 0])
        }
        let members: [String: JSONValue] = [
            "normalizer": ["type": "Sequence", "normalizers": .array(normalizers)],
            "decoder": ["type": "Sequence", "decoders": .array(decoders)],
        ]
        var model: [JSONMember] = [
            ("type", "BPE"), ("byte_fallback", true), ("fuse_unk", true),
        ]
        if let unknown = vocabulary.unknownToken {
            model.append(("unk_token", .string(unknown)))
        }
        return GGUFStages(members: members, model: JSONValue(members: model))
    }

    /// Byte pairs over bytes, cut by the pre-tokenizer of a name; nil for names not known.
    static func bytes(_ name: String) -> GGUFStages? {
        guard let splits = splits(name) else { return nil }
        var members: [String: JSONValue] = [
            "pre_tokenizer": ["type": "Sequence", "pretokenizers": .array(splits)],
            "decoder": ["type": "ByteLevel"],
        ]
        if normalizing.contains(name) { members["normalizer"] = ["type": "NFC"] }
        return GGUFStages(
            members: members,
            model: ["type": "BPE", "ignore_merges": .bool(isOfTiktoken(name))]
        )
    }

    /// Whether models with a pre-tokenizer take a word that is a token as it is.
    ///
    /// Where a file does not tell, their texts begin with bos.
    static func isOfTiktoken(_ name: String) -> Bool {
        ["llama-bpe", "llama3", "llama-v3", "falcon3", "tekken"].contains(name)
    }

    // MARK: - Pre-tokenizers

    private static let normalizing = ["qwen2", "deepseek-r1-qwen", "megrez"]

    private static func splits(_ name: String) -> [JSONValue]? {
        switch name {
        case "llama-bpe", "llama3", "llama-v3", "falcon3", "smaug-bpe", "dbrx":
            [split(words + #"\p{N}{1,3}"# + rest), byteLevel]
        case "qwen2", "deepseek-r1-qwen", "megrez":
            [split(words + #"\p{N}"# + rest), byteLevel]
        case "gpt-2", "phi-2":
            [byteLevelThatSplits]
        case "starcoder", "refact", "smollm":
            [["type": "Digits", "individual_digits": true], byteLevelThatSplits]
        case "falcon", "default":
            // What files of no particular kind are read with differs from falcon's in a backtick,
            // which it does not count as punctuation.
            [
                ["type": "Punctuation", "behavior": "Contiguous"], byteLevelThatSplits,
                ["type": "Digits", "individual_digits": false], split("[0-9][0-9][0-9]"),
            ]
        case "tekken":
            [split(casedWords("") + #"|\p{N}"# + slashes), byteLevel]
        case "gpt-4o":
            [
                split(casedWords("(?i:'s|'t|'re|'ve|'m|'ll|'d)?") + #"|\p{N}{1,3}"# + slashes),
                byteLevel,
            ]
        case "deepseek-coder":
            [
                split("[\r\n]"), split(#"\s?\p{L}+"#), split(#"\s?\p{P}+"#),
                split("[一-龥\u{0800}-一가-\u{D7FF}]+"),
                ["type": "Digits", "individual_digits": true], byteLevel,
            ]
        case "deepseek-v3":
            [
                split(#"\p{N}{1,3}"#), split("[一-龥\u{3040}-ゟ゠-ヿ]+"), split(deepseekWords),
                byteLevel,
            ]
        default: nil
        }
    }

    private static let words = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"#
    private static let rest = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let slashes = #"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
    private static let deepseekWords =
        ##"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|"##
        + #"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"#
        + #"\s*[\r\n]+|\s+(?!\S)|\s+"#

    private static func casedWords(_ tail: String) -> String {
        let upper = #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
        let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
        return "\(upper)*\(lower)+\(tail)|\(upper)+\(lower)*\(tail)"
    }

    private static func split(_ pattern: String) -> JSONValue {
        [
            "type": "Split", "pattern": ["Regex": .string(Array(pattern.utf8))],
            "behavior": "Isolated",
        ]
    }

    private static let byteLevel: JSONValue = [
        "type": "ByteLevel", "add_prefix_space": false, "use_regex": false,
    ]
    private static let byteLevelThatSplits: JSONValue = [
        "type": "ByteLevel", "add_prefix_space": false, "use_regex": true,
    ]
}

extension GGUFVocabulary {
    /// The text of the unknown token: the one of that type, or the one of that id.
    fileprivate var unknownToken: [UInt8]? {
        let typed = types.firstIndex { $0 == TokenType.unknown.rawValue }
        guard let id = typed ?? unknownTokenID.map(Int.init), tokens.indices.contains(id),
            !tokens[id].isEmpty
        else { return nil }
        return tokens[id]
    }
}

typealias JSONMember = (key: String, value: JSONValue)

extension JSONValue {
    /// An object.
    init(members: [JSONMember]) {
        self = .object(members.map { (Array($0.key.utf8), $0.value) })
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
    ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { (Array($0.0.utf8), $0.1) })
    }

    init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    init(stringLiteral value: String) { self = .string(Array(value.utf8)) }

    init(booleanLiteral value: Bool) { self = .bool(value) }

    init(integerLiteral value: Int) { self = .number(Double(value)) }
}
