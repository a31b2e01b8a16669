/// How a family's model marks what it thinks before it answers.
///
/// Raw values are the names that `--reasoning-parser` takes in vLLM, where it has one.
public enum ReasoningFormat: String, Sendable, CaseIterable {
    /// `<think>…</think>`, written by the model or the end of the prompt.
    case qwen3
    /// `<think>…</think>`, as a rule begun by the prompt.
    case deepseekR1 = "deepseek_r1"
    /// `<think>…</think><response>…</response>`, or the two sentences of earlier versions.
    case granite
    /// `<think>…</think>` of GLM-4.5 and later.
    case glm45
    /// `[THINK]…[/THINK]`, two special tokens.
    case mistral
    /// The analysis channel of gpt-oss.
    case gptOSS = "openai_gptoss"

    /// The format of a name on the command line, other spellings in use among them.
    public init?(name: String) {
        switch name {
        case "gpt_oss", "gptoss", "GptOss", "openai": self = .gptOSS
        case "deepseek_v3", "smollm3": self = name == "smollm3" ? .qwen3 : .deepseekR1
        default: self.init(rawValue: name)
        }
    }

    /// Which format a chat template implies; nil where it knows no reasoning.
    public static func detect(template: String) -> ReasoningFormat? {
        if template.contains("<|channel|>analysis") { return .gptOSS }
        if template.contains("[THINK]") { return .mistral }
        guard template.contains("<think>") || template.contains("</think>") else { return nil }
        if template.contains("<response>") { return .granite }
        if template.contains("<arg_key>") { return .glm45 }
        if template.contains("<｜Assistant｜>") { return .deepseekR1 }
        return .qwen3
    }

    /// Markers that are special tokens in some tokenizers of the family: they must leave text.
    public var specialTokens: [String] {
        switch self {
        case .gptOSS: ["<|channel|>", "<|message|>", "<|start|>", "<|end|>", "<|return|>"]
        default: tags.starts + tags.ends
        }
    }

    /// What the model writes before it thinks.
    public var begin: String { tags.starts.first ?? "" }

    /// What it writes when it has thought.
    public var end: String { tags.ends.first ?? "" }

    /// Whether an answer to a prompt with this end begins inside the reasoning.
    ///
    /// Only the very end counts: a user may write a marker into a message.
    public func startsInside(promptTail: String) -> Bool {
        var tail = promptTail[...]
        while let last = tail.utf8.last, last.isSpace { tail = tail.dropLast() }
        return tags.starts.contains { tail.hasSuffix($0) }
    }

    /// The markers.
    var tags: ReasoningTags {
        switch self {
        case .qwen3, .deepseekR1, .glm45: ReasoningTags(starts: ["<think>"], ends: ["</think>"])
        case .granite:
            ReasoningTags(
                starts: [
                    "<think>", "Here is my thought process:", "Here's my thought process:",
                ],
                ends: ["</think>", "Here is my response:", "Here's my response:"],
                answer: (start: "<response>", end: "</response>")
            )
        case .mistral: ReasoningTags(starts: ["[THINK]"], ends: ["[/THINK]"])
        case .gptOSS: ReasoningTags(starts: ["<|channel|>analysis<|message|>"], ends: ["<|end|>"])
        }
    }
}

/// The markers around reasoning.
struct ReasoningTags: Sendable {
    var starts: [String]
    var ends: [String]
    /// What may stand around the answer behind the reasoning.
    var answer: (start: String, end: String)?
}
