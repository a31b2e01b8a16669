import NIOCore

/// How long a connection may take for what, and how much it may send.
package struct ConnectionTimers: Sendable {
    /// For a head to arrive, from its first byte on.
    var head: TimeAmount
    /// For a body to arrive.
    var body: TimeAmount
    /// Between two looks at how fast a body arrives.
    var bodyRate = TimeAmount.seconds(10)
    /// Bytes of a body between two looks.
    var minBodyByteCount: Int
    /// Between two comments on a silent event stream.
    var keepAlive: TimeAmount
    /// Without the client taking anything of what was sent.
    var write: TimeAmount
    /// Bytes of one body after which a client is cut off.
    var maxDiscardedByteCount: Int
    /// Bytes of a path with its query.
    var maxTargetByteCount: Int

    package init(_ configuration: ServerConfiguration) {
        head = .seconds(Int64(configuration.headTimeoutSeconds))
        body = .seconds(Int64(configuration.bodyTimeoutSeconds))
        keepAlive = .seconds(Int64(configuration.keepAliveSeconds))
        write = .seconds(Int64(configuration.writeTimeoutSeconds))
        minBodyByteCount = 10 * configuration.minBodyBytesPerSecond
        maxDiscardedByteCount = configuration.maxDiscardedByteCount
        maxTargetByteCount = configuration.maxTargetByteCount
    }
}
