import Grammars
import OpenAIProtocol
import Sampling
import TextGeneration

extension SamplingParameters {
    /// What a client asked for, over what it gets for what it left open.
    init(_ fields: SamplingFields, defaults: SamplingParameters) {
        self = defaults
        temperature = fields.temperature.map { Float($0) } ?? temperature
        topP = fields.topP.map { Float($0) } ?? topP
        topK = fields.topK ?? topK
        minP = fields.minP.map { Float($0) } ?? minP
        repetitionPenalty = fields.repetitionPenalty.map { Float($0) } ?? repetitionPenalty
        presencePenalty = fields.presencePenalty.map { Float($0) } ?? presencePenalty
        frequencyPenalty = fields.frequencyPenalty.map { Float($0) } ?? frequencyPenalty
        logitBias = fields.logitBias.mapValues { Float($0) }
        seed = fields.seed.map { UInt64(bitPattern: $0) }
        maxTokens = fields.maxTokens ?? maxTokens
        minTokens = fields.minTokens ?? minTokens
        n = fields.n ?? n
        stop = fields.stop
        stopTokenIDs = fields.stopTokenIDs
        ignoreEOS = fields.ignoreEOS
        includeStopStringInOutput = fields.includeStopStringInOutput
        skipSpecialTokens = fields.skipSpecialTokens
        logprobs = fields.logprobs
        promptLogprobs = fields.promptLogprobs
        allowedTokenIDs = fields.allowedTokenIDs
    }
}

extension CompletionRequest {
    /// The request type behind every entry point, one per prompt.
    ///
    /// The namespace keeps the caches of clients apart.
    func textRequests(
        defaults: SamplingParameters,
        grammar: Grammar?,
        namespace: UInt64
    ) -> [TextRequest] {
        var parameters = SamplingParameters(sampling, defaults: defaults)
        // An echo with log-probabilities reports those of the prompt as well.
        if echo, let count = parameters.logprobs {
            parameters.promptLogprobs = max(parameters.promptLogprobs ?? 0, count)
        }
        // Scoring: the prompt is echoed and nothing is added.
        let isPromptOnly = echo && parameters.maxTokens == 0
        if isPromptOnly { parameters.maxTokens = 1 }
        return prompt.textPrompts.map { prompt in
            var request = TextRequest(prompt: prompt, parameters: parameters)
            request.grammar = grammar
            request.promptOnly = isPromptOnly
            request.addSpecialTokens = addSpecialTokens
            request.truncatePromptTokens = options.truncatePromptTokens
            request.truncationSide = options.truncatesEnd ? .right : .left
            request.cacheNamespace = namespace
            return request
        }
    }
}

extension PromptList {
    /// The prompts one by one.
    var textPrompts: [TextPrompt] {
        switch self {
        case .texts(let texts): texts.map { .text($0) }
        case .tokenIDs(let lists): lists.map { .tokenIDs($0) }
        }
    }
}

extension RouteCall {
    /// Which cached blocks the request may share: those of its key and salt.
    ///
    /// Swift's hasher is seeded per process, so that no client can aim at another's namespace.
    func cacheNamespace(salt: String?) -> UInt64 {
        guard salt != nil || keyIndex != 0 else { return 0 }
        var hasher = Hasher()
        hasher.combine(keyIndex)
        hasher.combine(salt.map { Array($0.utf8) })
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }
}
