import HTTPTypes
import Hummingbird
import OpenAIProtocol

/// Which web pages may read answers (CORS); none unless the operator names them.
struct AllowedOrigins: Sendable {
    private let allowsAll: Bool
    private let origins: Set<String>

    init(_ origins: [String]) {
        allowsAll = origins.contains("*")
        self.origins = Set(origins.map { $0.lowercased() })
    }

    /// The answer to a browser that asks before it sends a request; nil if this is none.
    ///
    /// It needs no key, as browsers send none here, and is the same for every path, so that it
    /// shows nothing.
    func preflight(_ request: Request) -> Response? {
        guard !origins.isEmpty, request.method == .options,
            request.headers[.accessControlRequestMethod] != nil,
            let origin = request.headers[.origin]
        else { return nil }
        guard allows(origin) else {
            return Response(
                APIError(
                    status: 403,
                    message: "Pages of this origin may not use the server; see --allowed-origins."
                )
            )
        }
        var headers: HTTPFields = [
            .accessControlAllowMethods: "GET, HEAD, POST",
            .accessControlMaxAge: "600",
            .vary: "Origin, Access-Control-Request-Headers",
        ]
        // A `*` would not cover Authorization, and clients have headers of their own.
        if let names = request.headers[.accessControlRequestHeaders], Self.isHarmless(names) {
            headers[.accessControlAllowHeaders] = names
        }
        return Response(status: .noContent, headers: headers)
    }

    /// Lets the page that asked read the answer, if it may.
    func allow(_ request: Request, to response: inout Response) {
        guard !origins.isEmpty, let origin = request.headers[.origin] else { return }
        if response.headers[.vary] == nil { response.headers[.vary] = "Origin" }
        guard allows(origin) else { return }
        response.headers[.accessControlAllowOrigin] = allowsAll ? "*" : origin
        response.headers[.accessControlExposeHeaders] = "X-Request-Id, Retry-After"
    }

    private func allows(_ origin: String) -> Bool {
        allowsAll || origins.contains(origin.lowercased())
    }

    /// Names of headers with commas between them.
    private static func isHarmless(_ names: String) -> Bool {
        names.utf8.count <= 1024
            && names.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"):
                    true
                default:
                    "-_, ".utf8.contains(byte)
                }
            }
    }
}
