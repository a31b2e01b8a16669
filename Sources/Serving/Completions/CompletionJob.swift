import OpenAIProtocol
import TextGeneration
import Tokenization

/// A request for completions that was taken.
struct CompletionJob: Sendable {
    let request: CompletionRequest
    let answer: AnswerJob

    /// Checks all of a request, then starts all of it.
    ///
    /// - Throws: what is wrong with it, or that there is no room now; nothing of it then runs.
    @concurrent init(
        _ request: CompletionRequest,
        call: RouteCall,
        service: ModelService
    ) async throws {
        try service.check(modelName: request.options.model)
        let wanted = request.textRequests(
            defaults: service.model.defaults,
            grammar: try request.format.map { try AnswerGrammar.compile($0, service) },
            namespace: call.cacheNamespace(salt: request.options.cacheSalt)
        )
        self.request = request
        answer = try AnswerJob(wanted, options: request.options, call: call, service: service)
    }

    /// The answer's id.
    var id: String { "cmpl-" + answer.identity }

    /// The text to echo before a choice; empty if no echo was asked for.
    func echo(choice index: Int) -> String {
        guard request.echo else { return "" }
        switch request.prompt {
        case .texts(let texts) where request.options.truncatePromptTokens == nil:
            return texts[index / answer.sampleCount]
        default:
            let ids = answer.prompt(ofChoice: index)
            return answer.texts.tokenizer?.decode(ids, skipSpecialTokens: true) ?? ""
        }
    }
}
