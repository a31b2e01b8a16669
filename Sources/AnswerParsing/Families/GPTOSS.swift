extension ToolCallFormat {
    /// gpt-oss: a message on the commentary channel to the function; one call per answer.
    static let harmonySyntax = ToolCallSyntax(
        beforeName: "<|channel|>commentary to=functions.",
        betweenNameAndArguments: " <|constrain|>json<|message|>",
        afterArguments: "<|call|>",
        separator: nil,
        specialTokens: ["<|channel|>", "<|constrain|>", "<|message|>", "<|call|>"]
    )
}
