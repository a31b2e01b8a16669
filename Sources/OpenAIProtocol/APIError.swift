import JSONDocuments

/// An answer that is no success, in the one shape every client knows.
///
/// `{"error":{"message":…,"type":…,"param":…,"code":…}}`, where `code` is the HTTP status.
public struct APIError: Error, Sendable, Equatable {
    /// The HTTP status.
    public var status: Int
    /// The class of error, as clients switch on it: `BadRequestError`.
    public var type: String
    /// What went wrong and what would be right, for a person.
    public var message: String
    /// The request field at fault, if it was one.
    public var param: String?
    /// After how many seconds a new attempt makes sense; becomes the header `Retry-After`.
    public var retryAfterSeconds: Int?

    /// Makes an error; `type` follows from `status` unless given.
    public init(
        status: Int,
        message: String,
        param: String? = nil,
        retryAfterSeconds: Int? = nil,
        type: String? = nil
    ) {
        self.status = status
        self.type = type ?? Self.type(of: status)
        self.message = message
        self.param = param
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// A request that can never succeed as it is.
    public static func badRequest(_ message: String, param: String? = nil) -> APIError {
        APIError(status: 400, message: message, param: param)
    }

    /// A model or route that does not exist.
    public static func notFound(_ message: String, param: String? = nil) -> APIError {
        APIError(status: 404, message: message, param: param)
    }

    /// A field we know and do not have.
    public static func unsupported(_ param: String, _ message: String? = nil) -> APIError {
        .badRequest(message ?? "`\(param)` is not supported by this server.", param: param)
    }

    /// The error's name for metrics; holds no value of the request.
    public var shortDescription: String { "\(status) \(type)" }

    /// The JSON body, also sent as the last frame of a stream that fails.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("error")
            writer.object { writer in
                writer.member("message", message)
                writer.member("type", type)
                writer.member("param", param)
                writer.member("code", status)
            }
        }
        return writer.bytes
    }

    private static func type(of status: Int) -> String {
        switch status {
        case 401: "AuthenticationError"
        case 403: "PermissionDeniedError"
        case 404: "NotFoundError"
        case 405: "MethodNotAllowedError"
        case 408: "RequestTimeoutError"
        case 414: "URITooLongError"
        case 415: "UnsupportedMediaTypeError"
        case 422: "UnprocessableEntityError"
        case 429: "RateLimitError"
        case 431: "HeadersTooLargeError"
        case 501: "NotImplementedError"
        case 503: "ServiceUnavailableError"
        case 504: "TimeoutError"
        case 500...: "InternalServerError"
        default: "BadRequestError"
        }
    }
}
