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
        if isContextExceeded {
            return HTTPError(.contentTooLarge, message: "The message is too long for the model.")
        }
        switch self {
        case .refused(let error) where error.status == 429 || error.status == 503:
            let seconds = error.retryAfter.map { "\($0.components.seconds + 1)" } ?? "5"
            return HTTPError(
                .serviceUnavailable,
                headers: [.retryAfter: seconds],
                message: "The model is busy. Try again in \(seconds) s."
            )
        case .unreachable, .cancelled:
            return HTTPError(.serviceUnavailable, message: "The model server cannot be reached.")
        case .tookTooLong:
            return HTTPError(.gatewayTimeout, message: "The model took too long.")
        case .refused, .interrupted, .cutOff, .malformedAnswer:
            return HTTPError(.badGateway, message: "The model server failed.")
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
