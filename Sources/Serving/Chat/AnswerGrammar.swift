import AnswerParsing
import Grammars
import JSONDocuments
import OpenAIProtocol
import TextGeneration

/// What an answer is held to, from what the request asks for and how the model writes.
struct AnswerGrammar {
    let dialect: AnswerDialect
    let startsInReasoning: Bool
    let promptTail: String
    /// Which markers of the dialect are special tokens of the tokenizer; the others are text.
    let specialTokens: [String]

    /// The grammar of a completion's form.
    static func compile(
        _ format: AnswerFormat,
        _ service: ModelService
    ) throws(APIError) -> Grammar {
        try compile(GrammarSource(format), field: format.field, service)
    }

    /// The grammar of an answer; nil if it is free.
    ///
    /// - Throws: 400 for a schema or pattern that cannot be kept.
    func compile(
        _ request: ChatCompletionRequest,
        _ service: ModelService
    ) throws(APIError) -> Grammar? {
        guard let syntax = dialect.toolCalls?.syntax else {
            guard let format = request.format else { return nil }
            return try Self.compile(
                afterReasoning(GrammarSource(format)),
                field: format.field,
                service
            )
        }
        let calls = ToolCallGrammar(
            syntax: syntax,
            specialTokens: specialTokens,
            allowsSeveral: request.parallelToolCalls
        )
        if let format = request.format {
            // The model may call first and give the answer its form when it has the results.
            let source = GrammarSource.alternatives([
                GrammarSource(format), calls.required(request.tools),
            ])
            return try Self.compile(afterReasoning(source), field: format.field, service)
        }
        switch request.toolChoice {
        case .none:
            return nil
        case .auto:
            let strict = request.tools.filter(\.isStrict)
            guard !strict.isEmpty, let source = calls.optional(request.tools) else { return nil }
            return try Self.compile(source, field: "tools", service)
        case .required:
            let source = afterReasoning(calls.required(request.tools))
            return try Self.compile(source, field: "tools", service)
        case .function(let name):
            var one = calls
            one.allowsSeveral = false
            let source = afterReasoning(one.required(request.tools.filter { $0.name == name }))
            return try Self.compile(source, field: "tools", service)
        }
    }

    private static func compile(
        _ source: GrammarSource,
        field: String,
        _ service: ModelService
    ) throws(APIError) -> Grammar {
        do {
            return try service.model.grammar(source)
        } catch {
            var told = APIError(error, service.model.engine)
            told.param = field
            throw told
        }
    }

    /// The form begins where the thought ends.
    private func afterReasoning(_ source: GrammarSource) -> GrammarSource {
        guard let reasoning = dialect.reasoning else { return source }
        let rest = GrammarSource.sequence([
            .text(excluding: [reasoning.end]),
            .tokenizedText(reasoning.end, specialTokens: specialTokens),
            .regex("\\s{0,4}"), source,
        ])
        if startsInReasoning { return rest }
        // A prompt that closes an empty thought asks for none.
        guard !reasoning.begin.isEmpty, !promptTail.contains(reasoning.end) else { return source }
        let begin = GrammarSource.tokenizedText(
            reasoning.begin,
            specialTokens: specialTokens
        )
        return .alternatives([source, .sequence([begin, rest])])
    }
}

extension GrammarSource {
    /// The form a request names.
    init(_ format: AnswerFormat) {
        switch format.kind {
        case .jsonObject: self = .jsonObject
        case .jsonSchema(let schema): self = .jsonSchema(schema)
        case .regex(let pattern): self = .regex(pattern)
        case .choice(let texts): self = .choice(texts)
        case .grammar(let text): self = .gbnf(text)
        case .structuralTag(let tags, let triggers):
            var options = TaggedTextOptions()
            options.forbiddenTexts = triggers
            self = .tagged(
                tags.map { tag in
                    GrammarTag(begin: tag.begin, content: .jsonSchema(tag.schema), end: tag.end)
                },
                options: options
            )
        }
    }

    /// A text in which some parts are one special token each.
    static func tokenizedText(_ text: String, specialTokens: [String]) -> GrammarSource {
        var pieces: [GrammarSource] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            if let token = specialTokens.first(where: { !$0.isEmpty && rest.hasPrefix($0) }) {
                if !literal.isEmpty { pieces.append(.literal(literal)) }
                literal = ""
                pieces.append(.specialToken(token))
                rest = rest.dropFirst(token.count)
            } else {
                literal.append(character)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        return pieces.count == 1 ? pieces[0] : .sequence(pieces)
    }
}
