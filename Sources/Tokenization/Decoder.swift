/// How tokens become text again: what a tokenizer file says, ready to be run.
struct Decoder: Sendable {
    enum Step: Sendable {
        /// Replaces a text inside every token.
        case replace([UInt8], with: [UInt8])
        /// Runs of `<0xNN>` become characters, or one U+FFFD per byte if they are not valid UTF-8.
        case byteFallback
        /// From here on all tokens are one.
        case fuse
        /// Drops up to so many of a character at the start of every token.
        case strip([UInt8], start: Int)
        /// Marks become spaces, but are dropped from the first token.
        case metaspace([UInt8], dropsFirst: Bool)
        /// Tokens written in ``ByteLevelAlphabet`` become bytes, and all tokens one.
        case byteLevel
        /// Without a decoder, tokens are joined with spaces.
        case joinWithSpaces
    }

    private(set) var steps: [Step] = []

    init(_ node: JSONNode) throws(TokenizerError) {
        if node.isNull {
            steps = [.joinWithSpaces]
        } else {
            try append(node)
        }
    }

    /// The bytes one token contributes wherever it stands.
    func bytes(of piece: [UInt8]) -> [UInt8] {
        var piece = piece
        for step in steps {
            switch step {
            case .replace(let pattern, let content):
                piece = Self.replace(pattern, with: content, in: piece)
            case .byteFallback:
                if let byte = ByteFallback.byte(of: piece) { return [byte] }
            case .metaspace(let mark, _):
                piece = Self.replace(mark, with: [0x20], in: piece)
            case .byteLevel:
                piece = ByteLevelAlphabet.decode(piece) ?? piece
            case .fuse, .strip, .joinWithSpaces:
                break
            }
        }
        return piece
    }

    static func replace(
        _ pattern: [UInt8],
        with content: [UInt8],
        in text: [UInt8]
    ) -> [UInt8] {
        guard let first = pattern.first, text.contains(first) else { return text }
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == first, text[index...].starts(with: pattern) {
                result.append(contentsOf: content)
                index += pattern.count
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    // MARK: - Reading

    private mutating func append(_ node: JSONNode) throws(TokenizerError) {
        let kind = try node["type"].string()
        let isFused = steps.contains {
            switch $0 {
            case .fuse, .byteLevel: true
            default: false
            }
        }
        // What comes later would have to see the whole text before the first word is shown.
        if isFused, kind != "Strip", kind != "Fuse", kind != "Sequence" {
            throw node.unsupported("the decoder '\(kind)' after Fuse or ByteLevel")
        }
        switch kind {
        case "Sequence":
            for child in try node["decoders"].elements() { try append(child) }
        case "ByteLevel": steps.append(.byteLevel)
        case "ByteFallback": steps.append(.byteFallback)
        case "Fuse": if !isFused { steps.append(.fuse) }
        case "Replace":
            let pattern = node["pattern"]
            guard pattern["Regex"].isNull else {
                throw pattern.unsupported("a decoder that replaces a regular expression")
            }
            steps.append(
                .replace(try pattern["String"].bytes(), with: try node["content"].bytes())
            )
        case "Strip":
            let content = try node["content"].scalar()
            let start = try node["start"].integer()
            let stop = try node["stop"].integer()
            guard start >= 0, stop == 0 else {
                throw node["stop"].unsupported("stripping the end of a text")
            }
            steps.append(.strip(Array(String(content).utf8), start: start))
        case "Metaspace":
            let scheme =
                try node["prepend_scheme"].isNull
                ? "always" : node["prepend_scheme"].string()
            steps.append(
                .metaspace(
                    Array(String(try node["replacement"].scalar()).utf8),
                    dropsFirst: scheme != "never"
                )
            )
        default:
            throw node.unsupported("the decoder '\(kind)'")
        }
    }
}
