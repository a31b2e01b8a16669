/// Cuts normalized text into pieces that are encoded each by itself.
struct PreTokenizer: Sendable {
    enum Step: Sendable {
        case split(SplitRule)
        /// Puts a space before every piece that has none, cuts if asked to, then counts bytes as
        /// characters.
        case byteLevel(addsPrefixSpace: Bool, splits: Bool)
        case metaspace(replacement: [UInt8], scheme: PrependScheme, splits: Bool)
    }

    /// When `Metaspace` puts its mark before a text.
    enum PrependScheme: String {
        case first, always, never
    }

    private(set) var steps: [Step] = []

    /// Whether pieces are to be encoded byte by byte.
    var isByteLevel: Bool {
        steps.contains {
            if case .byteLevel = $0 { true } else { false }
        }
    }

    init(_ node: JSONNode) throws(TokenizerError) {
        try append(node)
    }

    func split(_ pieces: inout Pieces) {
        for step in steps {
            switch step {
            case .split(let rule):
                pieces.split(by: rule)
            case .byteLevel(let addsPrefixSpace, let splits):
                if addsPrefixSpace {
                    pieces.rewrite { piece, result in
                        if piece.first != 0x20 { result.append(0x20) }
                        result.append(contentsOf: piece)
                    }
                }
                if splits { pieces.split(by: SplitRule(pattern: .gpt2, behavior: .isolated)) }
                pieces.isByteLevel = true
            case .metaspace(let replacement, let scheme, let splits):
                Self.applyMetaspace(replacement, scheme, to: &pieces)
                guard splits else { continue }
                pieces.split(
                    by: SplitRule(pattern: .literal(replacement), behavior: .mergedWithNext)
                )
            }
        }
    }

    private static func applyMetaspace(
        _ replacement: [UInt8],
        _ scheme: PrependScheme,
        to pieces: inout Pieces
    ) {
        let startsInput = pieces.startsInput
        pieces.rewrite { piece, result in
            let isMarked = piece.first == 0x20 || piece.starts(with: replacement)
            let isPrepended =
                switch scheme {
                case .always: true
                case .first: startsInput && piece.startIndex == 0
                case .never: false
                }
            if isPrepended, !isMarked { result.append(contentsOf: replacement) }
            for byte in piece {
                if byte == 0x20 {
                    result.append(contentsOf: replacement)
                } else {
                    result.append(byte)
                }
            }
        }
    }

    // MARK: - Reading

    private mutating func append(_ node: JSONNode) throws(TokenizerError) {
        if node.isNull { return }
        let kind = try node["type"].string()
        switch kind {
        case "Sequence":
            for child in try node["pretokenizers"].elements() { try append(child) }
        case "ByteLevel":
            guard !isByteLevel else { throw node.unsupported("ByteLevel after ByteLevel") }
            steps.append(
                .byteLevel(
                    addsPrefixSpace: try node["add_prefix_space"].bool(default: true),
                    splits: try node["use_regex"].bool(default: true)
                )
            )
        case "Metaspace":
            try refuseAfterByteLevel(node, kind)
            try appendMetaspace(node)
        case "Split":
            try appendSplit(node)
        case "Digits":
            let isIndividual = try node["individual_digits"].bool(default: false)
            append(.each(.numbers), isIndividual ? .isolated : .contiguous)
        case "Punctuation":
            append(
                .each(.oldPunctuation | .asciiPunctuation),
                try Self.behavior(node["behavior"], default: .isolated)
            )
        case "Whitespace":
            try refuseAfterByteLevel(node, kind)
            let words = SplitAlternative.run(first: nil, body: .wordCharacters)
            let others = SplitAlternative.run(
                first: nil,
                body: !(.wordCharacters | .whitespace)
            )
            append(.alternatives([words, others]), .removed, isInverted: true)
        case "WhitespaceSplit":
            try refuseAfterByteLevel(node, kind)
            append(.each(.whitespace), .removed)
        default:
            throw node.unsupported("the pre-tokenizer '\(kind)'")
        }
    }

    private mutating func append(
        _ pattern: SplitPattern,
        _ behavior: SplitBehavior,
        isInverted: Bool = false
    ) {
        steps.append(
            .split(SplitRule(pattern: pattern, behavior: behavior, isInverted: isInverted))
        )
    }

    private mutating func appendMetaspace(_ node: JSONNode) throws(TokenizerError) {
        let replacement = try node["replacement"].scalar()
        let scheme: PrependScheme
        if node["prepend_scheme"].isNull {
            scheme = try node["add_prefix_space"].bool(default: true) ? .always : .never
        } else {
            let name = try node["prepend_scheme"].string()
            guard let known = PrependScheme(rawValue: name) else {
                throw node["prepend_scheme"].expected("first, always or never")
            }
            scheme = known
        }
        steps.append(
            .metaspace(
                replacement: Array(String(replacement).utf8),
                scheme: scheme,
                splits: try node["split"].bool(default: true)
            )
        )
    }

    private mutating func appendSplit(_ node: JSONNode) throws(TokenizerError) {
        let pattern = node["pattern"]
        let split: SplitPattern
        if pattern["Regex"].isNull {
            let text = try pattern["String"].bytes()
            guard !text.isEmpty else { throw pattern["String"].expected("a string with text") }
            try refuseAfterByteLevel(node, "a split at a string")
            split = .literal(text)
        } else {
            let text = try pattern["Regex"].string()
            guard let known = KnownPatterns.pattern(text) else {
                throw pattern.unsupported("the split pattern '\(text)'")
            }
            // A character of the byte-level alphabet is a letter or a sign, never a space: only
            // patterns without spaces mean the same there.
            if text != "[0-9][0-9][0-9]" { try refuseAfterByteLevel(node, "the pattern '\(text)'") }
            split = known
        }
        append(
            split,
            try Self.behavior(node["behavior"], default: nil),
            isInverted: try node["invert"].bool(default: false)
        )
    }

    private func refuseAfterByteLevel(
        _ node: JSONNode,
        _ what: String
    ) throws(TokenizerError) {
        if isByteLevel { throw node.unsupported("\(what) after ByteLevel") }
    }

    private static func behavior(
        _ node: JSONNode,
        default fallback: SplitBehavior?
    ) throws(TokenizerError) -> SplitBehavior {
        if node.isNull, let fallback { return fallback }
        guard let known = SplitBehavior(rawValue: try node.string()) else {
            throw node.unsupported("the split behavior '\(try node.string())'")
        }
        return known
    }
}
