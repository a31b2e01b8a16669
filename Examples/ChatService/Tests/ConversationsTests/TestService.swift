import Conversations
import FoundationEssentials
import GRDB
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import MartletClient
import NIOCore

/// The service in this process, with a model that says what the test wants.
struct TestService {
    let client: any TestClientProtocol
    let model: FakeModel
    let store: ConversationStore

    /// Runs a service with an empty database in memory.
    static func run(
        model: FakeModel,
        _ body: @escaping @Sendable (TestService) async throws -> Void
    ) async throws {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let store = try ConversationStore(DatabaseQueue())
        let modelServer = Application(router: model.router(), logger: quiet)
        try await modelServer.test(.live) { modelClient in
            let address = "http://127.0.0.1:\(modelClient.port ?? 0)/v1"
            let chatModel = ChatModel(server: ModelServer(address, retries: .never))
            let routes = ConversationRoutes(store: store, model: chatModel) {
                Date(timeIntervalSince1970: 1_000_000_000)
            }
            try await Application(router: routes.router(), logger: quiet).test(.ahc(.http)) {
                client in
                try await body(TestService(client: client, model: model, store: store))
            }
        }
    }

    /// The same with a model that answers the words given.
    static func run(
        answering words: String...,
        body: @escaping @Sendable (TestService) async throws -> Void
    ) async throws {
        try await run(model: FakeModel { _ in .words(words) }, body)
    }

    // MARK: - Requests

    struct Answer {
        var status: Int
        var headers: HTTPFields
        var body: String
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String = ""
    ) async throws -> Answer {
        let buffer = body.isEmpty ? nil : ByteBuffer(string: body)
        return try await client.execute(uri: path, method: method, body: buffer) { response in
            Answer(
                status: response.status.code,
                headers: response.headers,
                body: String(buffer: response.body)
            )
        }
    }

    /// Begins a conversation and gives its path.
    func begin(_ body: String = #"{"title":"Birds"}"#) async throws -> String {
        let answer = try await send(.post, "/conversations", body)
        struct Conversation: Decodable { var id: String }
        let data = Data(answer.body.utf8)
        return "/conversations/" + (try JSONDecoder().decode(Conversation.self, from: data).id)
    }

    func ask(_ path: String, _ content: String, streamed: Bool = false) async throws -> Answer {
        let body = #"{"content":"\#(content)","stream":\#(streamed)}"#
        return try await send(.post, path + "/messages", body)
    }

    /// What is stored: `u:…` for a question, `a:…` for an answer, `a~…` for a part of one.
    func said(_ path: String) async throws -> [String] {
        let id = path.split(separator: "/").last.map(String.init) ?? ""
        return try await store.messages(of: id).map { message in
            let mark = message.state == .complete ? ":" : "~"
            return "\(message.speaker.rawValue.prefix(1))\(mark)\(message.content)"
        }
    }
}
