extension CallGrammar {
    /// Kimi K2: `functions.NAME:NUMBER`, which also is the call's id, and the arguments.
    ///
    /// A grammar that forces a call need not force the number: the name alone is read as well.
    static let kimiK2 = CallGrammar(
        sections: ["<|tool_calls_section_begin|>"],
        begins: ["<|tool_call_begin|>"],
        named: NamedRules(delimiter: "<|tool_call_argument_begin|>", nameIsNumbered: true),
        after: ["<|tool_call_end|>", "<|tool_calls_section_end|>"],
        syntax: ToolCallSyntax(
            begin: "<|tool_calls_section_begin|>",
            beforeName: "<|tool_call_begin|>functions.",
            betweenNameAndArguments: ":0<|tool_call_argument_begin|>",
            afterArguments: "<|tool_call_end|>",
            separator: "",
            end: "<|tool_calls_section_end|>",
            specialTokens: [
                "<|tool_calls_section_begin|>", "<|tool_calls_section_end|>",
                "<|tool_call_begin|>", "<|tool_call_end|>", "<|tool_call_argument_begin|>",
            ]
        )
    )
}
