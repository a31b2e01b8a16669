/// Why a load test, or one request of it, failed.
public enum LoadTestError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The address cannot be used; the reason says what to change.
    case badAddress(String, reason: String)
    /// Nothing answers at the address.
    case cannotConnect(host: String, port: Int, reason: String)
    /// The connection ended before the answer did.
    case connectionLost(String)
    /// No byte came for this long.
    case timedOut(seconds: Double)
    /// The server answered with an error.
    case refused(status: Int, message: String)
    /// The answer is not what the protocol says.
    case malformedAnswer(String)
    /// A value of the configuration has no meaning.
    case badConfiguration(String)

    /// Whether the server found the prompt too long for the model.
    public var isContextOverflow: Bool {
        guard case .refused(let status, let message) = self, status == 400 || status == 413 else {
            return false
        }
        let text = message.lowercased()
        return ["context", "max_model_len", "too long", "maximum length", "model length"]
            .contains { text.contains($0) }
    }

    /// The kind of failure without any value, to count by.
    public var shortDescription: String {
        switch self {
        case .badAddress: "bad address"
        case .cannotConnect: "cannot connect"
        case .connectionLost: "connection lost"
        case .timedOut: "timed out"
        case .refused(let status, _): "HTTP \(status)"
        case .malformedAnswer: "malformed answer"
        case .badConfiguration: "bad configuration"
        }
    }

    /// One sentence for the person who runs the test.
    public var description: String {
        switch self {
        case .badAddress(let address, let reason):
            "The address '\(address)' cannot be used: \(reason)."
        case .cannotConnect(let host, let port, let reason):
            "Nothing answers at \(host), port \(port) (\(reason)). Is the server running?"
        case .connectionLost(let reason):
            "The connection ended before the answer did: \(reason)."
        case .timedOut(let seconds):
            "The server sent nothing for \(seconds) seconds."
        case .refused(let status, let message):
            "The server answered with status \(status): \(message)"
        case .malformedAnswer(let reason):
            "The server's answer cannot be read: \(reason)."
        case .badConfiguration(let reason):
            "\(reason)."
        }
    }
}
