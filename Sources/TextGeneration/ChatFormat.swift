public import ChatTemplates
import FoundationEssentials
import JSONDocuments
public import Tokenization

/// How a model wants conversations written: its chat template and the tokens the template names.
public struct ChatFormat: Sendable {
    /// The template.
    public let template: ChatTemplate
    private let capabilities: TemplateCapabilities
    private let specialTokens: [TemplateVariable]

    /// Reads a template; the names of special tokens come from the tokenizer.
    ///
    /// - Throws: what is wrong with the template.
    public init(
        template source: String,
        tokenizer: Tokenizer
    ) throws(ChatTemplateError) {
        template = try ChatTemplate(source)
        capabilities = template.capabilities(now: .now)
        var tokens: [TemplateVariable] = []
        for (name, id) in [
            ("bos_token", tokenizer.bosTokenID), ("eos_token", tokenizer.eosTokenID),
        ] {
            let text = id.flatMap { tokenizer.token(for: $0) } ?? ""
            tokens.append(TemplateVariable(name, .string(text), isTrusted: true))
        }
        specialTokens = tokens
    }

    /// The prompt of a conversation, with marks on what came from the conversation.
    ///
    /// - Throws: what the template objects to, or what is wrong with it.
    public func prompt(
        _ conversation: Conversation,
        now: TemplateDate = .now
    ) throws(ChatTemplateError) -> RenderedPrompt {
        var prompt: RenderedPrompt
        do {
            prompt = try render(conversation, missingContent: .null, now)
        } catch {
            // Some templates cannot print a call without content, others ask for just that.
            guard conversation.messages.contains(where: { $0.content == nil }) else { throw error }
            prompt = try render(conversation, missingContent: .string(""), now)
        }
        if conversation.continuesFinalMessage { prompt.endWithLastMessage(of: conversation) }
        return prompt
    }

    // MARK: - Variables

    private func render(
        _ conversation: Conversation,
        missingContent: JSONValue,
        _ now: TemplateDate
    ) throws(ChatTemplateError) -> RenderedPrompt {
        let messages = conversation.namingTools.map { value($0, missingContent: missingContent) }
        let tools: JSONValue = conversation.tools.isEmpty ? .null : .array(conversation.tools)
        var variables = specialTokens
        for (name, value) in [
            ("messages", .array(messages)), ("tools", tools),
            ("documents", conversation.documents ?? .null),
            ("add_generation_prompt", .bool(conversation.addGenerationPrompt)),
        ] {
            variables.append(TemplateVariable(name, value, isTrusted: false))
        }
        for argument in conversation.arguments {
            variables.append(TemplateVariable(argument.name, argument.value, isTrusted: false))
        }
        return try template.render(variables, now: now)
    }

    /// A message as templates know it.
    private func value(_ message: Conversation.Message, missingContent: JSONValue) -> JSONValue {
        var role = message.role
        // OpenAI's newer word for the same; few templates know it.
        if role == "developer", !template.source.contains("developer") { role = "system" }
        var members = [
            JSONMember("role", .string(role)),
            JSONMember("content", content(message.content) ?? missingContent),
        ]
        if let name = message.name { members.append(JSONMember("name", .string(name))) }
        if let reasoning = message.reasoning {
            // Each family of templates has its own word for it.
            for name in ["reasoning_content", "reasoning", "thinking"] {
                members.append(JSONMember(name, .string(reasoning)))
            }
        }
        if !message.toolCalls.isEmpty {
            members.append(JSONMember("tool_calls", .array(message.toolCalls.map(value))))
        }
        if let id = message.toolCallID {
            members.append(JSONMember("tool_call_id", .string(id)))
        }
        return .object(members)
    }

    private func content(_ texts: [String]?) -> JSONValue? {
        guard let texts else { return nil }
        guard capabilities.typedContent else { return .string(texts.joined(separator: "\n")) }
        return .array(
            texts.map {
                .object([JSONMember("type", .string("text")), JSONMember("text", .string($0))])
            }
        )
    }

    private func value(_ call: Conversation.Message.ToolCall) -> JSONValue {
        // Templates print arguments as a tree; what is no JSON stays the text it is.
        let tree = try? JSONParser.parse(Array(call.arguments.utf8))
        var members = [
            JSONMember("type", .string("function")),
            JSONMember(
                "function",
                .object([
                    JSONMember("name", .string(call.name)),
                    JSONMember("arguments", tree ?? .string(call.arguments)),
                ])
            ),
        ]
        if let id = call.id { members.insert(JSONMember("id", .string(id)), at: 0) }
        return .object(members)
    }
}

extension TemplateDate {
    /// This moment in UTC.
    public static var now: TemplateDate {
        TemplateDate(unixSeconds: Int64(Date().timeIntervalSince1970))
    }
}

extension Conversation {
    /// The messages, each answer of a tool with the name of the tool that was called: some
    /// templates print it, and clients leave it out.
    fileprivate var namingTools: [Message] {
        var names: [String: String] = [:]
        return messages.map { message in
            for call in message.toolCalls {
                if let id = call.id { names[id] = call.name }
            }
            var message = message
            if message.name == nil, let id = message.toolCallID { message.name = names[id] }
            return message
        }
    }
}

extension RenderedPrompt {
    /// Cuts off what the template prints after the text of the last message.
    fileprivate mutating func endWithLastMessage(of conversation: Conversation) {
        let content = conversation.messages.last?.content?.joined(separator: "\n") ?? ""
        let whole = Array(text.utf8)
        // Templates may trim a message; what is left of it still ends where the cut belongs.
        let wanted = Array(content.trimmed.utf8)
        guard let end = whole.end(ofLast: wanted) else { return }
        var kept = end
        var result: [Run] = []
        for run in runs where kept > 0 {
            let bytes = run.text.utf8.prefix(kept)
            kept -= bytes.count
            var part = run
            part.text = String(decoding: bytes, as: UTF8.self)
            result.append(part)
        }
        runs = result
    }
}

extension String {
    fileprivate var trimmed: Substring {
        let text = drop { $0.isWhitespace }
        return text.dropLast(text.reversed().prefix { $0.isWhitespace }.count)
    }
}

extension [UInt8] {
    /// Where the last occurrence of `part` ends.
    fileprivate func end(ofLast part: [UInt8]) -> Int? {
        guard let last = part.last, part.count <= count else { return nil }
        for end in stride(from: count, through: part.count, by: -1)
        where self[end - 1] == last && self[(end - part.count)..<end].elementsEqual(part) {
            return end
        }
        return nil
    }
}
