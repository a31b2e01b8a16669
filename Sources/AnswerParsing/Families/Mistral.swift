extension CallGrammar {
    /// Mistral 7B v0.3, Nemo, Small: a list of JSON objects behind a token.
    static let mistral = mistral(
        ToolCallSyntax(
            begin: "[TOOL_CALLS][",
            beforeName: "{\"name\": \"",
            betweenNameAndArguments: "\", \"arguments\": ",
            afterArguments: "}",
            separator: ", ",
            end: "]",
            specialTokens: ["[TOOL_CALLS]"]
        )
    )

    /// Mistral Small 3.2 and later: a token, the name, a token, the arguments; an id at will.
    static let mistralNamed = mistral(
        ToolCallSyntax(
            beforeName: "[TOOL_CALLS]",
            betweenNameAndArguments: "[ARGS]",
            afterArguments: "",
            separator: "",
            specialTokens: ["[TOOL_CALLS]", "[ARGS]"]
        )
    )

    /// Both forms are read whichever the template prints.
    private static func mistral(_ syntax: ToolCallSyntax) -> CallGrammar {
        CallGrammar(
            begins: ["[TOOL_CALLS]"],
            envelope: EnvelopeRules(),
            named: NamedRules(
                delimiter: "[ARGS]",
                idDelimiter: "[CALL_ID]",
                allowsBareArguments: true
            ),
            after: ["]"],
            separators: [","],
            syntax: syntax
        )
    }
}
