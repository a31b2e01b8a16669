public import AsyncHTTPClient
import JSONDocuments
import NIOCore

/// An OpenAI-compatible server somewhere: Martlet, or any other.
///
///     let server = ModelServer("http://127.0.0.1:8000/v1")
///     let request = ChatRequest(model: "tiny", messages: [.user("Who never lands?")])
///     for try await chunk in try await server.stream(request) { print(chunk.text) }
///
/// A value without state of its own; copies share their connections. Cancelling the task that waits
/// for an answer, or letting a stream go, closes the connection, which tells the server to stop.
public struct ModelServer: Sendable {
    let exchange: Exchange

    /// Names a server; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - baseURL: where the API begins, usually with `/v1` at its end.
    ///   - apiKey: sent as bearer token; nil sends none.
    ///   - retries: which failures are tried again, and when.
    ///   - deadline: how long one call may take, retries and the whole stream included.
    ///   - connections: whose connections are used; must outlive the calls.
    public init(
        _ baseURL: String,
        apiKey: String? = nil,
        retries: RetryPolicy = RetryPolicy(),
        deadline: Duration = .seconds(600),
        connections: HTTPClient = .modelServers
    ) {
        self.init(
            baseURL,
            apiKey: apiKey,
            retries: retries,
            deadline: deadline,
            connections: connections,
            clock: .system
        )
    }

    /// The same with a clock that tests can turn.
    package init(
        _ baseURL: String,
        apiKey: String? = nil,
        retries: RetryPolicy = RetryPolicy(),
        deadline: Duration = .seconds(600),
        connections: HTTPClient = .modelServers,
        clock: CallClock
    ) {
        var baseURL = baseURL
        while baseURL.hasSuffix("/") { baseURL.removeLast() }
        exchange = Exchange(
            baseURL: baseURL,
            apiKey: apiKey,
            retries: retries,
            deadline: deadline,
            connections: connections,
            clock: clock
        )
    }

    // MARK: - Chat

    /// Waits for the whole answer to a conversation.
    ///
    /// - Returns: an answer of at most 64 MiB; its choices are as many as were asked for.
    /// - Throws: the last attempt's error, when the policy allows no further one.
    public func complete(_ request: ChatRequest) async throws(ClientError) -> ChatCompletion {
        try await exchange.answer("/chat/completions", request.json(isStreamed: false))
    }

    /// Begins an answer and gives it piece by piece.
    ///
    /// Returns when the server has accepted the request; from then on nothing is tried again. The
    /// last piece brings the usage.
    ///
    /// - Returns: the answer, to be read once; letting it go closes the connection.
    /// - Throws: the last attempt's error, when the policy allows no further one.
    public func stream(
        _ request: ChatRequest
    ) async throws(ClientError) -> AnswerStream<ChatChunk> {
        try await exchange.stream("/chat/completions", request.json(isStreamed: true))
    }

    // MARK: - Text

    /// Waits for the whole continuation of a text.
    ///
    /// - Throws: the last attempt's error, when the policy allows no further one.
    public func complete(_ request: CompletionRequest) async throws(ClientError) -> Completion {
        try await exchange.answer("/completions", request.json(isStreamed: false))
    }

    /// Begins a continuation and gives it piece by piece.
    ///
    /// Returns when the server has accepted the request; from then on nothing is tried again.
    ///
    /// - Returns: the continuation, to be read once; letting it go closes the connection.
    /// - Throws: the last attempt's error, when the policy allows no further one.
    public func stream(
        _ request: CompletionRequest
    ) async throws(ClientError) -> AnswerStream<Completion> {
        try await exchange.stream("/completions", request.json(isStreamed: true))
    }

    /// Turns texts into vectors, one for each.
    ///
    /// - Parameters:
    ///   - texts: sent in one request; servers limit how many that may be.
    ///   - model: the name of a model that makes vectors.
    /// - Returns: the vectors, in the order of the texts.
    /// - Throws: the last attempt's error, when the policy allows no further one.
    public func embed(_ texts: [String], model: String) async throws(ClientError) -> Embeddings {
        let body: JSONValue = ["model": .string(model), "input": .array(texts.map { .string($0) })]
        return try await exchange.answer("/embeddings", body)
    }

    // MARK: - The server itself

    /// Asks which models there are.
    ///
    /// - Throws: the last attempt's error, when the policy allows no further one.
    public func models() async throws(ClientError) -> [Model] {
        let list: ModelList = try await exchange.answer("/models", nil)
        return list.models
    }

    /// Counts the tokens of a conversation as the model would see it.
    ///
    /// Not OpenAI's: Martlet and vLLM have this route, beside `/v1`. Only the model, the messages
    /// and the tools of the request count.
    ///
    /// - Throws: the last attempt's error, when the policy allows no further one;
    ///   ``ClientError/refused(_:)`` with status 404 from a server without the route.
    public func countTokens(_ request: ChatRequest) async throws(ClientError) -> TokenCount {
        try await exchange.answer("/tokenize", request.tokenizeJSON, isBesideVersion: true)
    }
}

extension HTTPClient {
    /// Connections made for answers that take long and come in pieces; never shut down.
    ///
    /// HTTP/1.1, at most 1024 connections to a host. Connecting may take ten seconds, and a server
    /// may be silent for ten minutes. Redirects are not followed.
    public static let modelServers: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        // A proxy's login page is no answer, and a key is for one host only.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        // Trying again is the policy's business.
        configuration.connectionPool.retryConnectionEstablishment = false
        // Silence of a server that computes a long prompt is no fault; of a dead one it is.
        configuration.timeout.read = .minutes(10)
        // Every stream holds a connection: with the usual 8 the ninth user would wait for a place.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1024
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
