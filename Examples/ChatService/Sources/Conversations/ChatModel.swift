public import MartletClient
import Synchronization

/// The model that answers, wherever it is served.
public final class ChatModel: Sendable {
    private let server: ModelServer
    private let name: String?
    private let maxAnswerTokens: Int
    private let found = Mutex<Model?>(nil)

    /// Names a model; nothing is sent yet, so the server may start later.
    ///
    /// - Parameters:
    ///   - server: where it is.
    ///   - name: which of the server's models; nil for its first.
    ///   - maxAnswerTokens: no answer is longer.
    public init(server: ModelServer, name: String? = nil, maxAnswerTokens: Int = 1024) {
        self.server = server
        self.name = name
        self.maxAnswerTokens = maxAnswerTokens
    }

    /// Begins the answer to a question.
    ///
    /// When the model's context has no room for all of the past, its older half is left out, again
    /// and again. Not message by message: as long as the beginning stays the same the model server
    /// finds it in its prefix cache, and a window that moves every time is never the same.
    func answer(
        _ question: Message,
        in conversation: Conversation,
        after history: [Message],
        turn: OpenTurns.Turn
    ) async throws(ClientError) -> Answer {
        let model = try await model()
        var history = history
        while true {
            var messages = conversation.instructions.map { [ChatMessage.system($0)] } ?? []
            messages += (history + [question]).map(\.chatMessage)
            let request = ChatRequest(
                model: model.id,
                messages: messages,
                maxTokens: maxAnswerTokens
            )
            do throws(ClientError) {
                let stream = try await server.stream(request)
                return Answer(
                    question: question,
                    history: history,
                    contextLength: model.contextLength,
                    stream: stream,
                    turn: turn
                )
            } catch {
                // The server may have been started again with another model: look next time.
                if error.serverError?.status == 404 { found.withLock { $0 = nil } }
                guard error.isContextExceeded, !history.isEmpty else { throw error }
                history = history.newerHalf
            }
        }
    }

    private func model() async throws(ClientError) -> Model {
        if let model = found.withLock({ $0 }) { return model }
        let models = try await server.models()
        let model = name.map { name in models.first { $0.id == name } ?? Model(id: name) }
        guard let model = model ?? models.first else {
            throw .malformedAnswer("the server lists no model")
        }
        found.withLock { $0 = model }
        return model
    }
}

extension Message {
    fileprivate var chatMessage: ChatMessage {
        switch speaker {
        case .user: .user(content)
        case .assistant: .assistant(content)
        }
    }
}

extension [Message] {
    /// Messages come in turns of two, so a half begins with a question too.
    var newerHalf: [Message] { Array(dropFirst((count / 2 + 1) / 2 * 2)) }
}
