extension CallGrammar {
    /// Granite 3: a token and a list of JSON objects.
    static let granite = CallGrammar(
        begins: ["<|tool_call|>", "<tool_call>"],
        envelope: EnvelopeRules(),
        after: ["]", "</tool_call>"],
        separators: [","],
        syntax: ToolCallSyntax(
            begin: "<|tool_call|>[",
            beforeName: "{\"name\": \"",
            betweenNameAndArguments: "\", \"arguments\": ",
            afterArguments: "}",
            separator: ", ",
            end: "]",
            specialTokens: ["<|tool_call|>"]
        )
    )
}
