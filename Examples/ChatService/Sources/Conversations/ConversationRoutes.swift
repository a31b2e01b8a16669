public import FoundationEssentials
import HTTPTypes
public import Hummingbird
import Logging
import MartletClient
import NIOCore

/// The routes under `/conversations`.
public struct ConversationRoutes: Sendable {
    private let store: ConversationStore
    private let model: ChatModel
    private let now: @Sendable () -> Date
    private let turns = OpenTurns()

    /// Puts a store and a model together.
    public init(
        store: ConversationStore,
        model: ChatModel,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.model = model
        self.now = now
    }

    /// A router with all routes.
    public func router() -> Router<ChatContext> {
        let router = Router(context: ChatContext.self)
        router.add(middleware: LogRequestsMiddleware(.info))
        router.get("/health") { _, _ in HTTPResponse.Status.ok }
        let conversations = router.group("/conversations").add(middleware: ErrorTranslation())
        conversations.post(use: create)
        conversations.get(use: list)
        conversations.get("/:id", use: show)
        conversations.delete("/:id", use: delete)
        conversations.post("/:id/messages", use: ask)
        return router
    }

    // MARK: - Conversations

    private struct NewConversation: Decodable {
        var title: String?
        var instructions: String?
    }

    private func create(_ request: Request, _ context: ChatContext) async throws -> Response {
        let new = try await request.decode(as: NewConversation.self, context: context)
        let conversation = try await store.create(
            title: try Limits.title.check(new.title) ?? "Conversation",
            instructions: try Limits.instructions.check(new.instructions),
            at: now()
        )
        var response = try ConversationView(conversation).response(from: request, context: context)
        response.status = .created
        return response
    }

    private func list(
        _ request: Request,
        _ context: ChatContext
    ) async throws -> ConversationList {
        let limit = request.uri.queryParameters.get("limit", as: Int.self) ?? 20
        guard (1...100).contains(limit) else {
            throw ConversationError.invalid("`limit` must be 1 to 100.")
        }
        let conversations = try await store.conversations(limit: limit)
        return ConversationList(conversations: conversations.map { ConversationView($0) })
    }

    private func show(
        _ request: Request,
        _ context: ChatContext
    ) async throws -> ConversationView {
        let conversation = try await conversation(context)
        let messages = try await store.messages(of: conversation.id)
        return ConversationView(conversation, messages: messages)
    }

    private func delete(
        _ request: Request,
        _ context: ChatContext
    ) async throws -> HTTPResponse.Status {
        let id = try context.parameters.require("id")
        guard try await store.delete(id) else { throw ConversationError.unknown }
        return .noContent
    }

    private func conversation(_ context: ChatContext) async throws -> Conversation {
        let id = try context.parameters.require("id")
        guard let conversation = try await store.conversation(id) else {
            throw ConversationError.unknown
        }
        return conversation
    }

    // MARK: - Questions

    private struct Question: Decodable {
        var content: String?
        var stream: Bool?
    }

    private func ask(_ request: Request, _ context: ChatContext) async throws -> Response {
        var request = request
        _ = try await request.collectBody(upTo: context.maxUploadSize)
        let asked = try await request.decode(as: Question.self, context: context)
        guard let content = try Limits.content.check(asked.content) else {
            throw ConversationError.invalid("`content` is required.")
        }
        // Before anything is read: what another question adds must be in it.
        let turn = try turns.begin(try context.parameters.require("id"))
        let conversation = try await conversation(context)
        let question = Message(
            conversationID: conversation.id,
            speaker: .user,
            content: content,
            state: .complete,
            createdAt: now()
        )
        let history = try await store.messages(of: conversation.id, from: conversation.contextStart)
        let answer = try await model.answer(
            question,
            in: conversation,
            after: history,
            turn: turn
        )
        guard asked.stream == true else {
            let message = try await request.whileConnected {
                try await answer.finish(in: store, now: now) { _ in }
            }
            var response = try MessageView(message).response(from: request, context: context)
            response.headers[.connection] = "close"
            return response
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/event-stream", .cacheControl: "no-cache", .connection: "close",
            ],
            body: ResponseBody { [request] writer in
                try await stream(answer, to: &writer, request, context)
                try await writer.finish(nil)
            }
        )
    }

    private func stream(
        _ answer: Answer,
        to writer: inout any ResponseBodyWriter,
        _ request: Request,
        _ context: ChatContext
    ) async throws {
        do {
            let message = try await request.whileConnected {
                try await answer.finish(in: store, now: now) { text in
                    try await writer.write(AnswerEvent.text(text).frame())
                }
            }
            try await writer.write(AnswerEvent.done(message).frame())
        } catch let error where !error.isDeparture {
            context.logger.warning("The answer broke off: \(error)")
            // The status is sent already: the stream has to say that this is not the end.
            let message = (httpError(error) as? HTTPError)?.body ?? "The answer broke off."
            try await writer.write(AnswerEvent.failed(message).frame())
        }
    }
}

extension Error {
    /// Whether the client has left, so that nobody is there to be told.
    fileprivate var isDeparture: Bool {
        self is CancellationError || self as? ClientError == .cancelled
    }
}

/// Turns errors into statuses, and logs what a client is not told.
private struct ErrorTranslation: RouterMiddleware {
    func handle(
        _ request: Request,
        context: ChatContext,
        next: (Request, ChatContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            if error is ClientError { context.logger.warning("\(error)") }
            throw httpError(error)
        }
    }
}
