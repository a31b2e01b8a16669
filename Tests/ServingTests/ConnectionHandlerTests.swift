import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import Serving
import Synchronization
import Testing

/// One connection in a time that the test moves.
@Suite("ConnectionHandler")
struct ConnectionHandlerTests {
    private let channel: EmbeddedChannel
    private let connection = ClientConnection()
    private let configuration: ServerConfiguration

    init() throws {
        var configuration = ServerConfiguration()
        configuration.maxDiscardedByteCount = 60_000
        self.configuration = configuration
        channel = EmbeddedChannel(
            handler: ConnectionHandler(
                connection: connection,
                timers: ConnectionTimers(configuration)
            )
        )
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/")).wait()
    }

    private func advance(_ seconds: Int64) {
        channel.embeddedEventLoop.advanceTime(by: .seconds(seconds))
    }

    private func write(_ part: HTTPResponsePart) throws {
        try channel.writeOutbound(part)
        _ = try channel.readOutbound(as: HTTPResponsePart.self)
    }

    private func receive(_ part: HTTPRequestPart) throws {
        try channel.writeInbound(part)
    }

    private var head: HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/"))
    }

    private func startStream() throws {
        try write(
            .head(HTTPResponse(status: .ok, headerFields: [.contentType: "text/event-stream"]))
        )
    }

    private func comment() throws -> String? {
        guard case .body(let buffer)? = try channel.readOutbound(as: HTTPResponsePart.self) else {
            return nil
        }
        return String(buffer: buffer)
    }

    @Test("a silent stream gets a comment every 15 seconds, until it ends")
    func keepAlive() throws {
        try startStream()
        advance(14)
        #expect(try comment() == nil)
        advance(1)
        #expect(try comment() == ": keep-alive\n\n")
        advance(15)
        #expect(try comment() == ": keep-alive\n\n")
        try write(.end(nil))
        advance(100)
        #expect(try comment() == nil)
    }

    @Test("a stream that was written to gets none")
    func busyStream() throws {
        try startStream()
        advance(10)
        try write(.body(ByteBuffer(string: "data: 1\n\n")))
        advance(5)
        #expect(try comment() == nil)
        advance(15)
        #expect(try comment() == ": keep-alive\n\n")
    }

    @Test("an answer that is no stream gets none")
    func noStream() throws {
        try write(
            .head(HTTPResponse(status: .ok, headerFields: [.contentType: "application/json"]))
        )
        advance(100)
        #expect(try comment() == nil)
    }

    @Test("a client that takes nothing for 30 seconds is cut off")
    func slowReader() throws {
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        advance(29)
        #expect(channel.isActive)
        advance(1)
        #expect(!channel.isActive)
    }

    @Test("a client that goes on reading in time is not")
    func readerInTime() throws {
        channel.isWritable = false
        channel.pipeline.fireChannelWritabilityChanged()
        advance(29)
        channel.isWritable = true
        channel.pipeline.fireChannelWritabilityChanged()
        advance(100)
        #expect(channel.isActive)
    }

    /// The status of what was sent, once the farewell is over.
    private func refusal() throws -> Int? {
        guard case .head(let head)? = try channel.readOutbound(as: HTTPResponsePart.self) else {
            return nil
        }
        advance(2)
        #expect(!channel.isActive)
        return head.status.code
    }

    @Test("a body that does not end in time is refused, however fast it comes")
    func slowBody() throws {
        try receive(head)
        for _ in 0..<29 {
            try receive(.body(ByteBuffer(repeating: 0, count: 2000)))
            advance(1)
        }
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        advance(1)
        #expect(try refusal() == 408)
    }

    @Test("a body of less than 1 KiB a second is refused after ten")
    func tricklingBody() throws {
        try receive(head)
        for _ in 0..<9 {
            try receive(.body(ByteBuffer(repeating: 0, count: 1023)))
            advance(1)
        }
        #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
        advance(1)
        #expect(try refusal() == 408)
    }

    @Test("a target of 8 KiB is taken, a longer one is not")
    func longTarget() throws {
        let path = "/" + String(repeating: "x", count: 8191)
        try receive(.head(HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)))
        try receive(.end(nil))
        #expect(try channel.readInbound(as: HTTPRequestPart.self) != nil)
        try write(.head(HTTPResponse(status: .ok)))
        try write(.end(nil))
        try receive(.head(HTTPRequest(method: .get, scheme: nil, authority: nil, path: path + "x")))
        #expect(try refusal() == 414)
    }

    @Test("what is no request gets a 400, too long a head a 431", arguments: [false, true])
    func noRequest(tooLong: Bool) throws {
        let error = tooLong ? HTTPParserError.headerOverflow : .invalidMethod
        channel.pipeline.fireErrorCaught(error)
        #expect(try refusal() == (tooLong ? 431 : 400))
    }

    @Test("what a refused client goes on to send is not looked at")
    func afterRefusal() throws {
        channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
        try receive(head)
        #expect(try channel.readInbound(as: HTTPRequestPart.self) == nil)
        #expect(try refusal() == 400)
    }

    @Test("a head has ten seconds from its first byte, while nothing is answered")
    func slowHead() throws {
        let timer = EmbeddedChannel(handler: HeadTimer(ConnectionTimers(configuration)))
        let late = Mutex(0)
        try timer.pipeline.syncOperations.addHandler(LateCounter { late.withLock { $0 += 1 } })
        func advance(_ seconds: Int64) {
            timer.embeddedEventLoop.advanceTime(by: .seconds(seconds))
        }
        advance(100)
        try timer.writeInbound(ByteBuffer(string: "GET /"))
        advance(9)
        timer.triggerUserOutboundEvent(RequestEvent.headRead, promise: nil)
        try timer.writeInbound(ByteBuffer(string: "GET /"))
        advance(100)
        #expect(late.withLock { $0 } == 0)
        timer.triggerUserOutboundEvent(RequestEvent.answered, promise: nil)
        try timer.writeInbound(ByteBuffer(string: " HT"))
        advance(10)
        #expect(late.withLock { $0 } == 1)
    }

    @Test("a body that is there leaves all the time for the answer")
    func bodyInTime() throws {
        try receive(head)
        try receive(.end(nil))
        advance(1000)
        #expect(channel.isActive)
    }

    @Test("a body without end is cut off by its size")
    func endlessBody() throws {
        try receive(head)
        try receive(.body(ByteBuffer(repeating: 0, count: 60_000)))
        #expect(channel.isActive)
        try receive(.body(ByteBuffer(repeating: 0, count: 1)))
        #expect(!channel.isActive)
    }

    @Test("whoever works for a client learns that it has gone, once")
    func close() throws {
        let count = Mutex(0)
        let forgotten = connection.onClose { Issue.record("was told to stop observing") }
        connection.stopObserving(forgotten)
        _ = connection.onClose { count.withLock { $0 += 1 } }
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        #expect(!channel.isActive)
        #expect(count.withLock { $0 } == 1)
        _ = connection.onClose { count.withLock { $0 += 1 } }
        #expect(count.withLock { $0 } == 2)
    }
}

/// Says when a head is late.
private final class LateCounter: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let count: () -> Void

    init(_ count: @escaping () -> Void) {
        self.count = count
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case RequestEvent.headLate = event { count() }
    }
}
