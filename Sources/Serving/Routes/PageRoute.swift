import Assets
import HTTPTypes
import Hummingbird
import NIOCore
import OpenAIProtocol

/// The page at `/` and its files; they are part of the binary and there before the model is.
enum PageRoute {
    /// What the page may load and talk to: this server, nothing else.
    private static let policy = """
        default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
        img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
        """

    /// A file of the page.
    static func file(_ name: String) throws(APIError) -> Response {
        guard let asset = Asset.named("page/" + name), let type = mediaType(of: name) else {
            throw .notFound("The page has no file of that name.")
        }
        var headers: HTTPFields = [.contentType: type, .cacheControl: "no-cache"]
        headers[.contentSecurityPolicy] = policy
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes))
        )
    }

    private static func mediaType(of name: String) -> String? {
        switch name.split(separator: ".").last {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: nil
        }
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`.
    static let referrerPolicy = HTTPField.Name("Referrer-Policy") ?? .from
}
