import HTTPTypes
package import NIOCore
package import NIOHTTPTypes
import OpenAIProtocol

/// Watches one connection on its event loop.
///
/// It tells the request being worked on when the client goes away, sends comments on event streams
/// that are silent for long, and cuts off clients that take nothing of what they are sent or whose
/// body never ends.
package final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = HTTPRequestPart
    package typealias InboundOut = HTTPRequestPart
    package typealias OutboundIn = HTTPResponsePart
    package typealias OutboundOut = HTTPResponsePart

    private let connection: ClientConnection
    private let timers: ConnectionTimers
    private var bodyByteCount = 0
    private var bodyTimer: Scheduled<Void>?
    private var keepAliveTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var streamWasSilent = true

    package init(connection: ClientConnection, timers: ConnectionTimers) {
        self.connection = connection
        self.timers = timers
    }

    // MARK: - What comes in

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            bodyByteCount = 0
            bodyTimer?.cancel()
            bodyTimer = schedule(timers.body, context) { $0.close(promise: nil) }
            if head.headerFields[.expect]?.lowercased() == "100-continue" {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponse(status: .continue))),
                    promise: nil
                )
            }
        case .body(let buffer):
            bodyByteCount += buffer.readableBytes
            if bodyByteCount > timers.maxDiscardedByteCount { context.close(promise: nil) }
        case .end:
            bodyTimer?.cancel()
        }
        context.fireChannelRead(data)
    }

    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that closes its side is taken to be gone: the end of `close()` and of
        // `shutdown()` look the same from here, and work for nobody costs everybody.
        if case ChannelEvent.inputClosed = event {
            connection.close()
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
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
        switch unwrapOutboundIn(data) {
        case .head(let head):
            if head.headerFields[.contentType]?.hasPrefix("text/event-stream") == true {
                streamWasSilent = true
                scheduleKeepAlive(context)
            }
        case .body:
            streamWasSilent = false
        case .end:
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
        for timer in [bodyTimer, keepAliveTimer, writeTimer] { timer?.cancel() }
    }
}
