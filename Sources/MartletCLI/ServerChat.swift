import ArgumentParser
import FoundationEssentials
import JSONDocuments
import MartletClient
import TerminalChat

/// Which server answers a conversation.
struct ServerChatOptions: ParsableArguments {
    @Option(help: "Where the API begins, such as http://127.0.0.1:8000/v1.")
    var url: String?

    @Option(
        help: """
            The server's key. Other users of this machine can see it: better use MARTLET_API_KEY.
            """
    )
    var apiKey: String?

    func validate() throws {
        guard let url else { return }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ValidationError("--url begins with http:// or https://, unlike '\(url)'.")
        }
    }

    /// The server with one of its models: the one of this name, or its first.
    func backend(_ url: String, modelName: String) async throws -> ServerChat {
        let variable = ProcessInfo.processInfo.environment["MARTLET_API_KEY"] ?? ""
        let server = ModelServer(
            url,
            apiKey: apiKey ?? (variable.isEmpty ? nil : variable),
            // Who waits at a terminal wants to know, and decides.
            retries: .never,
            deadline: .seconds(24 * 3600)
        )
        do throws(ClientError) {
            let models = try await server.models()
            let model = modelName.isEmpty ? models.first : models.first { $0.id == modelName }
            // A server may take names that it does not list.
            let name = model?.id ?? modelName
            guard !name.isEmpty else {
                throw ClientError.malformedAnswer("the server lists no model: name one")
            }
            return ServerChat(server: server, name: name, contextLength: model?.contextLength)
        } catch {
            throw ChatFailure(error)
        }
    }
}

/// Has conversations answered by a server with OpenAI's API.
struct ServerChat: ChatBackend {
    let server: ModelServer
    let name: String
    let contextLength: Int?

    var notice: String? { nil }

    func answer(
        _ turns: [ChatTurn],
        _ settings: ChatSettings,
        receive: @Sendable (ChatPiece) -> Void
    ) async throws {
        do {
            try await answerOrThrow(turns, settings, receive)
        } catch ClientError.cancelled {
            throw CancellationError()
        } catch let error as ClientError {
            try Task.checkCancellation()
            throw ChatFailure(error)
        }
    }

    private func answerOrThrow(
        _ turns: [ChatTurn],
        _ settings: ChatSettings,
        _ receive: (ChatPiece) -> Void
    ) async throws {
        let start = ContinuousClock.now
        var usage = ChatUsage()
        for try await chunk in try await server.stream(request(turns, settings)) {
            for choice in chunk.choices where choice.index == 0 {
                let isFirst = usage.firstTokenSeconds == nil
                if isFirst, !choice.content.isEmpty || !choice.reasoning.isEmpty {
                    usage.firstTokenSeconds = Self.seconds(since: start)
                }
                if !choice.reasoning.isEmpty { receive(.thought(choice.reasoning)) }
                if !choice.content.isEmpty { receive(.text(choice.content)) }
                if choice.finishReason == .length { usage.isAtLimit = true }
            }
            if let bill = chunk.usage {
                usage.promptTokenCount = bill.promptTokens
                usage.answerTokenCount = bill.completionTokens
            }
        }
        usage.totalSeconds = Self.seconds(since: start)
        receive(.end(usage))
    }

    private func request(_ turns: [ChatTurn], _ settings: ChatSettings) -> ChatRequest {
        let messages = turns.map { turn in
            switch turn.role {
            case .system: ChatMessage.system(turn.text)
            case .user: ChatMessage.user(turn.text)
            case .assistant: ChatMessage.assistant(turn.text)
            }
        }
        var request = ChatRequest(
            model: name,
            messages: messages,
            temperature: settings[.temperature],
            maxTokens: settings.whole(.maxTokens)
        )
        request.topP = settings[.topP]
        request.seed = settings.whole(.seed)
        // OpenAI's own API refuses fields that it does not know, so only what was set is sent.
        for setting in [ChatSetting.topK, .minP, .repetitionPenalty] {
            guard let number = settings[setting] else { continue }
            let value = settings.whole(setting).map { JSONValue.integer(Int64($0)) }
            request.extraFields.append(JSONMember(setting.rawValue, value ?? .number(number)))
        }
        for setting in [ChatSetting.presencePenalty, .frequencyPenalty] {
            guard let number = settings[setting] else { continue }
            request.extraFields.append(JSONMember(setting.rawValue, .number(number)))
        }
        return request
    }

    private static func seconds(since start: ContinuousClock.Instant) -> Double {
        (ContinuousClock.now - start) / .seconds(1)
    }
}

extension ChatFailure {
    /// A server's failure in words for who sits at the terminal.
    fileprivate init(_ error: ClientError) {
        if error.isContextExceeded {
            self.init(error.description, reason: .contextFull)
            return
        }
        var words = error.description
        switch error.serverError?.status {
        case 401, 403: words += " Give its key with --api-key or MARTLET_API_KEY."
        case 429, 503:
            if let wait = error.serverError?.retryAfter {
                words += " Try again in \(max(1, Int((wait / .seconds(1)).rounded(.up)))) s."
            }
        default: break
        }
        self.init(words)
    }
}
