import Sampling
import Scheduling
import Inference
import OpenAIProtocol
import TextGeneration
import Tokenization

/// A request that was taken: its continuations are under way.
struct AnswerJob: Sendable {
    /// The request's name, the client's or a fresh one.
    let identity: String
    /// Unix seconds.
    let created: Int
    let modelName: String
    let options: RequestOptions
    /// The ids of each prompt.
    let prompts: [[Int32]]
    /// Continuations per prompt.
    let sampleCount: Int
    /// Prompt index × ``sampleCount`` + sample.
    let streams: [TextStream]
    let texts: TokenTexts
    let engine: Engine

    /// Checks all of a request, then starts all of it.
    ///
    /// - Parameters:
    ///   - requests: what is wanted, one per prompt; all of the same `n`.
    ///   - options: the rest of the body.
    ///   - call: whose request it is.
    ///   - service: the model.
    ///   - promptField: what the field is called that the prompts came in.
    /// - Throws: what is wrong with it, or that there is no room now; nothing of it then runs.
    init(
        _ requests: [TextRequest],
        options: RequestOptions,
        call: RouteCall,
        service: ModelService,
        promptField: String = "prompt"
    ) throws(APIError) {
        let model = service.model
        let sampleCount = max(requests.first?.parameters.n ?? 1, 1)
        let limit = service.configuration.maxChoices
        guard requests.count <= limit, sampleCount <= limit / max(requests.count, 1) else {
            throw .badRequest(
                "\(requests.count) prompts with n = \(sampleCount) are more than "
                    + "the \(limit) choices one request may have.",
                param: sampleCount > limit ? "n" : promptField
            )
        }
        do {
            var prompts: [[Int32]] = []
            for request in requests {
                let ids = try model.promptTokenIDs(request)
                try model.check(request, promptTokenIDs: ids)
                prompts.append(ids)
            }
            self.prompts = prompts
            streams = try model.generateAll(Array(zip(requests, prompts)))
        } catch {
            var told = APIError(error, model.engine)
            if told.param == "prompt" { told.param = promptField }
            throw told
        }
        self.options = options
        self.sampleCount = sampleCount
        identity = RequestIdentity.accepted(options.requestID) ?? call.identity
        created = UnixTime.now()
        modelName = model.name
        texts = TokenTexts(tokenizer: model.tokenizer, byID: options.returnTokensAsTokenIDs)
        engine = model.engine
        service.metrics.requestTaken(choiceCount: sampleCount)
    }

    /// The prompt a choice goes on with.
    func prompt(ofChoice index: Int) -> [Int32] { prompts[index / sampleCount] }

    /// Calls `body` with every piece of every continuation, as they come.
    ///
    /// - Throws: ``ClientGoneError``; what `body` throws; ``APIError`` if a continuation failed.
    @concurrent func read(
        _ body: @concurrent (Int, TextDelta) async throws -> Void
    ) async throws {
        let reader = ChoiceReader(streams: streams, connection: ClientConnection.current)
        do {
            try await reader.read(body)
        } catch let error as TextGenerationError {
            throw APIError(error, engine)
        }
    }

    // MARK: - The bill

    /// One tally per choice, before the first piece.
    var tallies: [ChoiceTally] { streams.map { _ in ChoiceTally() } }

    /// What the whole request cost; each prompt counts once.
    func usage(_ tallies: [ChoiceTally]) -> Usage {
        var usage = Usage(promptTokens: 0, completionTokens: 0, cachedTokens: 0)
        for (index, tally) in tallies.enumerated() {
            usage.completionTokens += tally.tokenCount
            usage.reasoningTokens += tally.reasoningTokenCount
            guard index.isMultiple(of: sampleCount) else { continue }
            usage.promptTokens += prompt(ofChoice: index).count
            usage.cachedTokens += tally.metrics?.cachedTokenCount ?? 0
        }
        return usage
    }

    /// What one choice has cost so far.
    func usage(ofChoice index: Int, _ tally: ChoiceTally) -> Usage {
        var usage = Usage(
            promptTokens: prompt(ofChoice: index).count,
            completionTokens: tally.tokenCount,
            cachedTokens: tally.metrics?.cachedTokenCount ?? 0
        )
        usage.reasoningTokens = tally.reasoningTokenCount
        return usage
    }

    /// What took how long, if the client asked for it and the choice is complete.
    func timings(_ tally: ChoiceTally) -> RequestTimings? {
        guard options.returnTimings, let metrics = tally.metrics else { return nil }
        return RequestTimings(
            promptTokens: metrics.promptTokenCount - metrics.cachedTokenCount,
            cachedTokens: metrics.cachedTokenCount,
            outputTokens: tally.tokenCount,
            queueSeconds: metrics.queueSeconds,
            firstTokenSeconds: metrics.firstTokenSeconds,
            totalSeconds: metrics.totalSeconds
        )
    }
}

/// Counts the tokens of one choice.
struct ChoiceTally: Sendable {
    /// Tokens generated so far.
    private(set) var tokenCount = 0
    /// How many of them were thought, not said.
    var reasoningTokenCount = 0
    /// Times and counts; known at the end.
    private(set) var metrics: RequestMetrics?

    /// Counts a piece.
    ///
    /// - Throws: 503 when the engine gave the continuation up.
    mutating func count(_ delta: TextDelta) throws(APIError) {
        if delta.token != nil { tokenCount += 1 }
        guard let end = delta.end else { return }
        guard end.finishReason != .abort else {
            throw APIError(
                status: 503,
                message: "The server is shutting down and has given this answer up."
            )
        }
        metrics = end.metrics
    }
}

extension StopReason {
    /// What ended an answer beside its length and the model's own end tokens.
    init?(_ end: TextEnd) {
        switch end.stopReason {
        case .string(let text): self = .string(text)
        case .tokenID(let id): self = .token(id)
        case nil: return nil
        }
    }
}
