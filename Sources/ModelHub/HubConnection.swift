import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Requests to a hub, redirects included.
struct HubConnection: Sendable {
    private static let redirectLimit = 5

    let configuration: HubConfiguration
    private let origin: Origin?

    init(_ configuration: HubConfiguration) {
        self.configuration = configuration
        origin = Origin(configuration.endpointURL)
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
        guard var url = URL(string: configuration.endpoint + path) else {
            throw .invalidEndpoint(configuration.endpoint)
        }
        // Once another origin has had a say in where we go, the token stays here for good.
        var mayCarryToken = true
        for _ in 0...Self.redirectLimit {
            mayCarryToken = mayCarryToken && Origin(url) == origin
            let request = request(url, offset, mayCarryToken ? configuration.token : nil)
            let response: HTTPClientResponse
            do {
                response = try await HTTPClient.hubs.execute(request, timeout: .seconds(60))
            } catch {
                throw HubError(broken: error, url: shown(url))
            }
            guard [301, 302, 303, 307, 308].contains(response.status.code) else {
                try check(response, url, what, mayCarryToken)
                return response
            }
            url = try target(of: response, from: url)
        }
        throw .badRedirect(
            url: shown(url),
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

    private func request(_ url: URL, _ offset: Int, _ token: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url.absoluteString)
        request.headers.add(name: "User-Agent", value: "martlet")
        request.headers.add(name: "Accept-Encoding", value: "identity")
        if offset > 0 { request.headers.add(name: "Range", value: "bytes=\(offset)-") }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        return request
    }

    private func target(
        of response: HTTPClientResponse,
        from url: URL
    ) throws(HubError) -> URL {
        guard let location = response.headers.first(name: "Location"),
            let next = URL(string: location, relativeTo: url)?.absoluteURL,
            let nextOrigin = Origin(next)
        else { throw .badRedirect(url: shown(url), reason: "to no address") }
        // Plain HTTP is for tests and mirrors on this machine, which start as such.
        let mayBePlain = origin?.isEncrypted == false && nextOrigin.isThisMachine
        guard nextOrigin.isEncrypted || mayBePlain else {
            throw .badRedirect(url: shown(url), reason: "to an address without encryption")
        }
        return next
    }

    private func check(
        _ response: HTTPClientResponse,
        _ url: URL,
        _ what: String,
        _ hadToken: Bool
    ) throws(HubError) {
        switch response.status.code {
        case 200, 206, 416: break
        case 401, 403:
            throw .denied(
                what,
                endpoint: configuration.endpoint,
                hadToken: hadToken && configuration.token != nil
            )
        case 404: throw .notFound(what, endpoint: configuration.endpoint)
        default: throw .refused(status: Int(response.status.code), url: shown(url))
        }
        let encodings = response.headers[canonicalForm: "Content-Encoding"]
        if let encoding = encodings.first(where: { $0.lowercased() != "identity" }) {
            throw .encoded(url: shown(url), encoding: String(encoding))
        }
    }

    /// An address without its query, which may hold a signature.
    private func shown(_ url: URL) -> String {
        String(url.absoluteString.prefix { $0 != "?" }.prefix(300))
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
    fileprivate static let hubs: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        // Followed by ourselves, because of the token.
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(20)
        configuration.timeout.read = .seconds(60)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
