import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import OpenAIProtocol

/// Finds the route of a request, checks key and body, turns every error into the one shape, counts.
///
/// The decision who may do what uses the method and the parsed path, nothing else of the request.
struct RouteTable: HTTPResponder {
    typealias Context = BasicRequestContext

    private let served: ServedModel
    private let metrics: ServingMetrics
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let keys: APIKeys
    private let hosts: HostCheck
    private let origins: AllowedOrigins

    init(
        served: ServedModel,
        metrics: ServingMetrics,
        configuration: ServerConfiguration,
        logger: Logger
    ) {
        self.served = served
        self.metrics = metrics
        self.configuration = configuration
        self.logger = logger
        keys = APIKeys(configuration.apiKeys)
        hosts = HostCheck(
            listeningOn: configuration.host,
            allowing: configuration.allowedHosts
        )
        origins = AllowedOrigins(configuration.allowedOrigins)
    }

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let found = Route.find(path: request.uri.path)
        let exchange = Exchange(
            request,
            route: found?.route,
            connection: ClientConnection.current,
            metrics: metrics.http,
            logger: configuration.accessLog ? logger : nil
        )
        var response: Response
        do {
            response = try await ClientConnection.$current.withValue(exchange.client) {
                try await answer(request, found, exchange)
            }
        } catch let error as HTTPParserError {
            // Hummingbird answers it and closes: the connection's state is unknown.
            exchange.end(400)
            throw error
        } catch {
            response = Self.response(to: error)
        }
        response.headers[.requestID] = exchange.identity
        origins.allow(request, to: &response)
        if request.method == .head { response = response.createHeadResponse() }
        return exchange.ending(with: response)
    }

    // MARK: - Answers

    private func answer(
        _ request: Request,
        _ found: (route: Route, parameter: String)?,
        _ exchange: Exchange
    ) async throws -> Response {
        try checkHost(request)
        if let response = origins.preflight(request) { return response }
        // What a stranger may not use it cannot find out about either.
        let isOpen = found?.route.isOpen ?? false
        let key = try isOpen ? nil : authorize(request)
        exchange.setKey(key)
        guard let (route, parameter) = found else {
            throw APIError.notFound("There is no \(request.uri.path.prefix(256)) here.")
        }
        guard route.methods.contains(request.method) else {
            throw APIError(
                status: 405,
                message: "\(request.method.rawValue) is not possible here; use "
                    + route.methods.map(\.rawValue).joined(separator: " or ") + "."
            )
        }
        guard let service = served.service else {
            if route == .live { return Response(status: .ok) }
            if [.page, .pageFile].contains(route) { return try PageRoute.file(parameter) }
            throw APIError(
                status: 503,
                message: "The model is being loaded.",
                retryAfterSeconds: 5
            )
        }
        let body = request.method == .post ? try await self.body(of: request) : []
        exchange.limitTime(service)
        let call = RouteCall(
            body: body,
            parameter: parameter,
            identity: exchange.identity,
            keyIndex: key ?? 0
        )
        return try await route.answer(service, call)
    }

    private func checkHost(_ request: Request) throws(APIError) {
        guard !hosts.allows(request.head.authority) else { return }
        throw APIError(
            status: 403,
            message: "This server does not answer to that name. Call it localhost, or have the "
                + "name added with --allowed-hosts."
        )
    }

    private func authorize(_ request: Request) throws(APIError) -> Int? {
        guard !keys.isEmpty else { return nil }
        let index = keys.index(
            authorization: request.headers[.authorization],
            apiKey: request.headers[.apiKey]
        )
        guard let index else {
            throw APIError(
                status: 401,
                message: "Send a valid key as 'Authorization: Bearer KEY'."
            )
        }
        return index
    }

    private func body(of request: Request) async throws -> [UInt8] {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw APIError(
                status: 415,
                message: "Compressed bodies are not taken; send the body as it is."
            )
        }
        let limit = configuration.maxBodyByteCount
        let tooLarge = APIError(
            status: 413,
            message: "The body has more than \(limit) bytes, the most this server takes."
        )
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge
        }
        do {
            let buffer = try await request.body.collect(upTo: limit)
            return Array(buffer.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    private static func response(to error: any Error) -> Response {
        switch error {
        case let error as APIError:
            return Response(error)
        case is ClientGoneError, is CancellationError:
            // Nobody reads it; the number is NGINX's and only shows in metrics.
            return Response(status: .init(code: 499))
        default:
            return Response(APIError(status: 500, message: "The server failed on this request."))
        }
    }
}

extension HTTPField.Name {
    /// `X-Request-Id`.
    static let requestID = HTTPField.Name("X-Request-Id") ?? .from
    /// `X-Api-Key`.
    static let apiKey = HTTPField.Name("X-Api-Key") ?? .from
    /// `Retry-After`.
    static let retryAfterSeconds = HTTPField.Name("Retry-After") ?? .from
}

extension Response {
    /// An answer whose body is JSON.
    init(json: [UInt8], status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json))
        )
    }

    /// An error in its one shape.
    init(_ error: APIError) {
        self.init(json: error.encoded(), status: HTTPResponse.Status(code: error.status))
        if let seconds = error.retryAfterSeconds { headers[.retryAfterSeconds] = String(seconds) }
        if error.status == 401 { headers[.wwwAuthenticate] = "Bearer" }
    }
}
