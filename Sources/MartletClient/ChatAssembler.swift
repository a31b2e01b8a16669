/// Puts the pieces of an answer together.
///
///     var assembler = ChatAssembler()
///     for try await chunk in stream { assembler.append(chunk) }
///     let answer = assembler.completion
///
/// The result equals what the server would have sent at once. `stream.collected()` does the same
/// where nobody looks at the pieces.
public struct ChatAssembler: Sendable {
    private var id = ""
    private var model = ""
    private var usage: TokenUsage?
    private var choices: [Int: ChatChoice] = [:]
    private var calls: [Int: [Int: ToolCall]] = [:]

    /// Begins with nothing.
    public init() {}

    /// Adds the next piece.
    public mutating func append(_ chunk: ChatChunk) {
        id = chunk.id
        model = chunk.model
        usage = chunk.usage ?? usage
        for piece in chunk.choices { append(piece) }
    }

    /// The answer as far as it has come.
    public var completion: ChatCompletion {
        let sorted = choices.values.sorted { $0.index < $1.index }
        return ChatCompletion(id: id, model: model, choices: sorted.map(whole), usage: usage)
    }

    private mutating func append(_ piece: ChatChunk.Choice) {
        var choice =
            choices[piece.index]
            ?? ChatChoice(
                index: piece.index,
                message: ChatMessage(role: .assistant, content: nil),
                finishReason: nil
            )
        choice.message.content = joined(choice.message.content, piece.content)
        choice.message.reasoning = joined(choice.message.reasoning, piece.reasoning)
        choice.finishReason = piece.finishReason ?? choice.finishReason
        choice.logprobs += piece.logprobs
        choices[piece.index] = choice
        for call in piece.toolCalls {
            var known = calls[piece.index]?[call.index] ?? ToolCall(id: "", name: "", arguments: "")
            // Some servers send both with every piece.
            if known.id.isEmpty { known.id = call.id ?? "" }
            if known.name.isEmpty { known.name = call.name ?? "" }
            known.arguments += call.arguments
            calls[piece.index, default: [:]][call.index] = known
        }
    }

    private func whole(_ choice: ChatChoice) -> ChatChoice {
        var choice = choice
        let calls = calls[choice.index] ?? [:]
        choice.message.toolCalls = calls.sorted { $0.key < $1.key }.map(\.value)
        // A message without text says so with nil only if it has something else to say.
        if calls.isEmpty { choice.message.content = choice.message.content ?? "" }
        return choice
    }

    private func joined(_ text: String?, _ piece: String) -> String? {
        piece.isEmpty ? text : (text ?? "") + piece
    }
}

extension AnswerStream<ChatChunk> {
    /// Reads the answer to its end and puts its pieces together.
    ///
    /// - Throws: as ``Iterator/next(isolation:)``; the pieces that came before are then lost.
    public func collected() async throws(ClientError) -> ChatCompletion {
        var assembler = ChatAssembler()
        for try await chunk in self { assembler.append(chunk) }
        return assembler.completion
    }
}
