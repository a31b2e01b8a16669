extension ModelReader {
    /// Takes over the vocabulary and the merges of a GGUF file.
    init(_ source: GGUFVocabulary, settings: JSONValue) throws(TokenizerError) {
        self.init()
        for (id, token) in source.tokens.enumerated() where !token.isEmpty {
            try insert(token, id)
        }
        if source.model == "llama" {
            try deriveMerges(source)
        } else {
            for (rank, merge) in source.merges.enumerated() { try add(merge, rank) }
        }
        if case .object(let members) = settings { self.settings = members }
    }

    private mutating func insert(_ token: [UInt8], _ id: Int) throws(TokenizerError) {
        func invalid(_ reason: String) -> TokenizerError {
            .invalid(place: "tokenizer.ggml.tokens[\(id)]", reason: reason)
        }
        guard token.count <= Vocabulary.maximumPieceByteCount else {
            throw invalid(
                "\(token.count) bytes, at most \(Vocabulary.maximumPieceByteCount) are allowed"
            )
        }
        guard let text = String(validating: token, as: UTF8.self) else {
            throw invalid("it is not valid UTF-8")
        }
        guard vocabulary.insert(token, id: Int32(id)) else {
            throw invalid("the token '\(text)' is there twice")
        }
    }

    private mutating func add(_ merge: [UInt8], _ rank: Int) throws(TokenizerError) {
        // The space that parts the two comes after at least one byte.
        guard let space = merge.dropFirst().firstIndex(of: 0x20), space + 1 < merge.count,
            merge.count <= Vocabulary.maximumPieceByteCount
        else {
            throw .invalid(
                place: "tokenizer.ggml.merges[\(rank)]",
                reason: "expected two tokens with one space between them"
            )
        }
        try addMerge(merge[..<space], merge[(space + 1)...], rank: rank, place: Self.merges)
    }

    private static var merges: String { "tokenizer.ggml.merges" }

    /// Every pair of tokens whose joined text is a token, too; the better its score the earlier.
    ///
    /// That is how sentencepiece merges: it joins whatever neighbours give the best token, and of
    /// equal ones the leftmost. So tokens of equal scores have equal ranks.
    private mutating func deriveMerges(_ source: GGUFVocabulary) throws(TokenizerError) {
        func isMade(_ id: Int) -> Bool {
            switch source.type(of: id) {
            case .normal, .userDefined, .unused: true
            case .unknown, .control, .byte: false
            }
        }
        let order = source.tokens.indices.filter { isMade($0) && source.tokens[$0].count > 1 }
            .sorted { source.scores[$0] > source.scores[$1] }
        var rank = 0
        for (index, id) in order.enumerated() {
            if index > 0, source.scores[id] != source.scores[order[index - 1]] { rank += 1 }
            let token = source.tokens[id]
            for place in token.indices.dropFirst() where token[place] & 0xC0 != 0x80 {
                let left = vocabulary.id(of: token, in: 0..<place)
                guard left >= 0, isMade(Int(left)) else { continue }
                let right = vocabulary.id(of: token, in: place..<token.count)
                guard right >= 0, isMade(Int(right)) else { continue }
                try addMerge(token[..<place], token[place...], rank: rank, place: Self.merges)
            }
        }
    }
}
