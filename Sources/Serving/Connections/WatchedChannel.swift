import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes

/// Hummingbird's HTTP/1 channel with a ``ConnectionHandler`` in it.
///
/// Requests learn of their connection through ``ClientConnection/current``.
struct WatchedChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let asyncChannel: HTTP1Channel.Value
        let connection: ClientConnection

        var channel: any Channel { asyncChannel.channel }
    }

    let responder: HTTPChannelHandler.Responder
    let configuration: ServerConfiguration
    let connections: ConnectionRegistry

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        let connection = ClientConnection()
        let timers = ConnectionTimers(configuration)
        let http = HTTP1Channel(
            responder: responder,
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [
                    ConnectionHandler(connection: connection, timers: timers)
                ],
                idleTimeout: .seconds(Int64(configuration.idleTimeoutSeconds)),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: configuration.maxHeaderByteCount,
                    maxHeaderListSize: configuration.maxHeadByteCount,
                    maxHeaderFieldCount: configuration.maxHeaderCount
                )
            )
        )
        let maxUnsent = configuration.maxUnsentByteCount
        return channel.eventLoop.makeCompletedFuture {
            // Above the higher number the writer of an answer pauses, below the lower it goes on.
            try channel.syncOptions?.setOption(
                .writeBufferWaterMark,
                value: ChannelOptions.Types.WriteBufferWaterMark(
                    low: maxUnsent / 2,
                    high: maxUnsent
                )
            )
            try channel.pipeline.syncOperations.addHandler(HeadTimer(timers))
        }.flatMap {
            http.setup(channel: channel, logger: logger)
        }.map {
            Value(asyncChannel: $0, connection: connection)
        }
    }

    func handle(value: Value, logger: Logger) async {
        let entry = connections.add(value.channel)
        defer { connections.remove(entry) }
        let http = HTTP1Channel(responder: responder)
        await ClientConnection.$current.withValue(value.connection) {
            await http.handle(value: value.asyncChannel, logger: logger)
        }
    }
}
