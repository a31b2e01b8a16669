extension CallGrammar {
    /// Hermes 2 and 3, Qwen2.5, Qwen3, SmolLM3: a JSON object between two tags.
    static let hermes = CallGrammar(
        begins: ["<tool_call>"],
        envelope: EnvelopeRules(),
        after: ["</tool_call>"],
        syntax: ToolCallSyntax(
            beforeName: "<tool_call>\n{\"name\": \"",
            betweenNameAndArguments: "\", \"arguments\": ",
            afterArguments: "}\n</tool_call>",
            separator: "\n"
        )
    )
}
