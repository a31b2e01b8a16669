import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP/1.1 client for one server that keeps its connections open between requests.
///
/// As many connections are open as requests were ever under way at once.
final class HTTPClient: Sendable {
    let address: HTTPAddress
    private let apiKey: String?
    private let silenceSeconds: Double
    private let idle = Mutex<[any Channel]>([])

    /// - Parameters:
    ///   - address: the server.
    ///   - apiKey: sent as bearer token.
    ///   - silenceSeconds: how long the server may send nothing before the request has failed.
    init(address: HTTPAddress, apiKey: String? = nil, silenceSeconds: Double = 600) {
        self.address = address
        self.apiKey = apiKey
        self.silenceSeconds = silenceSeconds
    }

    deinit {
        for channel in idle.withLock({ $0 }) { channel.close(promise: nil) }
    }

    /// Sends a request and gives every piece of its answer to `receive`, in order.
    ///
    /// - Parameters:
    ///   - method: such as `.GET`.
    ///   - path: begins with a slash; the address's own path is put before it.
    ///   - body: JSON, or nothing.
    ///   - receive: a piece of the answer; an error it throws ends the request.
    /// - Throws: what went wrong on the way, as ``LoadTestError``; an error status is none.
    func send(
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8] = [],
        receive: (HTTPAnswerPart) throws -> Void
    ) async throws {
        // A server may close a connection just when it is used again; a fresh one settles it.
        if let channel = takeIdle() {
            var hasBegun = false
            do {
                try await exchange(method, path, body, on: channel) {
                    hasBegun = true
                    try receive($0)
                }
                return
            } catch LoadTestError.connectionLost where !hasBegun {}
        }
        try await exchange(method, path, body, on: try await connect(), receive)
    }

    /// Sends a request and collects its answer.
    ///
    /// - Returns: status and body.
    func collect(
        _ method: HTTPMethod,
        _ path: String,
        body: [UInt8] = []
    ) async throws -> (status: Int, body: [UInt8]) {
        var status = 0
        var collected: [UInt8] = []
        try await send(method, path, body: body) { part in
            switch part {
            case .head(let code, _): status = code
            case .body(let bytes, _): collected += bytes
            case .end: break
            }
            guard collected.count <= EventStreamParser.longestEvent else {
                throw LoadTestError.malformedAnswer("the answer to \(path) is too long")
            }
        }
        return (status, collected)
    }

    // MARK: - One exchange

    private func exchange(
        _ method: HTTPMethod,
        _ path: String,
        _ body: [UInt8],
        on channel: any Channel,
        _ receive: (HTTPAnswerPart) throws -> Void
    ) async throws {
        let (parts, answer) = AsyncThrowingStream.makeStream(of: HTTPAnswerPart.self)
        let exchange = HTTPExchange(
            head: head(method, path, byteCount: body.count),
            body: body,
            answer: answer
        )
        var isReusable = false
        var isComplete = false
        // Also when the task was cancelled or `receive` threw: the rest is not wanted then.
        defer {
            if isReusable && isComplete && channel.isActive {
                idle.withLock { $0.append(channel) }
            } else {
                channel.close(promise: nil)
            }
        }
        do {
            try await channel.writeAndFlush(exchange)
        } catch {
            throw LoadTestError.connectionLost("\(error)")
        }
        for try await part in parts {
            switch part {
            case .head(_, let canStay): isReusable = canStay
            case .end: isComplete = true
            case .body: break
            }
            try receive(part)
        }
        guard !isComplete else { return }
        try Task.checkCancellation()
        throw LoadTestError.connectionLost("the answer has no end")
    }

    private func head(_ method: HTTPMethod, _ path: String, byteCount: Int) -> HTTPRequestHead {
        var headers = HTTPHeaders([
            ("host", address.authority), ("user-agent", "martlet-bench"), ("accept", "*/*"),
        ])
        if byteCount > 0 {
            headers.add(name: "content-type", value: "application/json")
            headers.add(name: "content-length", value: "\(byteCount)")
        }
        if let apiKey { headers.add(name: "authorization", value: "Bearer \(apiKey)") }
        return HTTPRequestHead(
            version: .http1_1,
            method: method,
            uri: address.basePath + path,
            headers: headers
        )
    }

    private func takeIdle() -> (any Channel)? {
        idle.withLock { channels in
            while let channel = channels.popLast() {
                if channel.isActive { return channel }
            }
            return nil
        }
    }

    private func connect() async throws -> any Channel {
        let silenceSeconds = silenceSeconds
        let silence = TimeAmount.milliseconds(Int64(silenceSeconds * 1000))
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(10))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(IdleStateHandler(readTimeout: silence))
                    try pipeline.addHandler(HTTPExchangeHandler(silenceSeconds: silenceSeconds))
                }
            }
        do {
            return try await bootstrap.connect(host: address.host, port: address.port).get()
        } catch {
            throw LoadTestError.cannotConnect(
                host: address.host,
                port: address.port,
                reason: "\(error)"
            )
        }
    }
}
