import NIOCore

/// How long a connection may take for what.
package struct ConnectionTimers: Sendable {
    /// For a body to arrive.
    var body: TimeAmount
    /// Between two comments on a silent event stream.
    var keepAlive: TimeAmount
    /// Without the client taking anything of what was sent.
    var write: TimeAmount
    /// Bytes of one body after which a client is cut off.
    var maxDiscardedByteCount: Int

    package init(_ configuration: ServerConfiguration) {
        body = .seconds(Int64(configuration.bodyTimeoutSeconds))
        keepAlive = .seconds(Int64(configuration.keepAliveSeconds))
        write = .seconds(Int64(configuration.writeTimeoutSeconds))
        maxDiscardedByteCount = configuration.maxDiscardedByteCount
    }
}
