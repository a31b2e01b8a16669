import AnswerParsing
import ChatTemplates
import Inference
import Sampling
import Scheduling
import TerminalChat
import TextGeneration
import Tokenization

/// Has conversations answered by a model in this process.
struct LocalChat: ChatBackend {
    private let model: LanguageModel
    private let reasoning: ReasoningFormat?
    private let reasoningTokenIDs: Set<Int32>

    /// Takes a loaded model; without the name of a format, thoughts are those its template shows.
    init(_ model: LanguageModel, reasoningParser: String?) {
        self.model = model
        let template = try? model.chatFormat().template.source
        reasoning =
            reasoningParser.flatMap(ReasoningFormat.init(name:))
            ?? template.flatMap(ReasoningFormat.detect(template:))
        // They must leave text to be seen.
        let marks = (reasoning?.specialTokens ?? []).compactMap { model.tokenizer?.id(of: $0) }
        reasoningTokenIDs = Set(marks.filter { model.tokenizer?.isSpecial($0) ?? false })
    }

    /// The name as given; of a path, its end.
    var name: String {
        let isPath = model.name.hasPrefix("/") || model.name.hasPrefix(".")
        return isPath ? model.name.split(separator: "/").last.map(String.init) ?? "" : model.name
    }

    var contextLength: Int? { model.maxModelLength }

    var notice: String? {
        guard name.contains("martlet-mini") else { return nil }
        return "martlet-mini is a demonstration: it is tiny, knows little, and makes things up."
    }

    func answer(
        _ turns: [ChatTurn],
        _ settings: ChatSettings,
        receive: @Sendable (ChatPiece) -> Void
    ) async throws {
        do {
            try await answerOrThrow(turns, settings, receive)
        } catch let error as TextGenerationError {
            try Task.checkCancellation()
            throw ChatFailure(error.message, reason: error.isContextFull ? .contextFull : .other)
        }
    }

    private func answerOrThrow(
        _ turns: [ChatTurn],
        _ settings: ChatSettings,
        _ receive: (ChatPiece) -> Void
    ) async throws {
        let messages = turns.map { Conversation.Message(role: $0.role.rawValue, content: $0.text) }
        let prompt = try model.prompt(of: Conversation(messages: messages))
        let promptTokenIDs = try model.tokenIDs(of: prompt)
        var request = TextRequest(
            prompt: .tokenIDs(promptTokenIDs),
            parameters: parameters(settings)
        )
        request.visibleSpecialTokenIDs = reasoningTokenIDs
        var parser = AnswerParser(
            toolCalls: nil,
            reasoning: reasoning,
            startsInReasoning: reasoning?.startsInside(promptTail: prompt.text) ?? false
        )
        let stream = try model.generate(request, promptTokenIDs: promptTokenIDs)
        for try await delta in stream {
            for part in parser.append(delta.text) { Self.pass(part, receive) }
            guard let end = delta.end else { continue }
            for part in parser.finish() { Self.pass(part, receive) }
            receive(.end(Self.usage(end)))
        }
    }

    private static func pass(_ part: AnswerPart, _ receive: (ChatPiece) -> Void) {
        switch part {
        case .content(let text): receive(.text(text))
        case .reasoning(let text): receive(.thought(text))
        case .toolCall, .arguments, .toolCallEnd: break
        }
    }

    private static func usage(_ end: TextEnd) -> ChatUsage {
        ChatUsage(
            promptTokenCount: end.metrics.promptTokenCount,
            answerTokenCount: end.metrics.outputTokenCount,
            firstTokenSeconds: end.metrics.firstTokenSeconds,
            totalSeconds: end.metrics.totalSeconds,
            isAtLimit: end.finishReason == .length
        )
    }

    private func parameters(_ settings: ChatSettings) -> SamplingParameters {
        var result = model.defaults
        result.maxTokens = settings.whole(.maxTokens)
        result.temperature = settings[.temperature].map { Float($0) } ?? result.temperature
        result.topP = settings[.topP].map { Float($0) } ?? result.topP
        result.topK = settings.whole(.topK) ?? result.topK
        result.minP = settings[.minP].map { Float($0) } ?? result.minP
        result.seed = settings.whole(.seed).flatMap { UInt64(exactly: $0) }
        result.repetitionPenalty =
            settings[.repetitionPenalty].map { Float($0) } ?? result.repetitionPenalty
        result.presencePenalty =
            settings[.presencePenalty].map { Float($0) } ?? result.presencePenalty
        result.frequencyPenalty =
            settings[.frequencyPenalty].map { Float($0) } ?? result.frequencyPenalty
        return result
    }
}

extension TextGenerationError {
    fileprivate var isContextFull: Bool {
        guard case .engine(let error) = self else { return false }
        switch error {
        case .promptTooLong, .neverFits: return true
        default: return false
        }
    }
}
