import AnswerParsing
import Grammars
import JSONDocuments
import OpenAIProtocol

/// The texts with which a model calls tools, with arguments that fit their schemas.
struct ToolCallGrammar {
    let syntax: ToolCallSyntax
    /// Which of its markers are special tokens of the tokenizer.
    let specialTokens: [String]
    /// Several calls in one answer are fine.
    var allowsSeveral: Bool

    /// An answer that is nothing but one call or several.
    func required(_ tools: [Tool]) -> GrammarSource {
        let each = tools.map { self.call(of: $0, after: syntax.beforeName) }
        let call = GrammarSource.alternatives(each)
        var pieces = [text(syntax.begin), call]
        if allowsSeveral, let separator = syntax.separator {
            let next = GrammarSource.sequence([text(separator), call])
            pieces.append(.repeated(next, atLeast: 0, atMost: Self.maxCallCount - 1))
        }
        pieces.append(text(syntax.end))
        return .sequence(pieces)
    }

    /// Free text in which every call fits the schemas.
    ///
    /// - Returns: nil for a family whose calls begin with nothing that free text could not have.
    func optional(_ tools: [Tool]) -> GrammarSource? {
        guard syntax.begin.isEmpty, let marker = marker(syntax.beforeName) else { return nil }
        let rest = String(syntax.beforeName.dropFirst(marker.text.count))
        let calls = tools.map { tool in
            tool.isStrict ? call(of: tool, after: rest) : freeCall(of: tool, after: rest)
        }
        var options = TaggedTextOptions()
        options.stopsAfterFirst = !allowsSeveral
        let tag = GrammarTag(begin: marker.marker, content: .alternatives(calls), end: nil)
        return .tagged([tag], options: options)
    }

    /// Calls one answer may have where a call is forced.
    private static let maxCallCount = 16

    // MARK: - Calls

    private func call(of tool: Tool, after prefix: String) -> GrammarSource {
        let head = text(prefix + tool.name + syntax.betweenNameAndArguments)
        return .sequence([head, arguments(of: tool), text(syntax.afterArguments)])
    }

    private func freeCall(of tool: Tool, after prefix: String) -> GrammarSource {
        var tool = tool
        tool.parameters = nil
        return call(of: tool, after: prefix)
    }

    private func arguments(of tool: Tool) -> GrammarSource {
        switch syntax.arguments {
        case .json:
            guard let schema = tool.parameters else { return .jsonObject }
            return .jsonSchema(schema)
        case .tagged(let form):
            return taggedArguments(tool.parameters, form)
        }
    }

    /// One tagged text per property, in the schema's order.
    private func taggedArguments(
        _ schema: JSONValue?,
        _ form: ToolCallSyntax.TaggedParameters
    ) -> GrammarSource {
        let required = Set(schema?["required"]?.array?.compactMap(\.string) ?? [])
        let definitions = ["$defs", "definitions"].compactMap { name in
            schema?[name].map { JSONMember(name, $0) }
        }
        let parameters = (schema?["properties"]?.object ?? []).map { property in
            let one = GrammarSource.sequence([
                text(form.beforeKey + property.name + form.betweenKeyAndValue),
                value(property.value, definitions, form),
                text(form.afterValue),
            ])
            return required.contains(property.name)
                ? one : .repeated(one, atLeast: 0, atMost: 1)
        }
        return .sequence(parameters)
    }

    private func value(
        _ schema: JSONValue,
        _ definitions: [JSONMember],
        _ form: ToolCallSyntax.TaggedParameters
    ) -> GrammarSource {
        if let texts = schema["enum"]?.array?.compactMap(\.string), !texts.isEmpty,
            texts.count == schema["enum"]?.array?.count
        {
            return .choice(texts)
        }
        if schema["type"]?.string == "string" { return .text(excluding: [form.afterValue]) }
        guard case .object(let members) = schema else { return .jsonSchema(schema) }
        return .jsonSchema(.object(members + definitions))
    }

    // MARK: - Text

    private func text(_ text: String) -> GrammarSource {
        .tokenizedText(text, specialTokens: specialTokens)
    }

    /// What begins a call and nothing else: a special token, or a text up to the end of its tag.
    private func marker(_ text: String) -> (marker: GrammarMarker, text: String)? {
        if let token = specialTokens.first(where: { !$0.isEmpty && text.hasPrefix($0) }) {
            return (.specialToken(token), token)
        }
        guard let first = text.first, "<[".contains(first),
            let end = text.firstIndex(where: { ">]".contains($0) })
        else { return nil }
        let marker = String(text[...end])
        return (.text(marker), marker)
    }
}
