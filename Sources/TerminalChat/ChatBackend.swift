/// What answers: a model in this process, or a server.
public protocol ChatBackend: Sendable {
    /// The model's name, for people.
    var name: String { get }
    /// The most tokens of a conversation, answer included, if it is known.
    var contextLength: Int? { get }
    /// Words about the model that users ought to know before they ask.
    var notice: String? { get }

    /// Answers the last question of a conversation.
    ///
    /// Returns when the answer is over; cancelling the task ends it early.
    ///
    /// - Parameters:
    ///   - turns: the conversation, with its system message first if it has one.
    ///   - settings: what differs from the model's defaults.
    ///   - receive: takes the pieces, in order; the last one is ``ChatPiece/end(_:)``.
    /// - Throws: ``ChatFailure``, or `CancellationError`.
    func answer(
        _ turns: [ChatTurn],
        _ settings: ChatSettings,
        receive: @Sendable (ChatPiece) -> Void
    ) async throws
}

/// A piece of an answer.
public enum ChatPiece: Sendable, Equatable {
    /// More of the answer.
    case text(String)
    /// More of what the model thinks before it answers.
    case thought(String)
    /// The answer is over.
    case end(ChatUsage)
}

/// What an answer cost.
public struct ChatUsage: Sendable, Equatable {
    /// Tokens of the conversation, question included, if they are known.
    public var promptTokenCount: Int?
    /// Tokens of the answer, if they are known.
    public var answerTokenCount: Int?
    /// From the question to the first token.
    public var firstTokenSeconds: Double?
    /// From the question to the end.
    public var totalSeconds: Double?
    /// Whether the answer ended because it may have no more tokens.
    public var isAtLimit: Bool

    /// Describes an answer.
    public init(
        promptTokenCount: Int? = nil,
        answerTokenCount: Int? = nil,
        firstTokenSeconds: Double? = nil,
        totalSeconds: Double? = nil,
        isAtLimit: Bool = false
    ) {
        self.promptTokenCount = promptTokenCount
        self.answerTokenCount = answerTokenCount
        self.firstTokenSeconds = firstTokenSeconds
        self.totalSeconds = totalSeconds
        self.isAtLimit = isAtLimit
    }

    /// Tokens a second behind the first one; nil for an answer of one token.
    var tokensPerSecond: Double? {
        guard let answerTokenCount, answerTokenCount > 1, let firstTokenSeconds, let totalSeconds,
            totalSeconds > firstTokenSeconds
        else { return nil }
        return Double(answerTokenCount - 1) / (totalSeconds - firstTokenSeconds)
    }

    /// One line for a person: `12 tokens, 34.5 tokens/s, first after 0.1 s`.
    var summary: String {
        var parts: [String] = []
        if let answerTokenCount {
            parts.append(answerTokenCount == 1 ? "1 token" : "\(answerTokenCount) tokens")
        }
        if let tokensPerSecond { parts.append("\(tokensPerSecond.short) tokens/s") }
        if let firstTokenSeconds { parts.append("first after \(firstTokenSeconds.short) s") }
        if isAtLimit { parts.append("ended at the limit of tokens") }
        return parts.joined(separator: ", ")
    }
}

extension Double {
    /// A number for people: three digits are enough, and whole ones need no point.
    var short: String {
        guard isFinite, magnitude < 1e15 else { return "\(self)" }
        let scale: Double =
            magnitude < 1 ? 1000 : (magnitude < 10 ? 100 : (magnitude < 100 ? 10 : 1))
        let rounded = (self * scale).rounded() / scale
        return Int(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
    }
}

/// Why there is no answer, in words for a person.
public struct ChatFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure.
    public enum Reason: Sendable, Equatable {
        /// The conversation no longer fits.
        case contextFull
        /// Anything else.
        case other
    }

    /// What kind of failure.
    public var reason: Reason
    /// What happened, and what helps.
    public var message: String

    /// Makes a failure.
    public init(_ message: String, reason: Reason = .other) {
        self.reason = reason
        self.message = message
    }

    /// The message.
    public var description: String { message }

    /// The message with what can be done here.
    var advice: String {
        switch reason {
        case .contextFull:
            message + " The conversation no longer fits: /undo takes back the last question and "
                + "its answer, /clear begins anew."
        case .other: message
        }
    }
}
