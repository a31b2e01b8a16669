import Tokenization

/// Small tokenizer files, written for the tests.
enum SmallTokenizer: CaseIterable, Sendable {
    case byteLevel, fallback, unigram

    var file: String {
        switch self {
        case .byteLevel: Self.byteLevelFile
        case .fallback: Self.fallbackFile
        case .unigram: Self.unigramFile
        }
    }

    func load(configuration: String? = nil) throws -> Tokenizer {
        try Tokenizer(
            tokenizerJSON: Array(file.utf8),
            configurationJSON: configuration.map { Array($0.utf8) }
        )
    }

    /// A byte-level model with all bytes, merges that double letters, and one special token.
    private static let byteLevelFile = file(byteLevelStages)

    private static let byteLevelStages = [
        "normalizer": #"{"type": "NFC"}"#,
        "pre_tokenizer": #"{"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}"#,
        "post_processor": "null",
        "decoder": #"{"type": "ByteLevel"}"#,
        "model": model(
            vocabulary: alphabet + doublings,
            merges: merges(doublings),
            settings: #""ignore_merges": true"#
        ),
    ]

    /// A model of characters with byte fallback, as Llama 2's.
    private static let fallbackFile = file([
        "normalizer": """
        {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
         {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
        """,
        "pre_tokenizer": "null",
        "post_processor": """
        {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
         {"Sequence": {"id": "A", "type_id": 0}}],
         "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
        """,
        "decoder": """
        {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"},
         "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
         {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """,
        "model": model(
            vocabulary: ["<unk>", "<s>"] + byteTokens + ["▁", "a", "b"] + doublings + ["▁▁", "▁a"],
            merges: merges(doublings) + [("▁", "▁"), ("▁", "a")],
            settings: #""byte_fallback": true, "fuse_unk": true, "unk_token": "<unk>""#
        ),
    ])

    /// A Unigram model with byte fallback.
    private static let unigramFile = file([
        "normalizer": "null",
        "pre_tokenizer": #"{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}"#,
        "post_processor": "null",
        "decoder": """
        {"type": "Sequence", "decoders": [{"type": "ByteFallback"},
         {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}]}
        """,
        "model": """
        {"type": "Unigram", "unk_id": 0, "byte_fallback": true, "vocab": [
        \((["<unk>"] + byteTokens + ["▁", "a", "aa", "▁a"]).enumerated()
                .map { "[\"\($0.element)\", -\(Double($0.offset % 17))]" }
                .joined(separator: ", "))]}
        """,
    ])

    /// The byte-level file with other stages in place of its own.
    static func byteLevel(with stages: [String: String]) throws -> Tokenizer {
        try Tokenizer(tokenizerJSON: Array(file(byteLevelStages.merging(stages) { $1 }).utf8))
    }

    private static func file(_ stages: [String: String]) -> String {
        var stages = stages
        stages["added_tokens"] =
            stages["added_tokens"]
            ?? #"[{"id": 300, "content": "<|end|>", "special": true, "normalized": false}]"#
        let members = stages.sorted { $0.key < $1.key }.map { "\"\($0.key)\": \($0.value)" }
        return "{\(members.joined(separator: ",\n"))}"
    }

    // MARK: - Vocabularies

    /// GPT-2's characters for the 256 bytes.
    static let alphabet: [String] = {
        var next: UInt32 = 0x100
        return (UInt32(0)..<256).compactMap { byte in
            let prints =
                (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
            defer { if !prints { next += 1 } }
            return Unicode.Scalar(prints ? byte : next).map { String($0) }
        }
    }()

    static let byteTokens = (0..<256).map { byte in
        let digits = String(byte, radix: 16, uppercase: true)
        return "<0x\(digits.count < 2 ? "0" : "")\(digits)>"
    }

    static let doublings = ["aa", "aaaa", "aaaaaaaa", "bb"]

    private static func merges(_ doublings: [String]) -> [(String, String)] {
        doublings.map {
            let half = String($0.prefix($0.count / 2))
            return (half, half)
        }
    }

    private static func model(
        vocabulary: [String],
        merges: [(String, String)],
        settings: String
    ) -> String {
        let pieces = vocabulary.enumerated().map { "\(quoted($0.element)): \($0.offset)" }
        let pairs = merges.map { "[\(quoted($0.0)), \(quoted($0.1))]" }
        return """
            {"type": "BPE", \(settings), "vocab": {\(pieces.joined(separator: ", "))},
             "merges": [\(pairs.joined(separator: ", "))]}
            """
    }

    private static func quoted(_ text: String) -> String {
        text == "\"" || text == "\\" ? "\"\\\(text)\"" : "\"\(text)\""
    }
}

/// Reproducible random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A text of ASCII, white space, letters the small files merge, and any scalars.
    mutating func text(scalarCount: Int) -> String {
        var text = String.UnicodeScalarView()
        while text.count < scalarCount {
            let value: UInt32 =
                switch UInt8.random(in: 0..<6, using: &self) {
                case 0: UInt32.random(in: 0..<0x80, using: &self)
                case 1: [0x20, 0x0A, 0x20, 0x3000].randomElement(using: &self) ?? 0x20
                case 2, 3: [0x61, 0x62, 0x2581, 0x20].randomElement(using: &self) ?? 0x61
                case 4: UInt32.random(in: 0x80..<0x3000, using: &self)
                default: UInt32.random(in: 0..<0x110000, using: &self)
                }
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
        }
        return String(text)
    }
}
