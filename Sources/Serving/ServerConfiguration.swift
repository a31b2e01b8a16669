/// What an operator decides about the server; nothing here changes while it runs.
public struct ServerConfiguration: Sendable {
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 takes a free one.
    public var port: Int
    /// Keys that clients must send; none means that anyone may ask.
    public var apiKeys: [String]
    /// How long requests in flight may go on after SIGTERM.
    public var shutdownTimeoutSeconds: Int
    /// The largest body; a larger one is a 413.
    public var maxBodyByteCount = 4 << 20
    /// A client that goes on sending a refused body is cut off after this many bytes.
    public var maxDiscardedByteCount = 64 << 20
    /// Connections at once; further ones wait in the system's queue.
    public var maxConnections = 1024
    /// How long a connection may be silent between requests, or within a request's head.
    public var idleTimeoutSeconds = 120
    /// How long a body may take to arrive.
    public var bodyTimeoutSeconds = 30
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
