import NIOCore
import NIOPosix
import Synchronization

/// A server on this machine that answers requests with bytes the test decides.
final class LoopbackServer: Sendable {
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

        /// An event stream in chunks, one per piece; a stream that does not end is cut off.
        static func events(_ pieces: [String], ends: Bool = true) -> Answer {
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
                + "transfer-encoding: chunked\r\n\r\n"
            let chunks = pieces.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }
            return Answer(pieces: [head] + chunks + (ends ? ["0\r\n\r\n"] : []), closes: !ends)
        }
    }

    /// What the server has seen so far.
    struct Seen: Sendable {
        var requests: [String] = []
        var connectionCount = 0
    }

    let port: Int
    private let channel: any Channel
    private let log: RequestLog

    var seen: Seen { log.seen.withLock { $0 } }

    var address: String { "http://127.0.0.1:\(port)" }

    /// Starts a server; `answer` gets the whole request, and how many came before it.
    static func start(
        answer: @escaping @Sendable (_ request: String, _ index: Int) -> Answer
    ) async throws -> LoopbackServer {
        let log = RequestLog()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    log.seen.withLock { $0.connectionCount += 1 }
                    let handler = AnsweringHandler(log: log, answer: answer)
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return LoopbackServer(channel: channel, log: log)
    }

    private init(channel: any Channel, log: RequestLog) {
        self.channel = channel
        self.log = log
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }
}

private final class RequestLog: Sendable {
    let seen = Mutex(LoopbackServer.Seen())
}

/// Collects a request by its content-length and writes the answer's pieces.
private final class AnsweringHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let log: RequestLog
    private let answer: @Sendable (String, Int) -> LoopbackServer.Answer
    private var received = ""

    init(log: RequestLog, answer: @escaping @Sendable (String, Int) -> LoopbackServer.Answer) {
        self.log = log
        self.answer = answer
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let headEnd = received.firstRange(of: "\r\n\r\n") else { return }
        let lines = received[..<headEnd.lowerBound].split(separator: "\r\n")
        let lengthLine = lines.first { $0.hasPrefix("content-length: ") }
        let length = lengthLine.flatMap { Int($0.dropFirst("content-length: ".count)) } ?? 0
        guard received[headEnd.upperBound...].utf8.count >= length else { return }
        let request = received
        received = ""
        let index = log.seen.withLock { seen in
            seen.requests.append(request)
            return seen.requests.count - 1
        }
        let answer = answer(request, index)
        for piece in answer.pieces {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: piece)), promise: nil)
        }
        if answer.closes { context.close(promise: nil) }
    }
}
