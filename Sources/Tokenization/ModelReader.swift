/// Collects the `model` object of a tokenizer file, whatever the order of its members.
struct ModelReader {
    /// Merges number fewer than this.
    private static let maximumMergeCount = 1 << 22

    var vocabulary = Vocabulary()
    /// Scores of a Unigram model, by id.
    private(set) var scores: [Double] = []
    /// `type`, `unk_token` and what else is small.
    var settings: [(key: [UInt8], value: JSONValue)] = []
    // The two parts of every merge, one after another.
    private var mergeText: [UInt8] = []
    private var mergeEnds: [(left: Int, right: Int)] = []
    // How early each merge comes; empty when they come in the order of the list.
    private var mergeRanks: [Int] = []

    /// A model without tokens, to be filled by hand.
    init() {}

    /// Reads the object that comes next.
    init(_ reader: inout JSONReader) throws(TokenizerError) {
        var key: [UInt8] = []
        try reader.beginObject()
        while try reader.nextKey(into: &key) {
            if key.elementsEqual("vocab".utf8) {
                try readVocabulary(&reader)
            } else if key.elementsEqual("merges".utf8) {
                try readMerges(&reader)
            } else {
                settings.append((key, try reader.readValue()))
            }
        }
    }

    // MARK: - Vocabulary

    private mutating func readVocabulary(_ reader: inout JSONReader) throws(TokenizerError) {
        guard vocabulary.count == 0 else { throw reader.error("a second vocabulary") }
        if reader.peek() == UInt8(ascii: "[") {
            try readScoredPieces(&reader)
            return
        }
        var piece: [UInt8] = []
        try reader.beginObject()
        while try reader.nextKey(into: &piece) {
            try insert(piece, id: try reader.readInteger(), reader)
        }
    }

    private mutating func readScoredPieces(_ reader: inout JSONReader) throws(TokenizerError) {
        try reader.beginArray()
        while try reader.nextElement() {
            try reader.beginArray()
            guard try reader.nextElement() else { throw reader.error("expected a piece") }
            var piece: [UInt8] = []
            try reader.readString(appendingTo: &piece)
            guard try reader.nextElement() else { throw reader.error("expected a score") }
            scores.append(try reader.readNumber())
            guard try !reader.nextElement() else {
                throw reader.error("expected a piece and a score")
            }
            try insert(piece, id: scores.count - 1, reader)
        }
    }

    private mutating func insert(
        _ piece: [UInt8],
        id: Int,
        _ reader: JSONReader
    ) throws(TokenizerError) {
        guard piece.count <= Vocabulary.maximumPieceByteCount else {
            throw reader.error(
                "a piece of \(piece.count) bytes, at most \(Vocabulary.maximumPieceByteCount) "
                    + "are allowed"
            )
        }
        guard (0..<Vocabulary.maximumIDCount).contains(id) else {
            throw reader.error("token id \(id) is outside 0..<\(Vocabulary.maximumIDCount)")
        }
        guard vocabulary.insert(piece, id: Int32(id)) else {
            let name = String(decoding: piece, as: UTF8.self)
            throw reader.error("the piece '\(name)' or its id \(id) is there twice")
        }
    }

    // MARK: - Merges

    private mutating func readMerges(_ reader: inout JSONReader) throws(TokenizerError) {
        guard mergeEnds.isEmpty else { throw reader.error("a second list of merges") }
        try reader.beginArray()
        while try reader.nextElement() {
            guard mergeEnds.count < Self.maximumMergeCount else {
                throw reader.error("more than \(Self.maximumMergeCount) merges")
            }
            let start = mergeText.count
            if reader.peek() == UInt8(ascii: "\"") {
                try readSpacedMerge(&reader, start)
            } else {
                try readPair(&reader)
            }
            guard mergeText.count - start <= Vocabulary.maximumPieceByteCount else {
                throw reader.error(
                    "a merge of more than \(Vocabulary.maximumPieceByteCount) bytes"
                )
            }
        }
    }

    private mutating func readPair(_ reader: inout JSONReader) throws(TokenizerError) {
        try reader.beginArray()
        guard try reader.nextElement() else { throw reader.error("expected two pieces") }
        try reader.readString(appendingTo: &mergeText)
        let left = mergeText.count
        guard try reader.nextElement() else { throw reader.error("expected two pieces") }
        try reader.readString(appendingTo: &mergeText)
        guard try !reader.nextElement() else { throw reader.error("expected two pieces") }
        mergeEnds.append((left, mergeText.count))
    }

    /// Reads the older form, "left right".
    private mutating func readSpacedMerge(
        _ reader: inout JSONReader,
        _ start: Int
    ) throws(TokenizerError) {
        try reader.readString(appendingTo: &mergeText)
        guard let left = mergeText[start...].firstIndex(of: 0x20),
            !mergeText[(left + 1)...].contains(0x20)
        else { throw reader.error("expected two pieces with one space between them") }
        mergeText.remove(at: left)
        mergeEnds.append((left, mergeText.count))
    }

