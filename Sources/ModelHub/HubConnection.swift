import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// Requests to a hub, redirects included.
struct HubConnection: Sendable {
    private static let redirectLimit = 5

    let configuration: HubConfiguration

    init(_ configuration: HubConfiguration) {
        self.configuration = configuration
    }

    /// Asks for something.
    ///
    /// - Parameters:
    ///   - path: below the endpoint, with its slash in front.
    ///   - what: the model, as errors name it.
    ///   - offset: the first byte that is asked for.
    /// - Returns: the beginning of an answer with status 200, 206 or 416.
    /// - Throws: ``HubError``.
    func get(
        _ path: String,
        of what: String,
        from offset: Int = 0
    ) async throws(HubError) -> HTTPClientResponse {
        guard var route = HubRoute(endpoint: configuration.endpointURL, path: path) else {
            throw .invalidEndpoint(configuration.endpoint)
        }
        for _ in 0...Self.redirectLimit {
            let request = request(route, offset)
            let response: HTTPClientResponse
            do {
                response = try await client(for: route).execute(request, timeout: .seconds(60))
            } catch {
                throw HubError(broken: error, url: route.shown)
            }
            guard [301, 302, 303, 307, 308].contains(response.status.code) else {
                try check(response, route, what)
                return response
            }
            route = try route.redirected(to: response.headers.first(name: "Location"))
        }
        throw .badRedirect(
            url: route.shown,
            reason: "more than \(Self.redirectLimit) times in a row"
        )
    }

    /// All bytes of a small answer.
    func bytes(
        _ path: String,
        of what: String,
        limit: Int
    ) async throws(HubError) -> [UInt8] {
        let response = try await get(path, of: what)
        var bytes: [UInt8] = []
        do {
            for try await piece in response.body {
                guard piece.readableBytes <= limit - bytes.count else {
                    throw HubError.badManifest(
                        model: what,
                        reason: "it has more than \(limit) bytes"
                    )
                }
                bytes += piece.readableBytesView
            }
        } catch {
            throw HubError(broken: error, url: configuration.endpoint + path)
        }
        // A cancelled body just ends.
        guard !Task.isCancelled else { throw .cancelled }
        return bytes
    }

    // MARK: - One request

    private func client(for route: HubRoute) -> HTTPClient {
        guard let proxy = configuration.proxy, proxy.serves(route.url) else { return .hubs }
        return .hubs(through: proxy)
    }

    private func request(_ route: HubRoute, _ offset: Int) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: route.url.absoluteString)
        request.headers.add(name: "User-Agent", value: "martlet")
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
        if route.carriesToken, let token = configuration.token {
            request.headers.add(name: "Authorization", value: "Bearer \(token)")
        }
        return request
    }

    private func check(
        _ response: HTTPClientResponse,
        _ route: HubRoute,
        _ what: String
    ) throws(HubError) {
        switch response.status.code {
        case 200, 206, 416: break
        case 401 where route.isAtHome, 403 where route.isAtHome:
            throw .denied(
                what,
                endpoint: configuration.endpoint,
                hadToken: route.carriesToken && configuration.token != nil
            )
        case 404 where route.isAtHome: throw .notFound(what, endpoint: configuration.endpoint)
        default:
            let wait = response.headers.first(name: "Retry-After").flatMap { Int($0) }
            throw .refused(
                status: Int(response.status.code),
                url: route.shown,
                retryAfterSeconds: wait.flatMap { $0 >= 0 ? $0 : nil }
            )
        }
        let encodings =
            response.headers[canonicalForm: "Content-Encoding"].filter {
                $0.lowercased() != "identity"
            }
            + response.headers[canonicalForm: "Transfer-Encoding"].filter {
                $0.lowercased() != "chunked"
            }
        if let encoding = encodings.first {
            throw .encoded(url: route.shown, encoding: String(encoding))
        }
    }
}

extension HubError {
    /// The connection failed, before or in the middle of an answer.
    init(broken error: any Error, url: String) {
        switch error {
        case let error as HubError: self = error
        case is CancellationError: self = .cancelled
        case _ where Task.isCancelled: self = .cancelled
        case let error as HTTPClientError:
            self = .unreachable(url: url, reason: "\(error.shortDescription).")
        default: self = .unreachable(url: url, reason: "\(error).")
        }
    }
}

extension HTTPClient {
    /// Connections for large downloads; never shut down.
    fileprivate static let hubs = HTTPClient(hubsThrough: nil)
    private static let proxied = Mutex<[HubProxy: HTTPClient]>([:])

    /// The same, through a proxy.
    fileprivate static func hubs(through proxy: HubProxy) -> HTTPClient {
        proxied.withLock { clients in
            if let client = clients[proxy] { return client }
            let client = HTTPClient(hubsThrough: proxy)
            clients[proxy] = client
            return client
        }
    }

    private convenience init(hubsThrough proxy: HubProxy?) {
        var configuration = HTTPClient.Configuration()
        // Followed by ourselves, because of the token.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(20)
        configuration.timeout.read = .seconds(60)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.proxy = proxy.map { proxy in
            guard let user = proxy.user else { return .server(host: proxy.host, port: proxy.port) }
            let login = Authorization.basic(username: user, password: proxy.password ?? "")
            return .server(host: proxy.host, port: proxy.port, authorization: login)
        }
        self.init(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
