extension CallGrammar {
    /// Llama 3.1 to 3.3: a JSON object, bare or behind a token, several with semicolons between.
    ///
    /// The token is special and as a rule not in the text; nothing is lost with it.
    static let llama3JSON = CallGrammar(
        begins: ["<|python_tag|>"],
        opensAtLineStart: true,
        envelope: EnvelopeRules(isStrict: true),
        after: ["<|eom_id|>", "<|eot_id|>"],
        separators: [";"],
        syntax: ToolCallSyntax(
            beforeName: "{\"name\": \"",
            betweenNameAndArguments: "\", \"parameters\": ",
            afterArguments: "}",
            separator: "; "
        )
    )
}
