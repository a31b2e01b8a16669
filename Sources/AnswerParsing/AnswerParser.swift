public import JSONDocuments

/// A function that the model may call.
public struct AnswerTool: Sendable {
    /// The function's name.
    public var name: String
    /// The JSON Schema of its parameters; families that write bare texts take their types from it.
    public var parameters: JSONValue?

    /// Makes a tool.
    public init(name: String, parameters: JSONValue? = nil) {
        self.name = name
        self.parameters = parameters
    }
}

/// Splits a model's answer, as it streams, into reasoning, content and tool calls.
///
/// The joined parts depend on the text alone, not on how it was cut. Time is linear in the text;
/// what is kept has a bound (256 KiB of a call that is not announced yet).
public struct AnswerParser: Sendable {
    private var reasoning: ReasoningSplitter
    private var calls: CallScanner?
    private var harmony: HarmonyScanner?
    private var output = PartBuffer()
    private var outside: [UInt8] = []

    /// Makes a parser for one answer.
    ///
    /// - Parameters:
    ///   - toolCalls: how calls are written; nil where the request allows none, so that they are
    ///     content.
    ///   - reasoning: how reasoning is marked; nil leaves it in the content.
    ///   - startsInReasoning: what ``ReasoningFormat/startsInside(promptTail:)`` says of the
    ///     prompt.
    ///   - tools: the functions of the request. A call of another name is a call all the same, for
    ///     the client to decide, except in ``ToolCallFormat/llama3JSON``, where it is content.
    public init(
        toolCalls: ToolCallFormat?,
        reasoning: ReasoningFormat?,
        startsInReasoning: Bool = false,
        tools: [AnswerTool] = []
    ) {
        let isHarmony = toolCalls == .gptOSS || reasoning == .gptOSS
        if isHarmony {
            harmony = HarmonyScanner(
                takesCalls: toolCalls != nil,
                startsInReasoning: startsInReasoning
            )
        } else {
            calls = toolCalls?.grammar.map { CallScanner($0, tools: tools) }
        }
        self.reasoning = ReasoningSplitter(
            isHarmony ? nil : reasoning?.tags,
            startsInside: startsInReasoning
        )
    }

    /// Makes a parser that knows the tools' names only.
    public init(
        toolCalls: ToolCallFormat?,
        reasoning: ReasoningFormat?,
        startsInReasoning: Bool,
        toolNames: [String]
    ) {
        self.init(
            toolCalls: toolCalls,
            reasoning: reasoning,
            startsInReasoning: startsInReasoning,
            tools: toolNames.map { AnswerTool(name: $0) }
        )
    }

    /// Takes more of the answer and returns what is certain now.
    public mutating func append(_ text: String) -> [AnswerPart] {
        for byte in text.utf8 {
            if harmony?.push(byte, &output) != nil { continue }
            reasoning.push(byte, &output, outside: &outside)
            passOn()
        }
        return output.take()
    }

    /// The answer is over: returns what was held back.
    ///
    /// A call that is not whole gets no end.
    public mutating func finish() -> [AnswerPart] {
        harmony?.finish(&output)
        reasoning.finish(&output, outside: &outside)
        passOn()
        calls?.finish(&output)
        return output.take()
    }

    /// Parses a whole answer: what ``append(_:)`` and ``finish()`` return for it, joined.
    public static func parse(
        _ text: String,
        toolCalls: ToolCallFormat?,
        reasoning: ReasoningFormat?,
        startsInReasoning: Bool = false,
        tools: [AnswerTool] = []
    ) -> [AnswerPart] {
        var parser = AnswerParser(
            toolCalls: toolCalls,
            reasoning: reasoning,
            startsInReasoning: startsInReasoning,
            tools: tools
        )
        let parts = parser.append(text)
        return AnswerPart.merged(parts + parser.finish())
    }

    private mutating func passOn() {
        guard !outside.isEmpty else { return }
        for byte in outside where calls?.push(byte, &output) == nil {
            output.content(byte)
        }
        outside.removeAll(keepingCapacity: true)
    }
}
