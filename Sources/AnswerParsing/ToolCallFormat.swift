/// How a family's model writes tool calls.
///
/// Raw values are the names that `--tool-call-parser` takes in vLLM, where it has one.
public enum ToolCallFormat: String, Sendable, CaseIterable {
    /// `<tool_call>{"name": …, "arguments": …}</tool_call>`: Hermes, Qwen2.5, Qwen3, SmolLM3.
    case hermes
    /// `{"name": …, "parameters": …}`: Llama 3.1, 3.2, 3.3.
    case llama3JSON = "llama3_json"
    /// `[TOOL_CALLS][{"name": …, "arguments": …}]`: Mistral 7B v0.3, Nemo, Small up to 3.1.
    case mistral
    /// `[TOOL_CALLS]name[ARGS]{…}`: Mistral Small 3.2 and later, Magistral, Devstral.
    case mistralNamed = "mistral_named"
    /// `<tool_call><function=name><parameter=key>value…`: Qwen3-Coder.
    case qwen3Coder = "qwen3_coder"
    /// Kind, name and a fenced JSON object between DeepSeek's tokens: V3, R1.
    case deepseekV3 = "deepseek_v3"
    /// Name and JSON object between DeepSeek's tokens: V3.1 and later.
    case deepseekV31 = "deepseek_v31"
    /// `<function=name>{…}</function>`: functionary v3.1, and Llama 3.1 as its model card asks.
    case functionary
    /// Numbered name and JSON object between tokens: Kimi K2.
    case kimiK2 = "kimi_k2"
    /// `<tool_call>name<arg_key>key</arg_key><arg_value>value…`: GLM-4.5, GLM-4.6.
    case glm45
    /// `<|tool_call|>[{"name": …, "arguments": …}]`: Granite 3.
    case granite
    /// `Action:` with a fenced list of `tool_name` and `parameters`: Command R and R+.
    case commandR = "command_r"
    /// A message to `functions.name`: gpt-oss.
    case gptOSS = "openai"

    /// The format of a name on the command line, other spellings in use among them.
    public init?(name: String) {
        switch name {
        case "gpt_oss", "gptoss", "harmony": self = .gptOSS
        case "qwen3_xml": self = .qwen3Coder
        case "llama3": self = .llama3JSON
        default: self.init(rawValue: name)
        }
    }

    /// Which format a chat template implies by how it prints calls; nil where it prints none.
    public static func detect(template: String) -> ToolCallFormat? {
        func has(_ texts: String...) -> Bool { texts.allSatisfy { template.contains($0) } }
        // What names a family beyond doubt comes first: the tag of Hermes stands in other
        // families' templates, too.
        if has("<|channel|>", "to=") { return .gptOSS }
        if has("<｜tool▁call▁begin｜>") { return has("```json") ? .deepseekV3 : .deepseekV31 }
        if has("<|tool_call_argument_begin|>") { return .kimiK2 }
        if has("<arg_key>") { return .glm45 }
        if has("<function=") { return has("<parameter=") ? .qwen3Coder : .functionary }
        if has("[TOOL_CALLS]") { return has("[ARGS]") ? .mistralNamed : .mistral }
        if has("<|tool_call|>") { return .granite }
        if has("Action:", "tool_name") { return .commandR }
        if has("<tool_call>") { return .hermes }
        if has("<|start_header_id|>", "\"parameters\": ") { return .llama3JSON }
        return nil
    }

    /// Markers that are special tokens in some tokenizers of the family: they must leave text.
    public var specialTokens: [String] {
        switch self {
        case .llama3JSON: syntax.specialTokens + ["<|python_tag|>"]
        case .mistral, .mistralNamed: syntax.specialTokens + ["[ARGS]", "[CALL_ID]"]
        case .gptOSS: syntax.specialTokens + ["<|start|>", "<|end|>", "<|return|>"]
        default: syntax.specialTokens
        }
    }

    /// How a forced call is written.
    public var syntax: ToolCallSyntax { grammar?.syntax ?? Self.harmonySyntax }

    /// How calls are found; nil where channels say it.
    var grammar: CallGrammar? {
        switch self {
        case .hermes: .hermes
        case .llama3JSON: .llama3JSON
        case .mistral: .mistral
        case .mistralNamed: .mistralNamed
        case .qwen3Coder: .qwen3Coder
        case .deepseekV3: .deepseekV3
        case .deepseekV31: .deepseekV31
        case .functionary: .functionary
        case .kimiK2: .kimiK2
        case .glm45: .glm45
        case .granite: .granite
        case .commandR: .commandR
        case .gptOSS: nil
        }
    }
}
