import FoundationEssentials
import Hummingbird
import NIOCore
import Synchronization

/// A model server whose words the test decides.
final class FakeModel: Sendable {
    /// What the model does with a request.
    enum Reply: Sendable {
        case words([String], usedTokens: Int = 10)
        /// These words, and then an error in the stream.
        case failing(after: [String])
        /// These words, and then silence until the client leaves.
        case silent(after: [String])
        case refusal(Int, String, retryAfter: String? = nil)
    }

    /// What a client said.
    struct Body: Decodable, Sendable {
        struct Message: Decodable, Sendable {
            var role: String
            var content: String
        }
        var model: String
        var messages: [Message]

        /// `s:…` for the system, `u:…` and `a:…` for the two who talk.
        var summary: [String] { messages.map { "\($0.role.prefix(1)):\($0.content)" } }
    }

    private let reply: @Sendable (Body) -> Reply
    private let bodies = Mutex<[Body]>([])

    /// What the model was sent, request by request.
    var seen: [[String]] { bodies.withLock { $0.map(\.summary) } }

    init(reply: @escaping @Sendable (Body) -> Reply) { self.reply = reply }

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/v1/models") { _, _ in #"{"data":[{"id":"fake","max_model_len":100}]}"# }
        router.post("/v1/chat/completions") { [self] request, context in
            var request = request
            _ = try await request.collectBody(upTo: 1 << 20)
            let body = try await request.decode(as: Body.self, context: context)
            bodies.withLock { $0.append(body) }
            return response(reply(body), request)
        }
        return router
    }

    private func response(_ reply: Reply, _ request: Request) -> Response {
        switch reply {
        case .words(let words, let usedTokens):
            let bill = #"{"choices":[],"usage":{"prompt_tokens":\#(usedTokens)}}"#
            return stream(words, end: "data: \(bill)\n\ndata: [DONE]\n\n")
        case .failing(let words):
            return stream(words, end: #"data: {"error":{"message":"Oops.","code":500}}"# + "\n\n")
        case .silent(let words):
            return stream(words, end: nil, request)
        case .refusal(let status, let message, let retryAfter):
            var headers: HTTPFields = [:]
            if let retryAfter { headers[.retryAfter] = retryAfter }
            let body = ByteBuffer(string: #"{"error":{"message":"\#(message)"}}"#)
            let answer = ResponseBody(byteBuffer: body)
            return Response(status: .init(code: status), headers: headers, body: answer)
        }
    }

    private func stream(_ words: [String], end: String?, _ request: Request? = nil) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream"],
            body: ResponseBody { writer in
                for word in words {
                    let frame = #"data: {"choices":[{"delta":{"content":"\#(word)"}}]}"# + "\n\n"
                    try await writer.write(ByteBuffer(string: frame))
                }
                if let end {
                    try await writer.write(ByteBuffer(string: end))
                    return try await writer.finish(nil)
                }
                let (silence, voice) = AsyncStream.makeStream(of: Void.self)
                try await request?.body.consumeWithCancellationOnInboundClose { body in
                    for try await _ in body {}
                    for await _ in silence {}
                }
                withExtendedLifetime(voice) {}
            }
        )
    }
}
