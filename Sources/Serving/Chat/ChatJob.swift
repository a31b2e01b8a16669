import AnswerParsing
import Grammars
import OpenAIProtocol
import Sampling
import TextGeneration

/// A conversation that is being answered, whichever protocol it came by.
struct ChatJob: Sendable {
    let request: ChatCompletionRequest
    let answer: AnswerJob
    private let dialect: AnswerDialect
    private let startsInReasoning: Bool

    /// Checks all of a request, then starts all of its answers.
    ///
    /// Rendering the template and compiling a grammar are done here, away from the engine.
    ///
    /// - Throws: what is wrong with it, or that there is no room now; nothing of it then runs.
    @concurrent init(
        _ request: ChatCompletionRequest,
        call: RouteCall,
        service: ModelService
    ) async throws {
        let prompt = try ChatPrompt(request, service: service)
        let dialect = service.dialect(
            callsTools: request.toolChoice != .none && !request.tools.isEmpty
        )
        let startsInReasoning =
            dialect.reasoning?.startsInside(promptTail: prompt.tail) ?? false
        var parameters = SamplingParameters(request.sampling, defaults: service.model.defaults)
        // An answer may fill the context, unlike a completion.
        parameters.maxTokens = request.sampling.maxTokens
        var text = TextRequest(prompt: .tokenIDs(prompt.tokenIDs), parameters: parameters)
        text.truncatePromptTokens = request.options.truncatePromptTokens
        text.truncationSide = request.options.truncatesEnd ? .right : .left
        text.cacheNamespace = call.cacheNamespace(salt: request.options.cacheSalt)
        let markers = service.markers(of: dialect)
        text.visibleSpecialTokenIDs = Set(markers.values)
        text.grammar = try AnswerGrammar(
            dialect: dialect,
            startsInReasoning: startsInReasoning,
            promptTail: prompt.tail,
            specialTokens: markers.keys.sorted { $0.count > $1.count }
        ).compile(request, service)
        self.request = request
        self.dialect = dialect
        self.startsInReasoning = startsInReasoning
        answer = try AnswerJob(
            [text],
            options: request.options,
            call: call,
            service: service,
            promptField: "messages"
        )
    }

    /// The answer's id.
    var id: String { "chatcmpl-" + answer.identity }

    /// One per choice, before the first piece.
    var assemblers: [ChatAssembler] {
        answer.streams.indices.map { index in
            ChatAssembler(
                job: self,
                index: index,
                parser: AnswerParser(
                    toolCalls: dialect.toolCalls,
                    reasoning: dialect.reasoning,
                    startsInReasoning: startsInReasoning,
                    tools: request.tools.map {
                        AnswerTool(name: $0.name, parameters: $0.parameters)
                    }
                )
            )
        }
    }

    /// The name of a call that the model gave none.
    func toolCallID(choice: Int, call: Int) -> String {
        ToolCallIdentity.make(
            request: answer.identity,
            choice: choice,
            call: call,
            isShort: [.mistral, .mistralNamed].contains(dialect.toolCalls)
        )
    }

    /// What the answer begins with before the model says anything; empty unless asked for.
    var echo: String {
        guard request.echo, let last = request.messages.last, last.role == .assistant else {
            return ""
        }
        return last.content?.joined(separator: "\n") ?? ""
    }
}
