import JSONDocuments
import NIOCore
import NIOPosix
import Synchronization

/// A server on this machine that answers requests with bytes the test decides.
final class FakeServer: Sendable {
    /// What happens after a request came.
    struct Answer: Sendable {
        /// Written and flushed one by one.
        var pieces: [String]
        var closes = false

        /// A whole answer with its length.
        static func json(_ body: String, status: String = "200 OK", headers: String = "") -> Answer
        {
            let length = "content-length: \(body.utf8.count)\r\n"
            return Answer(pieces: ["HTTP/1.1 \(status)\r\n\(length)\(headers)\r\n\(body)"])
        }

        /// How a stream goes on after its pieces.
        enum End {
            case ends
            case isCutOff
            case staysOpen
        }

        /// An event stream in chunks, one per piece.
        static func events(_ pieces: [String], _ end: End = .ends) -> Answer {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                + "transfer-encoding: chunked\r\n\r\n"
            let chunks = pieces.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }
            let last = end == .ends ? ["0\r\n\r\n"] : []
            return Answer(pieces: [head] + chunks + last, closes: end == .isCutOff)
        }
    }

    /// A request as it came.
    struct Request: Sendable {
        /// Method and path, such as `POST /v1/completions`.
        var line: Substring
        /// Names in small letters.
        var headers: [String: String]
        var body: String

        var json: JSONValue? { try? JSONParser.parse(Array(body.utf8)) }
    }

    /// What the server has seen so far.
    struct Seen: Sendable {
        var requests: [Request] = []
        var connectionCount = 0
    }

    let address: String
    /// One element for each connection that its client closed.
    let closures: AsyncStream<Void>
    private let channel: any Channel
    private let log: RequestLog

    var seen: Seen { log.seen.withLock { $0 } }

    /// Starts a server; `answer` gets how many requests came before.
    static func start(
        answer: @escaping @Sendable (_ index: Int) -> Answer
    ) async throws -> FakeServer {
        let (closures, closed) = AsyncStream.makeStream(of: Void.self)
        let log = RequestLog(closed: closed)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    log.seen.withLock { $0.connectionCount += 1 }
                    let handler = AnsweringHandler(log: log, answer: answer)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return FakeServer(channel: channel, log: log, closures: closures)
    }

    private init(channel: any Channel, log: RequestLog, closures: AsyncStream<Void>) {
        self.channel = channel
        self.log = log
        self.closures = closures
        address = "http://127.0.0.1:\(channel.localAddress?.port ?? 0)/v1"
    }

    func stop() async throws { try await channel.close() }
}

private final class RequestLog: Sendable {
    let seen = Mutex(FakeServer.Seen())
    let closed: AsyncStream<Void>.Continuation

    init(closed: AsyncStream<Void>.Continuation) { self.closed = closed }
}

/// Collects a request by its content-length and writes the answer's pieces.
private final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private let answer: @Sendable (Int) -> FakeServer.Answer
    private var received = ""

    init(log: RequestLog, answer: @escaping @Sendable (Int) -> FakeServer.Answer) {
        self.log = log
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let headEnd = received.firstRange(of: "\r\n\r\n") else { return }
        let lines = received[..<headEnd.lowerBound].split(separator: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ": ", maxSplits: 1)
            headers[parts[0].lowercased()] = parts.count == 2 ? String(parts[1]) : ""
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        let body = received[headEnd.upperBound...]
        guard body.utf8.count >= length else { return }
        let request = FakeServer.Request(
            line: lines[0].dropLast(" HTTP/1.1".count),
            headers: headers,
            body: String(body)
        )
        received = ""
        let index = log.seen.withLock { seen in
            seen.requests.append(request)
            return seen.requests.count - 1
        }
        let answer = answer(index)
        for piece in answer.pieces {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: piece)), promise: nil)
        }
        if answer.closes { context.close(promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { log.closed.yield() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
