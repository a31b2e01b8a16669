package import HTTPTypes
import Hummingbird
import OpenAIProtocol

/// One thing the server can do; the raw value is its path, as metrics name it.
package enum Route: String, CaseIterable, Sendable {
    case completions = "/v1/completions"
    case chatCompletions = "/v1/chat/completions"
    case responses = "/v1/responses"
    case messages = "/v1/messages"
    case countTokens = "/v1/messages/count_tokens"
    case embeddings = "/v1/embeddings"
    case renderCompletion = "/v1/completions/render"
    case renderChat = "/v1/chat/completions/render"
    case applyTemplate = "/apply-template"
    case models = "/v1/models"
    case model = "/v1/models/{model}"
    case tokenize = "/tokenize"
    case detokenize = "/detokenize"
    case health = "/health"
    case ping = "/ping"
    case live = "/health/live"
    case ready = "/health/ready"
    case version = "/version"
    case load = "/load"
    case metrics = "/metrics"
    case openAPI = "/openapi.json"
    case engine = "/engine"
    case page = "/"
    case pageFile = "/page/{file}"

    /// What a client may do with it.
    package var methods: [HTTPRequest.Method] {
        switch self {
        case .completions, .chatCompletions, .responses, .messages, .countTokens, .embeddings,
            .renderCompletion, .renderChat, .applyTemplate, .tokenize, .detokenize:
            [.post]
        case .ping: [.get, .head, .post]
        case .models, .model, .health, .live, .ready, .version, .load, .metrics, .openAPI, .engine,
            .page, .pageFile:
            [.get, .head]
        }
    }

    /// Whether it needs no key: probes and somebody who opens the page have none, and it shows
    /// nothing of the model.
    package var isOpen: Bool {
        switch self {
        case .health, .ping, .live, .ready, .page, .pageFile: true
        default: false
        }
    }

    /// Makes the answer; throws what becomes an error answer.
    func answer(_ service: ModelService, _ call: RouteCall) async throws -> Response {
        switch self {
        case .completions: try await CompletionRoute.answer(service, call)
        case .chatCompletions: try await ChatRoute.answer(service, call)
        case .responses: try await ResponseRoute.answer(service, call)
        case .messages: try await MessageRoute.answer(service, call)
        case .countTokens: MessageRoute.count(service, call)
        case .embeddings: try await EmbeddingRoute.answer(service, call)
        case .renderCompletion: try RenderRoutes.completion(service, call)
        case .renderChat: try RenderRoutes.chat(service, call)
        case .applyTemplate: try RenderRoutes.applyTemplate(service, call)
        case .models: StatusRoutes.models(service)
        case .model: try StatusRoutes.model(service, call)
        case .tokenize: try TokenRoutes.tokenize(service, call)
        case .detokenize: try TokenRoutes.detokenize(service, call)
        case .health, .ping, .ready: try StatusRoutes.ready(service)
        case .live: try StatusRoutes.live(service)
        case .version: StatusRoutes.version(service)
        case .load: StatusRoutes.load(service)
        case .metrics: StatusRoutes.metrics(service)
        case .openAPI: StatusRoutes.openAPI(service)
        case .engine: try await EngineRoute.answer(service)
        case .page, .pageFile: try PageRoute.file(call.parameter)
        }
    }

    /// The route of a path and what the path says beyond it.
    ///
    /// One slash at the end makes no difference.
    static func find(path: String) -> (route: Route, parameter: String)? {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        if path == page.rawValue { return (.page, "index.html") }
        if let route = Route(rawValue: path), !path.hasSuffix("}") { return (route, "") }
        for (route, prefix) in [(Route.model, "/v1/models/"), (.pageFile, "/page/")]
        where path.hasPrefix(prefix) {
            return (route, String(path.dropFirst(prefix.count)))
        }
        return nil
    }
}

/// What a route gets of a request.
struct RouteCall: Sendable {
    /// The whole body.
    let body: [UInt8]
    /// The rest of the path, still percent-encoded.
    let parameter: String
    /// The request's name, the client's or a fresh one.
    let identity: String
    /// Which of the server's keys the client has.
    let keyIndex: Int
}
