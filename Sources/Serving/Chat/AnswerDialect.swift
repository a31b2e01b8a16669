import AnswerParsing
import TextGeneration

/// How a model marks what it thinks and what it calls.
struct AnswerDialect: Sendable {
    /// Nil where nothing is taken for a call.
    var toolCalls: ToolCallFormat?
    /// Nil for a model that does not think aloud.
    var reasoning: ReasoningFormat?
}

extension ModelService {
    /// The dialect of an answer; where no tool may be called, nothing is taken for a call.
    func dialect(callsTools: Bool) -> AnswerDialect {
        var result = dialect
        if !callsTools { result.toolCalls = nil }
        return result
    }

    /// The special tokens that mark calls and thoughts: they must leave text to be seen.
    func markerIDs(of dialect: AnswerDialect) -> Set<Int32> {
        guard let tokenizer = model.tokenizer else { return [] }
        let markers =
            (dialect.toolCalls?.specialTokens ?? []) + (dialect.reasoning?.specialTokens ?? [])
        return Set(markers.compactMap(tokenizer.id(of:)).filter(tokenizer.isSpecial))
    }

    /// What the operator decided, or else what the model's template shows.
    static func dialect(
        of model: LanguageModel,
        _ configuration: ServerConfiguration
    ) -> AnswerDialect {
        let template = try? model.chatFormat().template.source
        let toolCalls =
            configuration.toolCallParser.flatMap(ToolCallFormat.init(rawValue:))
            ?? template.flatMap(ToolCallFormat.detect(template:))
        let reasoning =
            configuration.reasoningParser.flatMap(ReasoningFormat.init(rawValue:))
            ?? template.flatMap(ReasoningFormat.detect(template:))
        // A template without tools gets them in the words that most models have seen.
        return AnswerDialect(toolCalls: toolCalls ?? .hermes, reasoning: reasoning)
    }
}
