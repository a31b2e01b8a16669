import HTTPTypes
import NIOCore
import NIOEmbedded
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
        configuration.maxDiscardedByteCount = 100
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

    @Test("a body that does not end in time is cut off")
    func slowBody() throws {
        try receive(head)
        advance(29)
        #expect(channel.isActive)
        advance(1)
        #expect(!channel.isActive)
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
        try receive(.body(ByteBuffer(repeating: 0, count: 100)))
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
