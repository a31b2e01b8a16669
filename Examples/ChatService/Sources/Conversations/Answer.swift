import FoundationEssentials
import MartletClient

/// An answer that is being written.
struct Answer: Sendable {
    let question: Message
    /// What of the past the model was sent.
    let history: [Message]
    /// How many tokens the model's context has, if known.
    let contextLength: Int?
    let stream: AnswerStream<ChatChunk>
    /// Nobody else asks in this conversation until the answer is finished or let go.
    let turn: OpenTurns.Turn

    /// Reads the answer to its end and stores it with its question.
    ///
    /// When the reader is cancelled, or the model server fails, what has come is stored as
    /// interrupted. If nothing has come nothing is stored, and the question can be asked again.
    ///
    /// - Parameters:
    ///   - store: where the conversation is.
    ///   - now: the time.
    ///   - pass: gets every piece of text as it comes.
    /// - Returns: the answer as it is stored.
    /// - Throws: what ended the answer too early.
    func finish(
        in store: ConversationStore,
        now: () -> Date,
        passing pass: (String) async throws -> Void
    ) async throws -> Message {
        var text = ""
        var usage: TokenUsage?
        do {
            for try await chunk in stream {
                text += chunk.text
                usage = chunk.usage ?? usage
                if !chunk.text.isEmpty { try await pass(chunk.text) }
            }
        } catch {
            if !text.isEmpty { _ = try save(text, .interrupted, usage, in: store, at: now()) }
            throw error
        }
        return try save(text, .complete, usage, in: store, at: now())
    }

    private func save(
        _ text: String,
        _ state: Message.State,
        _ usage: TokenUsage?,
        in store: ConversationStore,
        at date: Date
    ) throws -> Message {
        let answer = Message(
            conversationID: question.conversationID,
            speaker: .assistant,
            content: text,
            state: state,
            createdAt: date
        )
        let kept = isContextNearlyFull(usage) ? history.newerHalf : history
        guard let stored = try store.append(question, answer, after: kept) else {
            throw ConversationError.deleted
        }
        return stored
    }

    /// A quarter of the context is kept free, or the next answer would stop in mid-sentence.
    private func isContextNearlyFull(_ usage: TokenUsage?) -> Bool {
        guard let usage, let contextLength else { return false }
        return usage.promptTokens + usage.completionTokens > contextLength / 4 * 3
    }
}
