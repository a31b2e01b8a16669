import AsyncHTTPClient

/// Why there is no answer, or no more of it.
public enum ClientError: Error, Sendable, Equatable {
    /// The server answered that it will not; where that may pass, the last attempt that the
    /// ``RetryPolicy`` allows.
    case refused(ServerError)
    /// The server gave up in the middle of an answer.
    case interrupted(ServerError)
    /// There was no connection, or it broke before an answer began; with the reason.
    case unreachable(String)
    /// The connection ended in the middle of an answer; with the reason.
    case cutOff(String)
    /// What came is not what the API promises; with what is wrong.
    case malformedAnswer(String)
    /// The call's deadline has passed, or the server was silent for longer than the connections
    /// allow: ten minutes with the usual ones.
    case tookTooLong
    /// The task was cancelled.
    case cancelled

    /// The server's own words, where it said any.
    public var serverError: ServerError? {
        switch self {
        case .refused(let error), .interrupted(let error): error
        default: nil
        }
    }

    /// Whether the conversation is too long for the model.
    public var isContextExceeded: Bool { serverError?.isContextExceeded ?? false }
}

extension ClientError: CustomStringConvertible {
    /// One sentence for a person.
    public var description: String {
        switch self {
        case .refused(let error): "The model server refused: \(error)"
        case .interrupted(let error): "The model server gave up: \(error)"
        case .unreachable(let reason): "The model server cannot be reached: \(reason)"
        case .cutOff(let reason): "The answer was cut off: \(reason)"
        case .malformedAnswer(let reason): "The answer is not in OpenAI's format: \(reason)."
        case .tookTooLong: "The answer took too long."
        case .cancelled: "The call was cancelled."
        }
    }
}

// MARK: - From what happened

extension ClientError {
    /// The request was sent, or not even that, and no answer came.
    init(noAnswer error: any Error) {
        self = ClientError(error) { .unreachable($0) }
    }

    /// The answer had begun.
    init(brokenAnswer error: any Error) {
        self = ClientError(error) { .cutOff($0) }
    }

    private init(_ error: any Error, otherwise: (String) -> ClientError) {
        switch error {
        case let error as ClientError: self = error
        case is CancellationError: self = .cancelled
        // The library says "cancelled" as well where the other side hung up.
        case _ where Task.isCancelled: self = .cancelled
        case let error as HTTPClientError where error == .deadlineExceeded: self = .tookTooLong
        case let error as HTTPClientError where error == .readTimeout: self = .tookTooLong
        case let error as HTTPClientError: self = otherwise("\(error.shortDescription).")
        default: self = otherwise("\(error).")
        }
    }

    /// Whether the same request may succeed a little later.
    var mayPass: Bool {
        switch self {
        case .refused(let error): [408, 409, 429].contains(error.status) || error.status >= 500
        case .unreachable: true
        default: false
        }
    }

    var retryAfter: Duration? {
        guard case .refused(let error) = self else { return nil }
        return error.retryAfter
    }
}
