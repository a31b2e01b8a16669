/// A whole answer to a conversation.
public struct ChatCompletion: Sendable, Equatable {
    /// The server's name for the request.
    public var id: String
    /// The model that answered.
    public var model: String
    /// The answers, in the order in which the server sent them.
    public var choices: [ChatChoice]
    /// What it cost, if the server says.
    public var usage: TokenUsage?

    /// Makes an answer.
    public init(id: String, model: String, choices: [ChatChoice], usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.choices = choices
        self.usage = usage
    }

    /// The text of the first answer; empty if it has none.
    public var text: String { choices.first?.message.content ?? "" }

    /// The tool calls of the first answer.
    public var toolCalls: [ToolCall] { choices.first?.message.toolCalls ?? [] }
}

/// One of the answers that were asked for.
public struct ChatChoice: Sendable, Equatable {
    /// Which of the answers that were asked for, from 0 on.
    public var index: Int
    /// What the model says.
    public var message: ChatMessage
    /// Why it ended; nil if the server does not say.
    public var finishReason: FinishReason?
    /// One entry for each token, if they were asked for.
    public var logprobs: [TokenLogprob]

    /// Makes an answer.
    public init(
        index: Int,
        message: ChatMessage,
        finishReason: FinishReason?,
        logprobs: [TokenLogprob] = []
    ) {
        self.index = index
        self.message = message
        self.finishReason = finishReason
        self.logprobs = logprobs
    }
}

/// Why an answer ended.
public enum FinishReason: Sendable, Equatable {
    /// The model was done, or met one of the stop strings.
    case stop
    /// It had as many tokens as it may have.
    case length
    /// The model calls tools and waits for what they answer.
    case toolCalls
    /// Another reason, in the server's word.
    case other(String)

    /// Takes the word that stands in an answer.
    public init(_ word: String) {
        switch word {
        case "stop": self = .stop
        case "length": self = .length
        case "tool_calls": self = .toolCalls
        default: self = .other(word)
        }
    }
}

/// A token with the logarithm of its probability.
public struct TokenLogprob: Sendable, Equatable {
    /// The token's text.
    public var token: String
    /// The natural logarithm of its probability; -9999 if the server names none.
    public var logprob: Double
    /// The likeliest tokens at this place, likeliest first; their own lists are empty.
    public var top: [TokenLogprob]

    /// Makes an entry.
    public init(token: String, logprob: Double, top: [TokenLogprob] = []) {
        self.token = token
        self.logprob = logprob
        self.top = top
    }
}

/// What a request cost; what a server does not count is 0.
public struct TokenUsage: Sendable, Equatable {
    /// Tokens of the request, those of the chat template included.
    public var promptTokens: Int
    /// Tokens of all its answers together.
    public var completionTokens: Int
    /// Prompt tokens that the server had computed before.
    public var cachedTokens: Int

    /// Makes an account.
    public init(promptTokens: Int, completionTokens: Int, cachedTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cachedTokens = cachedTokens
    }
}

// MARK: - On the wire

extension ChatCompletion: ServerAnswer {
    /// Reads an answer.
    ///
    /// - Throws: ``ClientError/malformedAnswer(_:)`` if it has no list of choices with messages.
    public init(_ reader: AnswerReader) throws(ClientError) {
        var choices: [ChatChoice] = []
        for choice in try reader.requiredElements("choices") {
            choices.append(try ChatChoice(choice))
        }
        self.init(
            id: reader.text("id") ?? "",
            model: reader.text("model") ?? "",
            choices: choices,
            usage: reader.usage
        )
    }
}

extension ChatChoice {
    fileprivate init(_ reader: AnswerReader) throws(ClientError) {
        guard let message = reader.member("message") else {
            throw .malformedAnswer("a choice has no `message`")
        }
        self.init(
            index: reader.count("index") ?? 0,
            message: try ChatMessage(message),
            finishReason: reader.finishReason,
            logprobs: reader.chatLogprobs
        )
    }
}

extension AnswerReader {
    var finishReason: FinishReason? { text("finish_reason").map(FinishReason.init) }

    var usage: TokenUsage? {
        guard let usage = member("usage") else { return nil }
        return TokenUsage(
            promptTokens: usage.count("prompt_tokens") ?? 0,
            completionTokens: usage.count("completion_tokens") ?? 0,
            cachedTokens: usage.member("prompt_tokens_details")?.count("cached_tokens") ?? 0
        )
    }

    var chatLogprobs: [TokenLogprob] {
        member("logprobs")?.elements("content").map { entry in
            TokenLogprob(entry, top: entry.elements("top_logprobs").map { TokenLogprob($0) })
        } ?? []
    }
}

extension TokenLogprob {
    fileprivate init(_ reader: AnswerReader, top: [TokenLogprob] = []) {
        self.init(
            token: reader.text("token") ?? "",
            logprob: reader.number("logprob") ?? -9999,
            top: top
        )
    }
}
