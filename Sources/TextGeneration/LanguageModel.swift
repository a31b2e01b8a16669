public import ChatTemplates
import Checkpoints
public import Grammars
public import Inference
public import Sampling
import Synchronization
public import Tokenization

/// A served model: the engine, its tokenizer and the defaults of its authors.
///
/// Every entry point, HTTP, library and command line, asks for text here and nowhere else.
public final class LanguageModel: Sendable {
    /// The engine.
    public let engine: Engine
    /// The tokenizer; nil for a model without one, which then takes token ids only.
    public let tokenizer: Tokenizer?
    /// The name clients call the model by.
    public let name: String
    /// Tokens that end an answer unless the request ignores them.
    public let endTokenIDs: Set<Int32>
    /// What a request gets for the fields it leaves out.
    public let defaults: SamplingParameters
    /// How conversations are written, or why they cannot be.
    private let chatFormatResult: Result<ChatFormat, TextGenerationError>
    private let grammars = GrammarCompiler()
    /// Made when the first grammar is asked for.
    private let vocabulary = Mutex<TokenVocabulary?>(nil)

    /// Puts an engine and a tokenizer together.
    ///
    /// - Parameters:
    ///   - engine: what computes.
    ///   - tokenizer: nil for a model that takes token ids only.
    ///   - chatTemplate: Jinja text; nil for a model that takes no conversations. A broken one is
    ///     told to those who send a conversation; everything else goes on.
    ///   - name: what clients call the model.
    ///   - usesGenerationConfig: the defaults are those of `generation_config.json`.
    public init(
        engine: Engine,
        tokenizer: Tokenizer?,
        chatTemplate: String? = nil,
        name: String,
        usesGenerationConfig: Bool = true
    ) {
        self.engine = engine
        self.tokenizer = tokenizer
        self.name = name
        chatFormatResult = Self.chatFormat(chatTemplate, tokenizer)
        let recommended = engine.generationDefaults
        var ends = Set(engine.model.eosTokenIDs)
        ends.formUnion(recommended.eosTokenIDs)
        if let id = tokenizer?.eosTokenID { ends.insert(id) }
        endTokenIDs = ends
        var defaults = SamplingParameters()
        if usesGenerationConfig {
            defaults.temperature = recommended.temperature.map { Float($0) } ?? defaults.temperature
            defaults.topP = recommended.topP.map { Float($0) } ?? defaults.topP
            defaults.topK = recommended.topK ?? defaults.topK
            defaults.minP = recommended.minP.map { Float($0) } ?? defaults.minP
            defaults.repetitionPenalty =
                recommended.repetitionPenalty.map { Float($0) } ?? defaults.repetitionPenalty
        }
        self.defaults = defaults
    }

