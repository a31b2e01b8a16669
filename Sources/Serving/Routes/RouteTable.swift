import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import OpenAIProtocol

/// Finds the route of a request, checks key and body, turns every error into the one shape, counts.
///
/// The decision who may do what uses the method and the parsed path, nothing else of the request.
struct RouteTable: HTTPResponder {
    typealias Context = BasicRequestContext

    let service: ModelService

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        let identity =
            RequestIdentity.accepted(request.headers[.requestID]) ?? RequestIdentity.fresh()
        let start = ContinuousClock().now
        let found = Route.find(path: request.uri.path)
        let name = found?.route.rawValue ?? "none"
        var response: Response
        do {
            response = try await answer(request, found, identity)
        } catch let error as HTTPParserError {
            // Hummingbird answers it and closes: the connection's state is unknown.
            throw error
        } catch {
            response = Self.response(to: error)
        }
        response.headers[.requestID] = identity
        if request.method == .head { response = response.createHeadResponse() }
        service.metrics.http.count(
            handler: name,
            method: request.method.rawValue,
            status: response.status.code
        )
        return service.metrics.http.timed(response, from: start, handler: name)
    }

    // MARK: - Answers

    private func answer(
        _ request: Request,
        _ found: (route: Route, parameter: String)?,
        _ identity: String
    ) async throws -> Response {
        guard let (route, parameter) = found else {
            throw APIError.notFound("There is no \(request.uri.path.prefix(256)) here.")
        }
        // Routes that are open show nothing, so that probes need no key.
        let key = try route.isOpen ? nil : authorize(request)
        guard route.methods.contains(request.method) else {
            throw APIError(
                status: 405,
                message: "\(request.method.rawValue) is not possible here; use "
                    + route.methods.map(\.rawValue).joined(separator: " or ") + "."
            )
        }
        let body = request.method == .post ? try await self.body(of: request) : []
        let call = RouteCall(
            body: body,
            parameter: parameter,
            identity: identity,
            keyIndex: key ?? 0
        )
        return try await route.answer(service, call)
    }

    private func authorize(_ request: Request) throws(APIError) -> Int? {
        guard !service.keys.isEmpty else { return nil }
        guard let index = service.keys.index(ofAuthorization: request.headers[.authorization])
        else {
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
        let limit = service.configuration.maxBodyByteCount
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
