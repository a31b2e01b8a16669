package import NIOCore

/// What the handlers of one connection tell one another about its requests.
package enum RequestEvent: Sendable {
    /// A whole head was read.
    case headRead
    /// An answer was written.
    case answered
    /// A head takes too long.
    case headLate
}

/// Watches how long a request's head takes, where its bytes are seen: in front of the parser, which
/// says nothing before it has a whole one.
package final class HeadTimer: ChannelDuplexHandler, RemovableChannelHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer
    package typealias OutboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private let timeout: TimeAmount
    private var timer: Scheduled<Void>?
    private var openRequestCount = 0

    package init(_ timers: ConnectionTimers) {
        timeout = timers.head
    }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // While a request is answered, the rest of the next one's head may have to wait for us.
        if openRequestCount == 0, timer == nil {
            timer = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
                context.fireUserInboundEventTriggered(RequestEvent.headLate)
            }
        }
        context.fireChannelRead(data)
    }

    package func triggerUserOutboundEvent(
        context: ChannelHandlerContext,
        event: Any,
        promise: EventLoopPromise<Void>?
    ) {
        guard let event = event as? RequestEvent else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        switch event {
        case .headRead: openRequestCount += 1
        case .answered: openRequestCount -= 1
        case .headLate: break
        }
        stop()
        promise?.succeed()
    }

    package func channelInactive(context: ChannelHandlerContext) {
        stop()
        context.fireChannelInactive()
    }

    package func handlerRemoved(context: ChannelHandlerContext) {
        stop()
    }

    private func stop() {
        timer?.cancel()
        timer = nil
    }
}
