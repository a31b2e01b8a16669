import HTTPTypes
package import NIOCore
import NIOHTTP1
package import NIOHTTPTypes
import OpenAIProtocol

/// Watches one connection on its event loop.
///
/// It tells the request being worked on when the client goes away, sends comments on event streams
/// that are silent for long, cuts off clients that take nothing of what they are sent or whose body
/// never ends, and answers what cannot become a request, in the shape of every other error.
package final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart
    package typealias OutboundIn = HTTPResponsePart
    package typealias OutboundOut = HTTPResponsePart

    private let connection: ClientConnection
    private let timers: ConnectionTimers
    private let bodyClock: BodyClock
    private var keepAliveTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var streamWasSilent = true
    /// Requests whose head was read and whose answer is not written.
    private var openRequestCount = 0
    /// Whether the first of them has part of its answer.
    private var isAnswering = false
    /// Nothing the client sends counts any more: the connection closes.
    private var isRefused = false

    package init(connection: ClientConnection, timers: ConnectionTimers) {
        self.connection = connection
        self.timers = timers
        bodyClock = BodyClock(timers)
    }

    // MARK: - What comes in

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            openRequestCount += 1
            context.triggerUserOutboundEvent(RequestEvent.headRead, promise: nil)
            guard (head.path ?? "").utf8.count <= timers.maxTargetByteCount else {
                return refuse(context, Self.targetTooLong(timers.maxTargetByteCount))
            }
            bodyClock.byteCount = 0
            bodyClock.start(context.eventLoop) { self.bodyIsLate(context) }
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponse(status: .continue))),
                    promise: nil
                )
            }
        case .body(let buffer):
            bodyClock.byteCount += buffer.readableBytes
            if bodyClock.byteCount > timers.maxDiscardedByteCount { context.close(promise: nil) }
        case .end:
            bodyClock.stop()
        }
        context.fireChannelRead(data)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // A client that closes its side is taken to be gone: the end of `close()` and of
            // `shutdown()` look the same from here, and work for nobody costs everybody.
            connection.close()
            context.close(promise: nil)
        case RequestEvent.headLate:
            if openRequestCount == 0 { refuse(context, Self.late("head")) }
        default:
            break
        }
        context.fireUserInboundEventTriggered(event)
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What the network says is no fault of a request's.
        let isFault = !(error is IOError) && !(error is ChannelError)
        guard isFault else { return context.fireErrorCaught(error) }
        guard !isRefused else { return }
        refuse(context, Self.malformed(error))
        // Whoever reads a body must learn that no more of it comes.
        if openRequestCount > 0 { context.fireErrorCaught(error) }
    }

    package func channelInactive(context: ChannelHandlerContext) {
        connection.close()
        cancelTimers()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        connection.close()
        cancelTimers()
    }

    // MARK: - What goes out

    package func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        guard !isRefused else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head):
            isAnswering = head.status.kind != .informational
            if head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true {
                streamWasSilent = true
                scheduleKeepAlive(context)
            }
        case .body:
            streamWasSilent = false
        case .end:
            isAnswering = false
            openRequestCount -= 1
            context.triggerUserOutboundEvent(RequestEvent.answered, promise: nil)
            keepAliveTimer?.cancel()
            keepAliveTimer = nil
        }
        context.write(data, promise: promise)
    }

    package func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            writeTimer?.cancel()
            writeTimer = nil
        } else {
            scheduleWriteTimeout(context)
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - Refusing

    /// How long a refused client may take to read why.
    private static let farewell = TimeAmount.seconds(2)

    /// Answers instead of the routes, where that is still possible, and closes.
    private func refuse(_ context: ChannelHandlerContext, _ error: APIError) {
        isRefused = true
        cancelTimers()
        connection.close()
        // Answers come in the order of requests: with one under way, or one before, no place is
        // left for this one.
        guard !isAnswering, openRequestCount <= 1 else { return context.close(promise: nil) }
        let body = error.encoded()
        var head = HTTPResponse(status: HTTPResponse.Status(code: error.status))
        head.headerFields = [
            .contentType: "application/json", .contentLength: "\(body.count)",
            .connection: "close",
        ]
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        // The client may still be sending: closing both ways now would have the system throw away
        // what it has not read.
        context.close(mode: .output, promise: nil)
        writeTimer = schedule(Self.farewell, context) { $0.close(promise: nil) }
    }

    private func bodyIsLate(_ context: ChannelHandlerContext) {
        // A body behind another request waits for us, not for its client.
        guard openRequestCount <= 1 else {
            return bodyClock.start(context.eventLoop) { self.bodyIsLate(context) }
        }
        refuse(context, Self.late("body"))
    }

    private static func late(_ part: String) -> APIError {
        APIError(status: 408, message: "The request's \(part) took too long to arrive.")
    }

    private static func targetTooLong(_ limit: Int) -> APIError {
        APIError(status: 414, message: "Path and query have more than \(limit) bytes.")
    }

    private static func malformed(_ error: any Error) -> APIError {
        if case HTTPParserError.headerOverflow = error {
            return APIError(
                status: 431,
                message: "The request has too many headers, or too long ones."
            )
        }
        return .badRequest("This is not a request of HTTP/1.1.")
    }

    // MARK: - Timers

    private func scheduleKeepAlive(_ context: ChannelHandlerContext) {
        keepAliveTimer = schedule(timers.keepAlive, context) { context in
            if self.streamWasSilent, context.channel.isWritable {
                let comment = HTTPResponsePart.body(ByteBuffer(bytes: EventStream.keepAlive))
                context.writeAndFlush(self.wrapOutboundOut(comment), promise: nil)
            }
            self.streamWasSilent = true
            self.scheduleKeepAlive(context)
        }
    }

    private func scheduleWriteTimeout(_ context: ChannelHandlerContext) {
        let unsent = Self.unsentByteCount(context)
        writeTimer?.cancel()
        writeTimer = schedule(timers.write, context) { context in
            // A slow reader may take its time; one that takes nothing at all may not.
            guard let unsent, let left = Self.unsentByteCount(context), left < unsent else {
                return context.close(promise: nil)
            }
            self.scheduleWriteTimeout(context)
        }
    }

    private static func unsentByteCount(_ context: ChannelHandlerContext) -> Int? {
        try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)
    }

    private func schedule(
        _ delay: TimeAmount,
        _ context: ChannelHandlerContext,
        _ action: @escaping (ChannelHandlerContext) -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: delay) { action(context) }
    }

    private func cancelTimers() {
        bodyClock.stop()
        for timer in [keepAliveTimer, writeTimer] { timer?.cancel() }
    }
}
