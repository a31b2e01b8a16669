import JSONDocuments
import NIOHTTP1

/// What a server says about an error, in whichever of the usual shapes.
public struct ServerError: Error, Sendable, Equatable {
    /// The HTTP status; in the middle of a stream the error's own code, or 500 if it has none.
    public var status: Int
    /// The server's words, or the first 300 bytes of whatever else it sent.
    public var message: String
    /// The class of error, such as `BadRequestError`.
    public var type: String?
    /// The field of the request that is at fault.
    public var param: String?
    /// The kind of error where it is a word, such as `context_length_exceeded`.
    public var code: String?
    /// How long to wait before the next attempt, from the header `Retry-After`.
    public var retryAfter: Duration?
    /// Under which name the server's log has the request, from the header `X-Request-Id`.
    public var requestID: String?

    /// Makes an error.
    public init(
        status: Int,
        message: String,
        type: String? = nil,
        param: String? = nil,
        code: String? = nil,
        retryAfter: Duration? = nil,
        requestID: String? = nil
    ) {
        self.status = status
        self.message = message
        self.type = type
        self.param = param
        self.code = code
        self.retryAfter = retryAfter
        self.requestID = requestID
    }

    /// Whether the conversation is too long for the model.
    ///
    /// There is no common code for it, so the words of the usual servers count too.
    public var isContextExceeded: Bool {
        guard status == 400 || status == 413 || status == 422 else { return false }
        let codes = ["context_length_exceeded", "exceed_context_size_error"]
        if codes.contains(code ?? "") || codes.contains(type ?? "") { return true }
        let words = message.lowercased()
        return ["context length", "context size", "context window"].contains { words.contains($0) }
    }
}

extension ServerError: CustomStringConvertible {
    /// The message with its status.
    public var description: String { "\(message) (\(status))" }
}

extension ServerError {
    /// Reads the answer to a request that failed.
    init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        if let json = try? JSONParser.parse(body), let error = ServerError(json, status: status) {
            self = error
        } else {
            // A proxy's page, perhaps: its beginning says enough.
            let text = String(decoding: body.prefix(300), as: UTF8.self)
            self.init(status: status, message: text.isEmpty ? "no reason given" : text)
        }
        retryAfter = MartletClient.retryAfter(headers)
        requestID = headers.first(name: "X-Request-Id")
    }

    /// Reads an error document; nil if it is none.
    ///
    /// `{"error": {…}}` is OpenAI's, `{"error": "…"}` and `{"message": "…"}` are others'.
    init?(_ json: JSONValue, status: Int?) {
        guard let error = json["error"] ?? (json["object"] == "error" ? json : nil),
            error != .null
        else { return nil }
        guard let message = error.string ?? error["message"]?.string else { return nil }
        let code = error["code"]
        self.init(
            status: status ?? code?.integer.flatMap { Int(exactly: $0) } ?? 500,
            message: message,
            type: error["type"]?.string ?? json["error_type"]?.string,
            param: error["param"]?.string,
            code: code?.string
        )
    }
}
