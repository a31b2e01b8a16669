/// A chat template: Jinja that turns messages into a prompt.
///
/// It is parsed once and can be rendered from any number of threads. A template comes with a model
/// and is not trusted: it sees the variables it is given, reaches nothing else, and stops at the
/// limits, see `docs/chat-templates.md`.
public struct ChatTemplate: Sendable {
    /// The text of the template.
    public let source: String
    /// What a rendering may use up.
    public let limits: TemplateLimits
    private let body: [Statement]
    private let names: [String: Int]
    private let readNames: Set<String>

    /// Parses a template.
    ///
    /// - Throws: ``ChatTemplateError/syntax(line:reason:)`` or a limit.
    public init(
        _ source: String,
        limits: TemplateLimits = TemplateLimits()
    ) throws(ChatTemplateError) {
        guard source.utf8.count <= limits.sourceByteCount else {
            throw .limit(line: 0, which: .sourceByteCount, limit: limits.sourceByteCount)
        }
        var parser = try Parser(source, depthLimit: limits.depth)
        body = try parser.template()
        names = parser.names
        readNames = parser.readNames
        self.source = source
        self.limits = limits
    }

    /// Renders the template.
    ///
    /// - Parameters:
    ///   - variables: what the template can name; of two with one name the later counts.
    ///   - now: what `strftime_now` prints.
    /// - Returns: the prompt, with the origin of each part.
    /// - Throws: what the template raised, or why it cannot take these variables.
    public func render(
        _ variables: [TemplateVariable],
        now: TemplateDate
    ) throws(ChatTemplateError) -> RenderedPrompt {
        try renderCounting(variables, now: now).result.get()
    }

    /// Renders the template and says what that used up, also if it failed.
    package func renderCounting(
        _ variables: [TemplateVariable],
        now: TemplateDate
    ) -> (result: Result<RenderedPrompt, ChatTemplateError>, usage: TemplateUsage) {
        let renderer = Renderer(names: names, limits: limits, now: now)
        defer { renderer.finish() }
        do throws(ChatTemplateError) {
            // Only what the template mentions is taken over.
            for variable in variables {
                guard let index = names[variable.name] else { continue }
                let value = Value(
                    variable.value,
                    isInput: !variable.isTrusted,
                    depthLimit: 2 * limits.depth
                )
                guard let value else { throw renderer.limit(.depth, limits.depth) }
                renderer.variables[index] = value
            }
            _ = try renderer.run(body)
            return (.success(RenderedPrompt(renderer.output)), renderer.usage)
        } catch {
            return (.failure(error), renderer.usage)
        }
    }

    /// Whether the template asks for the value of a variable.
    public func mentions(variable name: String) -> Bool { readNames.contains(name) }

    /// Whether the template has a place for tools.
    public var usesTools: Bool { mentions(variable: "tools") }
}

extension RenderedPrompt {
    init(_ text: MarkedText) {
        self.init(
            runs: text.runs.map { range, isInput in
                Run(text: String(decoding: text.bytes[range], as: UTF8.self), isInput: isInput)
            }
        )
    }
}
