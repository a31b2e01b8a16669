/// The model of a tokenizer: what cuts a piece into tokens.
enum TokenModel: Sendable {
    case bytePair(BytePairEncoding)
    case unigram(Unigram)

    init(
        _ reader: ModelReader,
        _ settings: JSONNode,
        isByteLevel: Bool,
        specialIDs: Set<Int32>
    ) throws(TokenizerError) {
        // Files before 2020 leave the type out; they all hold merges.
        let kind = try settings["type"].isNull ? "BPE" : settings["type"].string()
        switch kind {
        case "BPE":
            guard reader.scores.isEmpty else {
                throw settings["vocab"].expected("an object of pieces and ids")
            }
            self = .bytePair(try BytePairEncoding(reader, settings, isByteLevel: isByteLevel))
        case "Unigram":
            if isByteLevel { throw settings.unsupported("a Unigram model after ByteLevel") }
            self = .unigram(try Unigram(reader, settings, specialIDs: specialIDs))
        default:
            throw settings.unsupported("the model type '\(kind)'")
        }
    }

    func encode(
        _ bytes: [UInt8],
        _ range: Range<Int>,
        appendingTo ids: inout [Int32],
        work: inout MergeWork
    ) {
        switch self {
        case .bytePair(let model):
            model.encode(bytes, range, appendingTo: &ids, work: &work)
        case .unigram(let model):
            model.encode(bytes, range, appendingTo: &ids)
        }
    }
}
