extension CallGrammar {
    /// Functionary v3.1 and Llama 3.1's other form: the name in a tag, the arguments in JSON.
    static let functionary = CallGrammar(
        begins: ["<function="],
        named: NamedRules(delimiter: ">"),
        after: ["</function>"],
        syntax: ToolCallSyntax(
            beforeName: "<function=",
            betweenNameAndArguments: ">",
            afterArguments: "</function>",
            separator: ""
        )
    )
}