    /// Adds a merge; all must be added this way, or none.
    mutating func addMerge(
        _ left: ArraySlice<UInt8>,
        _ right: ArraySlice<UInt8>,
        rank: Int,
        place: String
    ) throws(TokenizerError) {
        guard mergeEnds.count < Self.maximumMergeCount else {
            throw .invalid(place: place, reason: "more than \(Self.maximumMergeCount) merges")
        }
        mergeText.append(contentsOf: left)
        let leftEnd = mergeText.count
        mergeText.append(contentsOf: right)
        mergeEnds.append((leftEnd, mergeText.count))
        mergeRanks.append(rank)
    }

    /// The merges as a table, and by byte whether one joins other text, ending in it, to a mark.
    func mergeTable(
        mark: [UInt8],
        place: String
    ) throws(TokenizerError) -> (table: MergeTable, joinsMark: [Bool]) {
        var table = MergeTable(capacity: mergeEnds.count)
        var joinsMark = [Bool](repeating: false, count: 256)
        var start = 0
        for (index, ends) in mergeEnds.enumerated() {
            let left = vocabulary.id(of: mergeText, in: start..<ends.left)
            let right = vocabulary.id(of: mergeText, in: ends.left..<ends.right)
            let joined = vocabulary.id(of: mergeText, in: start..<ends.right)
            guard left >= 0, right >= 0, joined >= 0 else {
                let name = String(decoding: mergeText[start..<ends.right], as: UTF8.self)
                throw .invalid(
                    place: "\(place)[\(index)]",
                    reason: "the merge into '\(name)' names a piece that the vocabulary lacks"
                )
            }
            let rank = mergeRanks.isEmpty ? index : mergeRanks[index]
            table.insert(left, right, rank: rank, result: joined)
            if mergeText[ends.left..<ends.right].starts(with: mark),
                !mergeText[start..<ends.left].reversed().starts(with: mark.reversed())
            {
                let piece = Array(mergeText[start..<ends.left])
                if let last = piece.last, ByteFallback.byte(of: piece) == nil {
                    joinsMark[Int(last)] = true
                } else {
                    joinsMark = [Bool](repeating: true, count: 256)
                }
            }
            start = ends.right
        }
        return (table, joinsMark)
    }
}

extension BytePairEncoding {
    /// Reads the settings and resolves the merges; pieces are raw bytes if `isByteLevel`.
    init(_ reader: ModelReader, _ node: JSONNode, isByteLevel: Bool) throws(TokenizerError) {
        for key in ["continuing_subword_prefix", "end_of_word_suffix"] where !node[key].isNull {
            guard try node[key].bytes().isEmpty else {
                throw node[key].unsupported("a prefix or suffix of subwords")
            }
        }
        if !node["dropout"].isNull, try node["dropout"].number() != 0 {
            throw node["dropout"].unsupported("dropout")
        }
        let vocabulary = reader.vocabulary
        let mark = Array("▁".utf8)
        (merges, joinsMark) = try reader.mergeTable(
            mark: mark,
            place: "\(node.place).merges"
        )
        self.vocabulary = vocabulary
        self.isByteLevel = isByteLevel
        fallsBackToBytes = try node["byte_fallback"].bool(default: false)
        fusesUnknown = try node["fuse_unk"].bool(default: false)
        byteIDs = (0..<256).map { byte in
            let piece =
                isByteLevel
                ? ByteLevelAlphabet.encode(UInt8(byte)) : ByteFallback.piece(of: UInt8(byte))
            return vocabulary.id(of: piece) ?? -1
        }
        asciiIDs = (0..<128).map { vocabulary.id(of: [UInt8($0)]) ?? -1 }
        let splitsAtMark = !isByteLevel && vocabulary.id(of: mark) != nil
        wordMark = splitsAtMark ? mark : []
        if try node["ignore_merges"].bool(default: false) {
            wholePieces = isByteLevel ? Self.rawPieces(of: vocabulary) : vocabulary
        } else {
            wholePieces = nil
        }
        if node["unk_token"].isNull {
            unknownID = nil
        } else {
            guard let id = vocabulary.id(of: try node["unk_token"].bytes()) else {
                throw node["unk_token"].expected("a piece of the vocabulary")
            }
            unknownID = id
        }
    }

    /// The pieces as the raw bytes that they stand for.
    private static func rawPieces(of vocabulary: Vocabulary) -> Vocabulary {
        var result = Vocabulary()
        for id in 0..<Int32(vocabulary.idCount) {
            guard let piece = vocabulary.piece(of: id), let raw = ByteLevelAlphabet.decode(piece)
            else { continue }
            _ = result.insert(raw, id: id)
        }
        return result
    }
}
