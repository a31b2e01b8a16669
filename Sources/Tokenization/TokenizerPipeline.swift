/// The stages of a tokenizer, in the order in which its file names them.
final class TokenizerPipeline: Sendable {
    let vocabulary: Vocabulary
    /// The added tokens by their text and id.
    let addedPieces: Vocabulary
    let specialIDs: Set<Int32>
    /// Special tokens that are left out of text when asked to.
    ///
    /// Those that normalizing changed are not among them: the reference knows special tokens by
    /// their text, and theirs is not the special one any more.
    let skippableIDs: Set<Int32>
    private let normalizedTexts: [Int32: [UInt8]]
    let decoder: Decoder
    let postProcessor: PostProcessor
    let bosTokenID: Int32?
    let eosTokenID: Int32?
    let vocabularySize: Int
    private let normalizer: Normalizer
    private let preTokenizer: PreTokenizer
    private let model: TokenModel
    /// Added tokens looked for in the text as it comes.
    private let rawTokens: AddedTokens
    /// Added tokens looked for in normalized text.
    private let normalizedTokens: AddedTokens

    init(
        _ file: TokenizerDescription,
        _ configuration: TokenizerConfiguration
    ) throws(TokenizerError) {
        normalizer = try Normalizer(file["normalizer"])
        preTokenizer = try PreTokenizer(file["pre_tokenizer"])
        decoder = try Decoder(file["decoder"])
        vocabulary = file.model.vocabulary
        let added = try AddedTokenList(file["added_tokens"], vocabulary, normalizer)
        model = try TokenModel(
            file.model,
            file.modelSettings,
            isByteLevel: preTokenizer.isByteLevel,
            specialIDs: added.specialIDs
        )
        addedPieces = added.pieces
        specialIDs = added.specialIDs
        normalizedTexts = added.normalizedTexts
        skippableIDs = added.specialIDs.filter { added.normalizedTexts[$0] == nil }
        rawTokens = added.raw
        normalizedTokens = added.normalized
        let size = max(vocabulary.idCount, added.pieces.idCount)
        vocabularySize = size
        let pieces = (added.pieces, file.model.vocabulary)
        func id(_ token: [UInt8]?) -> Int32? {
            token.flatMap { pieces.0.id(of: $0) ?? pieces.1.id(of: $0) }
        }
        let bos = id(configuration.bosToken)
        let eos = id(configuration.eosToken)
        bosTokenID = bos
        eosTokenID = eos
        var postProcessor = try PostProcessor(file["post_processor"])
        configuration.adjust(&postProcessor, bos: bos, eos: eos)
        for id in postProcessor.prefix + postProcessor.suffix where Int(id) >= size {
            throw .invalid(
                place: "tokenizer.json: post_processor",
                reason: "token id \(id) is outside the vocabulary of \(size)"
            )
        }
        self.postProcessor = postProcessor
    }

    /// The text a token leaves before it is decoded.
    func piece(of id: Int32) -> [UInt8]? {
        normalizedTexts[id] ?? addedPieces.piece(of: id) ?? vocabulary.piece(of: id)
    }

    /// The ids of a text; no special token is recognised where it overlaps one of the `protected`
    /// byte ranges, which are in order.
    func encode(
        _ text: String,
        addSpecialTokens: Bool,
        protected: [Range<Int>] = [],
        work: inout MergeWork
    ) -> [Int32] {
        var ids = addSpecialTokens ? postProcessor.prefix : []
        let bytes = Array(text.utf8)
        ids.reserveCapacity(bytes.count / 3)
        let guarded = ProtectedRanges(protected, specialIDs: specialIDs)
        for part in rawTokens.split(bytes, isRecognized: guarded.permits) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                encodeText(
                    range == bytes.indices ? bytes : Array(bytes[range]),
                    startsInput: range.lowerBound == 0,
                    guarded: guarded.within(range),
                    appendingTo: &ids,
                    work: &work
                )
            }
        }
        if addSpecialTokens { ids += postProcessor.suffix }
        return ids
    }

    private func encodeText(
        _ original: [UInt8],
        startsInput: Bool,
        guarded: ProtectedRanges,
        appendingTo ids: inout [Int32],
        work: inout MergeWork
    ) {
        let text = normalizer.normalize(original)
        let isRecognized = guarded.following(normalizedTokens, from: original, to: text)
        for part in normalizedTokens.split(text, isRecognized: isRecognized) {
            switch part {
            case .token(let id): ids.append(id)
            case .text(let range):
                var pieces = Pieces(
                    range == text.indices ? text : Array(text[range]),
                    startsInput: startsInput && range.lowerBound == 0
                )
                preTokenizer.split(&pieces)
                for piece in pieces.ranges {
                    model.encode(pieces.bytes, piece, appendingTo: &ids, work: &work)
                }
            }
        }
    }
}
