import AnswerParsing
import ChatTemplates
import TextGeneration
import Tokenization

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

    /// The special tokens that mark calls and thoughts, by their names.
    ///
    /// They must leave text to be seen; in a grammar they are tokens, not text.
    func markers(of dialect: AnswerDialect) -> [String: Int32] {
        guard let tokenizer = model.tokenizer else { return [:] }
        let names =
            (dialect.toolCalls?.specialTokens ?? []) + (dialect.reasoning?.specialTokens ?? [])
        var markers: [String: Int32] = [:]
        for name in names {
            if let id = tokenizer.id(of: name), tokenizer.isSpecial(id) { markers[name] = id }
        }
        return markers
    }

    /// What the operator decided, or else what the model's template shows.
    static func dialect(
        of model: LanguageModel,
        _ configuration: ServerConfiguration
    ) -> AnswerDialect {
        let template = try? model.chatFormat().template.source
        let toolCalls =
            configuration.toolCallParser.flatMap(ToolCallFormat.init(name:))
            ?? template.flatMap(ToolCallFormat.detect(template:))
        let reasoning =
            configuration.reasoningParser.flatMap(ReasoningFormat.init(name:))
            ?? template.flatMap(ReasoningFormat.detect(template:))
        // A template without tools gets them in the words that most models have seen.
        return AnswerDialect(toolCalls: toolCalls ?? .hermes, reasoning: reasoning)
    }
}
