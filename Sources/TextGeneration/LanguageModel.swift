import Checkpoints
public import Inference
public import Sampling
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

    /// Puts an engine and a tokenizer together.
    ///
    /// With `usesGenerationConfig` the defaults are those of `generation_config.json`.
    public init(
        engine: Engine,
        tokenizer: Tokenizer?,
        name: String,
        usesGenerationConfig: Bool = true
    ) {
        self.engine = engine
        self.tokenizer = tokenizer
        self.name = name
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
    public static func load(
        _ configuration: EngineConfiguration,
        name: String? = nil,
        usesGenerationConfig: Bool = true,
        observer: (any EngineObserver)? = nil,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws -> LanguageModel {
        let tokenizer = try Tokenizer.find(for: configuration.openCheckpoint())
        let engine = try await Engine.start(
            configuration,
            observer: observer,
            progress: progress
        )
        return LanguageModel(
            engine: engine,
            tokenizer: tokenizer,
            name: name ?? configuration.modelFolder,
            usesGenerationConfig: usesGenerationConfig
        )
    }

    /// The longest prompt plus answer, in tokens.
    public var maxModelLength: Int { engine.memoryPlan.maxModelLength }

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
    ///   - sampleIndex: which of several answers this is.
    ///   - first: the first of several answers to the same prompt, whose work this one shares.
    /// - Returns: the answer, to be read once.
    /// - Throws: ``TextGenerationError`` if the request is refused.
    public func generate(
        _ request: TextRequest,
        promptTokenIDs: [Int32],
        sampleIndex: Int = 0,
        after first: TextStream? = nil
    ) throws(TextGenerationError) -> TextStream {
        var engineRequest = try self.engineRequest(
            request,
            promptTokenIDs: promptTokenIDs,
            sampleIndex: sampleIndex
        )
        engineRequest.followsPromptOf = first?.generation.id
        do {
            return TextStream(
                generation: try engine.generate(engineRequest),
                tokenizer: tokenizer,
                parameters: request.parameters,
                stopTokenIDs: Set(engineRequest.parameters.stopTokenIDs),
                promptTail: promptTokenIDs.suffix(16),
                engine: engine
            )
        } catch {
            throw .engine(error)
        }
    }

    /// Starts all `n` answers of a request.
    ///
    /// The first computes the prompt, the others use its blocks.
    ///
    /// - Parameters:
    ///   - request: what is wanted.
    ///   - promptTokenIDs: from ``promptTokenIDs(_:)``.
    /// - Returns: the answers in order of their index, each to be read once.
    /// - Throws: ``TextGenerationError`` if one is refused; none of them then runs.
    public func generateAll(
        _ request: TextRequest,
        promptTokenIDs: [Int32]
    ) throws(TextGenerationError) -> [TextStream] {
        var streams: [TextStream] = []
        for index in 0..<max(1, request.parameters.n) {
            streams.append(
                try generate(
                    request,
                    promptTokenIDs: promptTokenIDs,
                    sampleIndex: index,
                    after: streams.first
                )
            )
        }
        return streams
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
        var parameters = request.parameters
        if !parameters.ignoreEOS {
            let own = Set(parameters.stopTokenIDs)
            parameters.stopTokenIDs += endTokenIDs.subtracting(own).sorted()
        }
        return GenerationRequest(
            promptTokenIDs: promptTokenIDs,
            parameters: parameters,
            promptOnly: request.promptOnly,
            sampleIndex: sampleIndex,
            cacheNamespace: request.cacheNamespace,
            priority: request.priority
        )
    }
}
