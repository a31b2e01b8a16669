/// The unigram model: of all ways to cut a piece into tokens, the one with the best sum of scores.
struct Unigram: Sendable {
    /// How much worse than the worst token an unknown character scores.
    private static let unknownPenalty = 10.0

    /// All tokens together have at most this many bytes; the trie takes up to 32 times as many.
    private static let maximumByteCount = 16 << 20

    private let scores: [Double]
    private let unknownScore: Double
    private let unknownID: Int32?
    // By byte: the id of its `<0xNN>` token; empty when characters do not fall back to bytes.
    private let byteIDs: [Int32]
    // A trie over the bytes of all tokens: (node, byte) leads to a node, a node to an id or -1.
    private let children: MergeTable
    private let nodeIDs: [Int32]

    /// Reads the model; special tokens are no pieces of text, though its vocabulary lists them.
    init(
        _ reader: ModelReader,
        _ node: JSONNode,
        specialIDs: Set<Int32>
    ) throws(TokenizerError) {
        let vocabulary = reader.vocabulary
        guard vocabulary.count > 0, reader.scores.count == vocabulary.count else {
            throw node["vocab"].expected("an array of pieces and scores")
        }
        guard vocabulary.byteCount <= Self.maximumByteCount else {
            throw node["vocab"].expected("at most \(Self.maximumByteCount) bytes of pieces")
        }
        if node["unk_id"].isNull {
            unknownID = nil
        } else {
            guard let id = Int32(exactly: try node["unk_id"].integer()), vocabulary.hasID(id) else {
                throw node["unk_id"].expected("an id of the vocabulary")
            }
            unknownID = id
        }
        scores = reader.scores
        unknownScore = (scores.min() ?? 0) - Self.unknownPenalty
        var children = MergeTable(capacity: vocabulary.byteCount)
        var nodeIDs: [Int32] = [-1]
        for id in 0..<Int32(vocabulary.idCount) where !specialIDs.contains(id) {
            var place: Int32 = 0
            for byte in vocabulary.piece(of: id) ?? [] {
                let known = children.merge(place, Int32(byte))
                if known == MergeTable.none {
                    children.insert(place, Int32(byte), rank: 0, result: Int32(nodeIDs.count))
                    place = Int32(nodeIDs.count)
                    nodeIDs.append(-1)
                } else {
                    place = Int32(truncatingIfNeeded: known)
                }
            }
            if place > 0 { nodeIDs[Int(place)] = id }
        }
        self.children = children
        self.nodeIDs = nodeIDs
        let fallback = (0..<256).compactMap {
            vocabulary.id(of: ByteFallback.piece(of: UInt8($0)))
        }
        let fallsBack = try node["byte_fallback"].bool(default: false)
        byteIDs = fallsBack && fallback.count == 256 ? fallback : []
    }

    /// Appends the tokens of one piece.
    func encode(_ bytes: [UInt8], _ range: Range<Int>, appendingTo ids: inout [Int32]) {
        let path = bestPath(bytes, range)
        var end = range.count
        var tokens: [Int32] = []
        var followsUnknown = false
        while end > 0 {
            let step = path[end]
            // Neighbouring unknown characters are one unknown token, or all their bytes.
            if step.isUnknown {
                if !byteIDs.isEmpty {
                    for offset in (step.start..<end).reversed() {
                        tokens.append(byteIDs[Int(bytes[range.lowerBound + offset])])
                    }
                } else if let unknownID, !followsUnknown {
                    tokens.append(unknownID)
                }
            } else {
                tokens.append(step.id)
            }
            followsUnknown = step.isUnknown
            end = step.start
        }
        ids.append(contentsOf: tokens.reversed())
    }

    private struct Step {
        var start = -1
        var id: Int32 = -1
        var score = 0.0

        var isUnknown: Bool { id < 0 }
    }

    /// By end: the last token of the best way to get there.
    private func bestPath(_ bytes: [UInt8], _ range: Range<Int>) -> [Step] {
        var path = [Step](repeating: Step(), count: range.count + 1)
        func offer(_ score: Double, _ id: Int32, _ start: Int, _ end: Int) {
            guard path[end].start < 0 || score > path[end].score else { return }
            path[end] = Step(start: start, id: id, score: score)
        }
        var start = 0
        while start < range.count {
            let byteCount = UTF8Scalar.decode(bytes, at: range.lowerBound + start).byteCount
            let score = path[start].score
            var hasCharacter = false
            var node: Int32 = 0
            var end = start
            while end < range.count {
                let child = children.merge(node, Int32(bytes[range.lowerBound + end]))
                guard child != MergeTable.none else { break }
                end += 1
                node = Int32(truncatingIfNeeded: child)
                let id = nodeIDs[Int(node)]
                guard id >= 0 else { continue }
                offer(score + scores[Int(id)], id, start, end)
                if end - start == byteCount { hasCharacter = true }
            }
            if !hasCharacter { offer(score + unknownScore, -1, start, start + byteCount) }
            start += byteCount
        }
        return path
    }
}
