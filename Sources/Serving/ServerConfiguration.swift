/// What an operator decides about the server; nothing here changes while it runs.
public struct ServerConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 takes a free one.
    public var port: Int
    /// Keys that clients must send; none means that anyone may ask.
    public var apiKeys: [String]
    /// Listens where others can reach the server although it has no key.
    public var allowsUnauthenticated = false
    /// Names in `Host` that are answered, beside those of the loopback; `*` allows all.
    public var allowedHosts: [String] = []
    /// Web pages that may read answers (CORS); `*` allows all.
    public var allowedOrigins: [String] = []
    /// A further port for `/metrics` alone, without a key; 0 takes a free one.
    public var metricsPort: Int?
    /// The address of that port.
    public var metricsHost = "127.0.0.1"
    /// Whether every request leaves a line in the log.
    public var accessLog = true
    /// How long requests in flight may go on after SIGTERM.
    public var shutdownTimeoutSeconds: Int
    /// The largest body; a larger one is a 413.
    public var maxBodyByteCount = 4 << 20
    /// A client that goes on sending a refused body is cut off after this many bytes.
    public var maxDiscardedByteCount = 64 << 20
    /// Connections at once; further ones wait in the system's queue.
    public var maxConnections = 1024
    /// Bytes of a request's head; more is a 431.
    public var maxHeadByteCount = 32 << 10
    /// Bytes of one header.
    public var maxHeaderByteCount = 16 << 10
    /// Headers of one request.
    public var maxHeaderCount = 100
    /// Bytes of a request's path and query; more is a 414.
    public var maxTargetByteCount = 8 << 10
    /// Bytes that wait for one client's socket; a stream's writer pauses there.
    public var maxUnsentByteCount = 64 << 10
    /// How long a connection may be silent between requests.
    public var idleTimeoutSeconds = 120
    /// How long a request's head may take to arrive, from its first byte on.
    public var headTimeoutSeconds = 10
    /// How long a body may take to arrive.
    public var bodyTimeoutSeconds = 30
    /// Bytes of a body that must arrive per second, on average over ten.
    public var minBodyBytesPerSecond = 1024
    /// How long an answer may take once the request is there; 0 is for ever.
    public var requestTimeoutSeconds = 600.0
    /// How long a request may wait before the engine begins with it; 0 is for ever.
    public var queueTimeoutSeconds = 60.0
    /// A comment is sent on an event stream that was silent for this long.
    public var keepAliveSeconds = 15
    /// A client that takes nothing for this long is cut off.
    public var writeTimeoutSeconds = 30
    /// The engine counts as stalled when a step takes longer than this.
    public var stallSeconds = 30.0
    /// Continuations one request may ask for: prompts times `n`.
    public var maxChoices = 128
    /// The family whose way of writing tool calls is looked for; nil goes by the chat template.
    public var toolCallParser: String?
    /// The family whose way of marking thoughts is looked for; nil goes by the chat template.
    public var reasoningParser: String?
    /// What `GET /version` says.
    public var version = "0.1.0"

    /// A configuration with every default but these.
    public init(
        host: String = "127.0.0.1",
        port: Int = 8000,
        apiKeys: [String] = [],
        shutdownTimeoutSeconds: Int = 30
    ) {
        self.host = host
        self.port = port
        self.apiKeys = apiKeys
        self.shutdownTimeoutSeconds = shutdownTimeoutSeconds
    }
}

/// Whoever prints a value prints what it holds as well, and logs print services: keys must not be
/// among it.
extension ServerConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
    /// Where it listens and how many keys there are, but no key.
    public var description: String { "\(host):\(port) with \(apiKeys.count) keys" }

    /// The same.
    public var debugDescription: String { description }
}
