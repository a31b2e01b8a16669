import Tokenization
import OpenAIProtocol
import TextGeneration

/// A request for completions that was taken: its continuations are under way.
struct CompletionJob: Sendable {
    /// The answer's id.
    let id: String
    /// Unix seconds.
    let created: Int
    let modelName: String
    let request: CompletionRequest
    /// The ids of each prompt.
    let prompts: [[Int32]]
    /// Continuations per prompt.
    let sampleCount: Int
    /// Prompt index × ``sampleCount`` + sample.
    let streams: [TextStream]
    let texts: TokenTexts

    /// Checks all of a request, then starts all of it; `identity` becomes part of the answer's id.
    ///
    /// - Throws: what is wrong with it, or that there is no room now; nothing of it then runs.
    init(
        _ request: CompletionRequest,
        identity: String,
        keyIndex: Int,
        service: ModelService
    ) throws(APIError) {
        let model = service.model
        try service.check(modelName: request.model)
        let sampleCount = max(request.sampling.n ?? 1, 1)
        let limit = service.configuration.maxChoices
        guard request.prompt.count <= limit, sampleCount <= limit / request.prompt.count else {
            throw .badRequest(
                "\(request.prompt.count) prompts with n = \(sampleCount) are more than "
                    + "the \(limit) choices one request may have.",
                param: sampleCount > limit ? "n" : "prompt"
            )
        }
        let wanted = request.textRequests(
            defaults: model.defaults,
            namespace: Self.namespace(salt: request.cacheSalt, keyIndex: keyIndex)
        )
        do {
            var prompts: [[Int32]] = []
            for text in wanted {
                let ids = try model.promptTokenIDs(text)
                try model.check(text, promptTokenIDs: ids)
                prompts.append(ids)
            }
            self.prompts = prompts
            var streams: [TextStream] = []
            for (text, ids) in zip(wanted, prompts) {
                streams += try model.generateAll(text, promptTokenIDs: ids)
            }
            self.streams = streams
        } catch {
            throw APIError(error, model.engine)
        }
        self.request = request
        self.sampleCount = sampleCount
        id = "cmpl-" + identity
        created = UnixTime.now()
        modelName = model.name
        texts = TokenTexts(tokenizer: model.tokenizer, byID: request.returnTokensAsTokenIDs)
    }

    /// The text to echo before a choice; empty if no echo was asked for.
    func echo(choice index: Int) -> String {
        guard request.echo else { return "" }
        let promptIndex = index / sampleCount
        switch request.prompt {
        case .texts(let texts) where request.truncatePromptTokens == nil:
            return texts[promptIndex]
        default:
            return texts.tokenizer?.decode(prompts[promptIndex], skipSpecialTokens: true) ?? ""
        }
    }

    // Swift's hasher is seeded per process, so that no client can aim at another's namespace.
    private static func namespace(salt: String?, keyIndex: Int) -> UInt64 {
        guard salt != nil || keyIndex != 0 else { return 0 }
        var hasher = Hasher()
        hasher.combine(keyIndex)
        hasher.combine(salt.map { Array($0.utf8) })
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
