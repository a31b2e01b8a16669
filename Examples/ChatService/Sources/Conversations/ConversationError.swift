import HTTPTypes
import Hummingbird
import MartletClient

/// Why a request about a conversation fails, besides what it says itself.
enum ConversationError: Error {
    /// There is no conversation of this id.
    case unknown
    /// It was deleted while the answer was being written.
    case deleted
    /// Another question in it is being answered.
    case busy
    /// A field is missing, empty or too long.
    case invalid(String)

    var httpError: HTTPError {
        switch self {
        case .unknown:
            HTTPError(.notFound, message: "There is no such conversation.")
        case .deleted:
            HTTPError(.gone, message: "The conversation was deleted.")
        case .busy:
            HTTPError(
                .conflict,
                message: "Another question in this conversation is being answered."
            )
        case .invalid(let message):
            HTTPError(.badRequest, message: message)
        }
    }
}

extension ClientError {
    /// What a client of ours is told when the model server fails us.
    ///
    /// Its own words go to the log only: they are about our request, not about the client's.
    var httpError: HTTPError {
        var headers: HTTPFields = [:]
        // The connection was watched, and ends with the answer.
        headers[.connection] = "close"
        if isBusy { headers[.retryAfter] = String(retrySeconds) }
        return HTTPError(status, headers: headers, message: message)
    }

    private var isBusy: Bool { [429, 503].contains(serverError?.status) }

    /// A second more than the model server asks for, as it rounds.
    private var retrySeconds: Int64 { (serverError?.retryAfter?.components.seconds ?? 4) + 1 }

    private var status: HTTPResponse.Status {
        switch self {
        case _ where isContextExceeded: .contentTooLarge
        case .refused where isBusy, .unreachable, .cancelled: .serviceUnavailable
        case .tookTooLong: .gatewayTimeout
        case .refused, .interrupted, .cutOff, .malformedAnswer: .badGateway
        }
    }

    private var message: String {
        switch self {
        case _ where isContextExceeded: "The message is too long for the model."
        case .refused where isBusy: "The model is busy. Try again in \(retrySeconds) s."
        case .unreachable, .cancelled: "The model server cannot be reached."
        case .tookTooLong: "The model took too long."
        case .refused, .interrupted, .cutOff, .malformedAnswer: "The model server failed."
        }
    }
}

/// The error as it is sent, whatever it was.
func httpError(_ error: any Error) -> any Error {
    switch error {
    case let error as ConversationError: error.httpError
    case let error as ClientError: error.httpError
    default: error
    }
}
