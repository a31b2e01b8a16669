internal import JSONDocuments

/// What a template can do with messages, found by rendering small ones.
public struct TemplateCapabilities: Sendable, Equatable {
    /// A system message ends up in the prompt.
    public var supportsSystemRole: Bool
    /// Descriptions of tools end up in the prompt.
    public var supportsTools: Bool
    /// The calls of an assistant's message end up in the prompt.
    public var supportsToolCalls: Bool
    /// The result of a tool ends up in the prompt.
    public var supportsToolResults: Bool
    /// Contents must be lists of parts, `[{"type": "text", "text": …}]`: strings get lost.
    public var typedContent: Bool
    /// The arguments of a call must be a dict: a string fails or is quoted once more.
    public var requiresObjectArguments: Bool
}

extension ChatTemplate {
    /// Finds out what the template can do; renders about ten small conversations.
    ///
    /// Any date will do; some templates print it.
    public func capabilities(now: TemplateDate) -> TemplateCapabilities {
        var probe = CapabilityProbe(template: self, now: now)
        let typedContent = probe.typedContent()
        probe.usesParts = typedContent
        let (callsAsDict, callsAsText) = (probe.calls(isDict: true), probe.calls(isDict: false))
        return TemplateCapabilities(
            supportsSystemRole: probe.systemRole(),
            supportsTools: probe.tools(),
            supportsToolCalls: callsAsDict || callsAsText,
            supportsToolResults: probe.toolResults(),
            typedContent: typedContent,
            requiresObjectArguments: callsAsDict && !callsAsText
        )
    }
}

/// Renders conversations with words in them that no template has, and looks for the words.
private struct CapabilityProbe {
    let template: ChatTemplate
    let now: TemplateDate
    var usesParts = false

    private static let word = "zqxjkvbw"
    private static let nameWord = "zqxname"
    private static let keyWord = "zqxkey"

    func typedContent() -> Bool {
        let asText = prompt([message("user", .string(Self.word))])
        if asText?.contains(Self.word) == true { return false }
        let asParts = prompt([message("user", parts(Self.word))])
        return asParts?.contains(Self.word) == true
    }

    func systemRole() -> Bool {
        let messages = [message("system", content(Self.word)), message("user", content("Hello"))]
        return prompt(messages)?.contains(Self.word) == true
    }

    func tools() -> Bool {
        guard template.usesTools else { return false }
        let text = prompt([message("user", content("Hello"))], tools: .array([tool]))
        return text?.contains(Self.nameWord) == true
    }

    /// Whether a call's name and arguments are in the prompt, the arguments unquoted.
    func calls(isDict: Bool) -> Bool {
        let text = prompt(conversation(isDict: isDict, withResult: false), tools: .array([tool]))
        guard let text, text.contains(Self.nameWord) else { return false }
        let calls = text.components(after: "zqxcalls")
        // A string that is written as JSON once more has its quotation marks escaped.
        return calls.contains(Self.keyWord) && !calls.contains("\\\"" + Self.keyWord)
    }

    func toolResults() -> Bool {
        for isDict in [true, false] {
            let messages = conversation(isDict: isDict, withResult: true)
            let text = prompt(messages, tools: .array([tool]))
            if text?.contains(Self.word) == true { return true }
        }
        return false
    }

    // MARK: - Conversations

    /// The prompt without tools; with some where the template cannot do without.
    private func prompt(_ messages: [JSONValue]) -> String? {
        for tools in [.null, .array([]), .array([tool])] as [JSONValue] {
            if let text = prompt(messages, tools: tools) { return text }
        }
        return nil
    }

    private func prompt(_ messages: [JSONValue], tools: JSONValue) -> String? {
        let variables = [
            TemplateVariable("messages", .array(messages), isTrusted: false),
            TemplateVariable("tools", tools, isTrusted: false),
            TemplateVariable("add_generation_prompt", .bool(false), isTrusted: false),
            TemplateVariable("bos_token", .string(""), isTrusted: true),
            TemplateVariable("eos_token", .string(""), isTrusted: true),
        ]
        return try? template.render(variables, now: now).text
    }

    private func message(
        _ role: String,
        _ content: JSONValue,
        _ more: [JSONMember] = []
    ) -> JSONValue {
        .object([JSONMember("role", .string(role)), JSONMember("content", content)] + more)
    }

    private func content(_ text: String) -> JSONValue { usesParts ? parts(text) : .string(text) }

    private func parts(_ text: String) -> JSONValue {
        .array([
            .object([JSONMember("type", .string("text")), JSONMember("text", .string(text))])
        ])
    }

    private var tool: JSONValue {
        let property = JSONValue.object([
            JSONMember("type", .string("string")), JSONMember("description", .string("A word")),
        ])
        let parameters = JSONValue.object([
            JSONMember("type", .string("object")),
            JSONMember("properties", .object([JSONMember("word", property)])),
            JSONMember("required", .array([.string("word")])),
        ])
        let function = JSONValue.object([
            JSONMember("name", .string(Self.nameWord)),
            JSONMember("description", .string("Looks a word up")),
            JSONMember("parameters", parameters),
        ])
        return .object([
            JSONMember("type", .string("function")), JSONMember("function", function),
        ])
    }

    private func conversation(isDict: Bool, withResult: Bool) -> [JSONValue] {
        let arguments: JSONValue =
            isDict
            ? .object([JSONMember(Self.keyWord, .string("a"))])
            : .string("{\"\(Self.keyWord)\": \"a\"}")
        let call = JSONValue.object([
            JSONMember("id", .string("abcDEF123")), JSONMember("type", .string("function")),
            JSONMember(
                "function",
                .object([
                    JSONMember("name", .string(Self.nameWord)),
                    JSONMember("arguments", arguments),
                ])
            ),
        ])
        let calls = [JSONMember("tool_calls", .array([call]))]
        var messages = [
            message("user", content("zqxcalls")), message("assistant", content(""), calls),
        ]
        if withResult {
            let names = [
                JSONMember("tool_call_id", .string("abcDEF123")),
                JSONMember("name", .string(Self.nameWord)),
            ]
            messages.append(message("tool", content(Self.word), names))
        }
        return messages
    }
}

extension String {
    /// What stands behind the last place of `mark`; everything if it is not there.
    fileprivate func components(after mark: String) -> Substring {
        guard let range = ranges(of: mark).last else { return self[...] }
        return self[range.upperBound...]
    }
}
