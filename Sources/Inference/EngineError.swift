/// Why the engine did not start or did not take a request.
public enum EngineError: Error, Sendable, Equatable {
    /// The model does not fit into the memory; the numbers and the flag to change are in the text.
    case doesNotFit(String)
    /// The model's configuration contradicts itself.
    case unsupported(String)
    /// The prompt has no token.
    case promptEmpty
    /// A prompt token is not in the vocabulary.
    case promptTokenOutOfRange(tokenID: Int, vocabularySize: Int)
    /// The prompt leaves no room for an answer.
    case promptTooLong(tokenCount: Int, maxModelLength: Int)
    /// The request could never get enough KV blocks.
    case neverFits(tokenCount: Int, capacity: Int)
    /// A sampling parameter is out of its range.
    case invalidParameter(name: String, message: String)
    /// The waiting queue is full; room is expected after so many seconds.
    case overloaded(retryAfterSeconds: Int)
    /// The engine is finishing its work and takes no more.
    case draining
    /// The engine has stopped.
    case stopped

    /// One sentence for the client: what, expected, got, what to do.
    public var message: String {
        switch self {
        case .doesNotFit(let text), .unsupported(let text):
            text
        case .promptEmpty:
            "The prompt has no tokens; send at least one."
        case .promptTokenOutOfRange(let tokenID, let vocabularySize):
            "Prompt token id \(tokenID) is not in the vocabulary: ids are 0 to "
                + "\(vocabularySize - 1)."
        case .promptTooLong(let tokenCount, let maxModelLength):
            "The prompt has \(tokenCount) tokens, but this model's maximum context length is "
                + "\(maxModelLength) tokens, answer included. Shorten the prompt."
        case .neverFits(let tokenCount, let capacity):
            "The request needs KV cache for \(tokenCount) tokens, the whole cache holds "
                + "\(capacity). Lower max_tokens or shorten the prompt."
        case .invalidParameter(_, let message):
            message
        case .overloaded(let seconds):
            "The server is overloaded and its queue is full. Try again in \(seconds) s."
        case .draining:
            "The server is shutting down and takes no new requests."
        case .stopped:
            "The engine has stopped."
        }
    }

    /// The request field that is wrong, where there is one.
    public var parameter: String? {
        switch self {
        case .promptEmpty, .promptTokenOutOfRange, .promptTooLong: "prompt"
        case .neverFits: "max_tokens"
        case .invalidParameter(let name, _): name
        case .doesNotFit, .unsupported, .overloaded, .draining, .stopped: nil
        }
    }
}

extension EngineError: CustomStringConvertible {
    /// The ``message``.
    public var description: String { message }
}
