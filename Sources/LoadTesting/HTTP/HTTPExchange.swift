import NIOCore
import NIOHTTP1

/// One request and where the pieces of its answer go.
struct HTTPExchange: Sendable {
    let head: HTTPRequestHead
    let body: [UInt8]
    let answer: AsyncThrowingStream<HTTPAnswerPart, any Error>.Continuation
}

/// A piece of an answer, with the time at which the socket gave it.
enum HTTPAnswerPart: Sendable {
    case head(status: Int, isReusable: Bool)
    case body([UInt8], at: Duration)
    case end(at: Duration)
}

/// Sends one request at a time over a connection and hands its answer on as it comes.
final class HTTPExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = HTTPExchange
    typealias OutboundOut = HTTPClientRequestPart

    private let silenceSeconds: Double
    private var answer: AsyncThrowingStream<HTTPAnswerPart, any Error>.Continuation?

    init(silenceSeconds: Double) {
        self.silenceSeconds = silenceSeconds
    }

    func write(
        context: ChannelHandlerContext,
        data: NIOAny,
        promise: EventLoopPromise<Void>?
    ) {
        let exchange = unwrapOutboundIn(data)
        answer = exchange.answer
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        if !exchange.body.isEmpty {
            let buffer = context.channel.allocator.buffer(bytes: exchange.body)
            context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
        }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            answer?.yield(.head(status: Int(head.status.code), isReusable: head.isKeepAlive))
        case .body(let buffer):
            answer?.yield(.body(Array(buffer.readableBytesView), at: Moment.now))
        case .end:
            answer?.yield(.end(at: Moment.now))
            finish(nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Between requests silence is what one expects of a server.
        guard event is IdleStateHandler.IdleStateEvent, answer != nil else { return }
        finish(.timedOut(seconds: silenceSeconds))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish(.connectionLost("the server closed it"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if let error = error as? HTTPParserError, error != .invalidEOFState {
            finish(.malformedAnswer("it is not HTTP (\(error))"))
        } else {
            finish(.connectionLost("\(error)"))
        }
        context.close(promise: nil)
    }

    private func finish(_ error: LoadTestError?) {
        answer?.finish(throwing: error)
        answer = nil
    }
}