    /// Loads a model folder or a GGUF file and starts its engine.
    ///
    /// A `chatTemplate` takes the place of the model's own.
    public static func load(
        _ configuration: EngineConfiguration,
        name: String? = nil,
        chatTemplate: String? = nil,
        usesGenerationConfig: Bool = true,
        observer: (any EngineObserver)? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> LanguageModel {
        let checkpoint = try configuration.openCheckpoint()
        let tokenizer = try Tokenizer.find(for: checkpoint)
        let template = try chatTemplate ?? checkpoint.chatTemplate
        let engine = try await Engine.start(
            configuration,
            observer: observer,
            progress: progress
        )
        return LanguageModel(
            engine: engine,
            tokenizer: tokenizer,
            chatTemplate: template,
            name: name ?? configuration.modelFolder,
            usesGenerationConfig: usesGenerationConfig
        )
    }

    /// The longest prompt plus answer, in tokens.
    public var maxModelLength: Int { engine.memoryPlan.maxModelLength }

    // MARK: - Conversations and forms

    /// How the model wants conversations written.
    ///
    /// - Throws: that the model has no chat template, or what is wrong with it.
    public func chatFormat() throws(TextGenerationError) -> ChatFormat {
        try chatFormatResult.get()
    }

    /// The prompt of a conversation, as the model's chat template writes it.
    ///
    /// - Throws: ``chatFormat()``'s errors, and what the template objects to.
    public func prompt(
        of conversation: Conversation
    ) throws(TextGenerationError) -> RenderedPrompt {
        let format = try chatFormat()
        do throws(ChatTemplateError) {
            return try format.prompt(conversation)
        } catch {
            throw .template(error)
        }
    }

    private static func chatFormat(
        _ template: String?,
        _ tokenizer: Tokenizer?
    ) -> Result<ChatFormat, TextGenerationError> {
        guard let tokenizer else { return .failure(.noTokenizer(field: "messages")) }
        guard let template else {
            return .failure(
                .noChatTemplate(
                    "This model has no chat template, so it takes prompts, not conversations. "
                        + "Start the server with --chat-template FILE to give it one."
                )
            )
        }
        do throws(ChatTemplateError) {
            return .success(try ChatFormat(template: template, tokenizer: tokenizer))
        } catch {
            return .failure(
                .noChatTemplate(
                    "The model's chat template cannot be read: \(error.description) Start the "
                        + "server with --chat-template FILE to use another."
                )
            )
        }
    }

    /// The token ids of a rendered prompt.
    ///
    /// Only what the template itself printed can become special tokens. With `addSpecialTokens` the
    /// tokenizer's own are added, except for a bos that the template has printed already.
    public func tokenIDs(
        of prompt: RenderedPrompt,
        addSpecialTokens: Bool = false
    ) throws(TextGenerationError) -> [Int32] {
        guard let tokenizer else { throw .noTokenizer(field: "messages") }
        let ids = tokenizer.encode(
            prompt.text,
            userRanges: prompt.inputRanges,
            addSpecialTokens: addSpecialTokens
        )
        let isDoubled =
            addSpecialTokens && tokenizer.addsBOSToken && ids.prefix(2).count == 2
            && ids[0] == ids[1]
        return isDoubled ? Array(ids.dropFirst()) : ids
    }

    /// Compiles what an answer is to match; the same source is compiled once.
    ///
    /// It may take up to a second of computing: never call it on the engine's thread.
    ///
    /// - Throws: what is wrong with the source, or that the model has no tokenizer.
    public func grammar(_ source: GrammarSource) throws(TextGenerationError) -> Grammar {
        guard tokenizer != nil else { throw .noTokenizer(field: "response_format") }
        do throws(GrammarError) {
            return try grammars.compiled(source)
        } catch {
            throw .grammar(error)
        }
    }

    private func matcher(_ grammar: Grammar) throws(TextGenerationError) -> GrammarMatcher {
        guard let tokenizer else { throw .noTokenizer(field: "response_format") }
        let vocabulary = vocabulary.withLock { vocabulary in
            if let vocabulary { return vocabulary }
            let made = TokenVocabulary(tokenizer, endTokenIDs: endTokenIDs)
            vocabulary = made
            return made
        }
        do throws(GrammarError) {
            return try GrammarMatcher(grammar: grammar, vocabulary: vocabulary)
        } catch {
            throw .grammar(error)
        }
    }

    // MARK: - Requests

    /// The token ids of a request's prompt, truncated as it asks.
    public func promptTokenIDs(_ request: TextRequest) throws(TextGenerationError) -> [Int32] {
        var ids: [Int32]
        switch request.prompt {
        case .tokenIDs(let given):
            ids = given
        case .text(let text):
            guard let tokenizer else { throw .noTokenizer(field: "prompt") }
            ids = tokenizer.encode(text, addSpecialTokens: request.addSpecialTokens)
        }
        if let limit = request.truncatePromptTokens {
            let room = maxModelLength - max(request.parameters.maxTokens ?? 1, 1)
            let count = max(limit < 0 ? room : limit, 1)
            ids = Array(request.truncationSide == .left ? ids.suffix(count) : ids.prefix(count))
        }
        return ids
    }

    /// Starts one answer.
    ///
    /// - Parameters:
    ///   - request: what is wanted; its `n` is ignored here.
    ///   - promptTokenIDs: from ``promptTokenIDs(_:)``, so that several answers share the work.
    /// - Returns: the answer, to be read once.
    /// - Throws: ``TextGenerationError`` if the request is refused.
    public func generate(
        _ request: TextRequest,
        promptTokenIDs: [Int32]
    ) throws(TextGenerationError) -> TextStream {
        var single = request
        single.parameters.n = 1
        return try generateAll([(single, promptTokenIDs)])[0]
    }

    /// Starts all `n` answers of each of several requests, together: the queue takes all of them
    /// or none.
    ///
    /// The first answer to a prompt computes it, the others use its blocks.
    ///
    /// - Parameter requests: what is wanted, each with the ids from ``promptTokenIDs(_:)``.
    /// - Returns: the answers of the first request in order of their index, then those of the
    ///   second, and so on; each to be read once.
    /// - Throws: ``TextGenerationError`` if one is refused; none of them then runs.
    public func generateAll(
        _ requests: [(request: TextRequest, promptTokenIDs: [Int32])]
    ) throws(TextGenerationError) -> [TextStream] {
        var wanted: [(request: TextRequest, engineRequest: GenerationRequest)] = []
        for (request, promptTokenIDs) in requests {
            let leader = wanted.count
            for sampleIndex in 0..<max(1, request.parameters.n) {
                var engineRequest = try self.engineRequest(
                    request,
                    promptTokenIDs: promptTokenIDs,
                    sampleIndex: sampleIndex
                )
                if sampleIndex > 0 { engineRequest.promptLeader = leader }
                wanted.append((request, engineRequest))
            }
        }
        do {
            let generations = try engine.generate(together: wanted.map(\.engineRequest))
            return zip(generations, wanted).map { generation, wanted in
                TextStream(
                    generation: generation,
                    tokenizer: tokenizer,
                    parameters: wanted.request.parameters,
                    stopTokenIDs: Set(wanted.engineRequest.parameters.stopTokenIDs),
                    visibleSpecialTokenIDs: wanted.request.visibleSpecialTokenIDs,
                    promptTail: wanted.engineRequest.promptTokenIDs.suffix(16),
                    engine: engine
                )
            }
        } catch {
            throw .engine(error)
        }
    }

    /// Checks a request without starting it.
    public func check(
        _ request: TextRequest,
        promptTokenIDs: [Int32]
    ) throws(TextGenerationError) {
        let engineRequest = try self.engineRequest(
            request,
            promptTokenIDs: promptTokenIDs,
            sampleIndex: 0
        )
        do {
            try engine.check(engineRequest)
        } catch {
            throw .engine(error)
        }
    }

    private func engineRequest(
        _ request: TextRequest,
        promptTokenIDs: [Int32],
        sampleIndex: Int
    ) throws(TextGenerationError) -> GenerationRequest {
        if tokenizer == nil, !request.parameters.stop.isEmpty {
            throw .noTokenizer(field: "stop")
        }
        do {
            // The caller's own numbers are checked before the model's end tokens join them.
            try request.parameters.validate(vocabularySize: engine.model.vocabularySize)
        } catch {
            throw .engine(.invalidParameter(name: error.parameter, message: error.description))
        }
        if request.grammar != nil, request.parameters.allowedTokenIDs != nil {
            throw .engine(
                .invalidParameter(
                    name: "allowed_token_ids",
                    message: "allowed_token_ids and a form for the answer exclude one another."
                )
            )
        }
        var parameters = request.parameters
        let matcher = try request.grammar.map { grammar throws(TextGenerationError) in
            try self.matcher(grammar)
        }
        // Where a grammar is complete nothing but an end token may follow, so it must end.
        if !parameters.ignoreEOS || matcher != nil {
            let own = Set(parameters.stopTokenIDs)
            parameters.stopTokenIDs += endTokenIDs.subtracting(own).sorted()
        }
        return GenerationRequest(
            promptTokenIDs: promptTokenIDs,
            parameters: parameters,
            matcher: matcher,
            promptOnly: request.promptOnly,
            sampleIndex: sampleIndex,
            cacheNamespace: request.cacheNamespace,
            priority: request.priority
        )
    }
}

extension TokenVocabulary {
    /// The tokens of a tokenizer as grammars see them.
    package convenience init(_ tokenizer: Tokenizer, endTokenIDs: Set<Int32>) {
        let tokens = (0..<Int32(clamping: tokenizer.vocabularySize)).map { id in
            Entry(
                bytes: tokenizer.bytes(of: id),
                isSpecial: tokenizer.isSpecial(id),
                name: tokenizer.token(for: id)
            )
        }
        self.init(tokens: tokens, endTokenIDs: endTokenIDs)
    }
}

extension RenderedPrompt {
    /// The byte ranges of what came from the conversation.
    fileprivate var inputRanges: [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        for run in runs {
            let end = start + run.text.utf8.count
            if run.isInput, start < end { ranges.append(start..<end) }
            start = end
        }
        return ranges
    }
}
