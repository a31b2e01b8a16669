import Hummingbird
import Inference
import Logging
import NIOCore
import NIOPosix
import OpenAIProtocol
import Synchronization
import TextGeneration

/// One request, from its head to the last byte of its answer: its name, its time, its traces in
/// metrics and log.
final class Exchange: Sendable {
    /// The request's name, the client's or a fresh one.
    let identity: String
    /// Whether somebody waits for the answer; closes with the connection, or when time is up.
    let client = ClientConnection()

    private let method: String
    private let route: Route?
    private let start = ContinuousClock().now
    private let metrics: HTTPMetrics
    private let logger: Logger?
    private let connection: ClientConnection?
    private let state = Mutex(State())

    private struct State {
        var keyIndex: Int?
        var timers: [Scheduled<Void>] = []
        var observer: Int?
        var isOver = false
    }

    /// Begins with a request.
    ///
    /// - Parameters:
    ///   - request: its head.
    ///   - route: what it asks for, if there is that.
    ///   - connection: what it came on.
    ///   - metrics: where it is counted.
    ///   - logger: where it leaves a line; nil for none.
    init(
        _ request: Request,
        route: Route?,
        connection: ClientConnection?,
        metrics: HTTPMetrics,
        logger: Logger?
    ) {
        identity = RequestIdentity.accepted(request.headers[.requestID]) ?? RequestIdentity.fresh()
        method = HTTPMetrics.methodName(request.method.rawValue)
        self.route = route
        self.connection = connection
        self.metrics = metrics
        self.logger = logger
        let observer = connection?.onClose { [client] in client.close() }
        state.withLock { $0.observer = observer }
    }

    /// Notes which key came with the request.
    func setKey(_ index: Int?) {
        state.withLock { $0.keyIndex = index }
    }

    // MARK: - Time

    /// Has the request end when it takes too long, or waits too long for its first step.
    func limitTime(_ service: ModelService) {
        let configuration = service.configuration
        let engine = service.model.engine
        limit(configuration.requestTimeoutSeconds) { seconds, client in
            client.close(
                reason: APIError(
                    status: 504,
                    message: "The request took longer than the \(seconds) s it may take here. "
                        + "Ask for fewer tokens, or have --request-timeout raised."
                )
            )
        }
        limit(configuration.queueTimeoutSeconds) { seconds, client in
            guard client.isQueued else { return }
            client.close(
                reason: APIError(
                    status: 503,
                    message: "The request waited \(seconds) s without being begun.",
                    retryAfterSeconds: engine.retryAfterSeconds
                )
            )
        }
    }

    private func limit(
        _ seconds: Double,
        _ action: @escaping @Sendable (_ seconds: Int, ClientConnection) -> Void
    ) {
        guard seconds > 0 else { return }
        let nanoseconds = Int64(min(seconds, 1e9) * 1e9)
        let timer = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(
            in: .nanoseconds(nanoseconds)
        ) { [client] in
            action(Int(min(seconds, 1e9)), client)
        }
        // A client that leaves takes its timers along.
        _ = client.onClose { timer.cancel() }
        state.withLock { $0.timers.append(timer) }
    }

    // MARK: - The end

    /// The answer, which notes when its last byte is written.
    func ending(with response: Response) -> Response {
        let status = response.status.code
        guard response.body.contentLength == nil else {
            end(status)
            return response
        }
        var response = response
        let body = response.body
        response.body = ResponseBody { writer in
            defer { self.end(status) }
            // Who writes the body looks there for whether it is still wanted.
            try await ClientConnection.$current.withValue(self.client) {
                try await body.write(writer)
            }
        }
        return response
    }

    /// Lets go of the connection and counts the request, the first time it is called.
    func end(_ status: Int) {
        let state = self.state.withLock { state in
            defer { state = State(isOver: true) }
            return state
        }
        guard !state.isOver else { return }
        for timer in state.timers { timer.cancel() }
        connection?.stopObserving(state.observer)
        let seconds = start.duration(to: ContinuousClock().now) / .seconds(1)
        metrics.record(
            handler: route?.rawValue ?? "none",
            method: method,
            status: status,
            seconds: seconds
        )
        log(status, seconds, state.keyIndex)
    }

    /// One line: nothing of it comes from the client but what was found harmless.
    private func log(_ status: Int, _ seconds: Double, _ keyIndex: Int?) {
        guard let logger else { return }
        var metadata: Logger.Metadata = [
            "method": "\(method)",
            "route": "\(route?.rawValue ?? "none")",
            "status": "\(status)",
            "seconds": "\(Double(Int(min(seconds, 1e9) * 1e4)) / 1e4)",
            "id": "\(identity)",
        ]
        if let keyIndex { metadata["key"] = "\(keyIndex)" }
        if let tokens = client.tokens {
            metadata["prompt_tokens"] = "\(tokens.prompt)"
            metadata["output_tokens"] = "\(tokens.output)"
        }
        if let error = client.closeReason {
            metadata["ended"] = error is ClientGoneError ? "client left" : "time was up"
        }
        // Probes come every second or so, and a page that watches the engine more often.
        let isFrequent = route?.isOpen == true || route == .engine
        logger.log(level: isFrequent ? .debug : .info, "request", metadata: metadata)
    }
}
