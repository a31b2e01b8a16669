/// Turns text into token ids and back, as a model's `tokenizer.json` says.
///
/// It may be shared between threads, and copies are cheap.
public struct Tokenizer: Sendable {
    private let pipeline: TokenizerPipeline

    /// The id put before a text by convention, if the files name one.
    public var bosTokenID: Int32? { pipeline.bosTokenID }
    /// The id that ends a text by convention, if the files name one.
    public var eosTokenID: Int32? { pipeline.eosTokenID }
    /// The largest id plus one; smaller ids may be unused.
    public var vocabularySize: Int { pipeline.vocabularySize }

    /// Reads `tokenizer.json` and, if it is there, `tokenizer_config.json` of a model folder.
    ///
    /// - Throws: what is missing or malformed, or what the file asks for and this engine lacks.
    public init(folder: String) throws(TokenizerError) {
        let configuration = "\(folder)/tokenizer_config.json"
        try self.init(
            tokenizerJSON: TokenizerFiles.read("\(folder)/tokenizer.json"),
            configurationJSON: TokenizerFiles.exists(configuration)
                ? TokenizerFiles.read(configuration) : nil
        )
    }

    /// Makes a tokenizer from the contents of its files.
    ///
    /// - Throws: what is malformed, or what the file asks for and this engine lacks.
    public init(tokenizerJSON: [UInt8], configurationJSON: [UInt8]? = nil) throws(TokenizerError) {
        pipeline = try TokenizerPipeline(
            TokenizerDescription(tokenizerJSON),
            TokenizerConfiguration(configurationJSON)
        )
    }

    /// Makes a tokenizer from the vocabulary of a GGUF file.
    ///
    /// - Throws: what is malformed, or what the vocabulary asks for and this engine lacks.
    public init(_ vocabulary: GGUFVocabulary) throws(TokenizerError) {
        pipeline = try TokenizerPipeline(
            TokenizerDescription(vocabulary),
            TokenizerConfiguration(vocabulary)
        )
    }

    /// The token ids of a text.
    ///
    /// Special tokens written out in the text are recognised. `addSpecialTokens` says whether to
    /// add what the files put around a text, such as bos.
    ///
    /// - Complexity: O(n log n) in the length of the text, whatever the text.
    public func encode(_ text: String, addSpecialTokens: Bool = true) -> [Int32] {
        var work = MergeWork()
        return pipeline.encode(text, addSpecialTokens: addSpecialTokens, work: &work)
    }

    /// The token ids of a text of which some parts were written by a user.
    ///
    /// Special tokens are recognised only where they touch none of these parts: whatever a user
    /// writes, it stays text.
    ///
    /// - Parameters:
    ///   - text: the whole text.
    ///   - userRanges: byte ranges of its UTF-8, in order, none overlapping another.
    ///   - addSpecialTokens: whether to add what the files put around a text, such as bos.
    /// - Returns: the ids, as ``encode(_:addSpecialTokens:)`` gives them for a text of one's own.
    public func encode(
        _ text: String,
        userRanges: [Range<Int>],
        addSpecialTokens: Bool
    ) -> [Int32] {
        var work = MergeWork()
        return pipeline.encode(
            text,
            addSpecialTokens: addSpecialTokens,
            protected: userRanges,
            work: &work
        )
    }

    /// Encodes and says how many merge steps it took: the measure of the linear-time test.
    package func encodeCountingSteps(_ text: String) -> (ids: [Int32], stepCount: Int) {
        var work = MergeWork()
        let ids = pipeline.encode(text, addSpecialTokens: false, work: &work)
        return (ids, work.stepCount)
    }

    /// The text of some tokens.
    ///
    /// Ids that name no token leave no text, nor do special tokens if `skipSpecialTokens` is true.
    public func decode(_ ids: [Int32], skipSpecialTokens: Bool = false) -> String {
        var detokenizer = IncrementalDetokenizer(self, skipSpecialTokens: skipSpecialTokens)
        for id in ids { detokenizer.push(id) }
        return detokenizer.finish()
    }

    /// The ids that ``encode(_:addSpecialTokens:)`` puts before a text.
    public var prefixTokenIDs: [Int32] { pipeline.postProcessor.prefix }

    /// The ids that ``encode(_:addSpecialTokens:)`` puts behind a text.
    public var suffixTokenIDs: [Int32] { pipeline.postProcessor.suffix }

    /// Whether ``encode(_:addSpecialTokens:)`` begins with the bos token.
    public var addsBOSToken: Bool {
        bosTokenID != nil && prefixTokenIDs.first == bosTokenID
    }

    // MARK: - Single tokens

    /// The token as the tokenizer's file writes it, such as `Ġthe`, `▁the` or `<0x0A>`.
    public func token(for id: Int32) -> String? {
        piece(of: id).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes a token contributes inside a text; nothing for an id that names no token.
    public func bytes(of id: Int32) -> [UInt8] {
        piece(of: id).map { pipeline.decoder.bytes(of: $0) } ?? []
    }

    /// The id of a token, written as the tokenizer's file writes it.
    public func id(of token: String) -> Int32? {
        let bytes = Array(token.utf8)
        return pipeline.addedPieces.id(of: bytes) ?? pipeline.vocabulary.id(of: bytes)
    }

    /// Whether an id names a token.
    public func hasToken(_ id: Int32) -> Bool {
        pipeline.vocabulary.hasID(id) || pipeline.addedPieces.hasID(id)
    }

    /// Whether a token is special, such as bos.
    public func isSpecial(_ id: Int32) -> Bool { pipeline.specialIDs.contains(id) }

    // MARK: - For the detokenizer

    var decoder: Decoder { pipeline.decoder }

    func piece(of id: Int32) -> [UInt8]? { pipeline.piece(of: id) }

    func isSkippable(_ id: Int32) -> Bool { pipeline.skippableIDs.contains(id) }
}
