extension CallGrammar {
    /// Qwen3-Coder: tags around the name and each parameter, values on lines of their own.
    ///
    /// The outer tag is forgotten by the model at times, so it is not asked for.
    static let qwen3Coder = CallGrammar(
        sections: ["<tool_call>"],
        begins: ["<function="],
        parameters: ParameterRules(
            nameEnd: ">",
            beforeKey: "<parameter=",
            afterKey: ">",
            afterValue: "</parameter>",
            end: "</function>",
            isOnOwnLines: true,
            untyped: .string
        ),
        after: ["</tool_call>"],
        syntax: ToolCallSyntax(
            beforeName: "<tool_call>\n<function=",
            betweenNameAndArguments: ">\n",
            afterArguments: "</function>\n</tool_call>",
            separator: "\n",
            arguments: .tagged(
                ToolCallSyntax.TaggedParameters(
                    beforeKey: "<parameter=",
                    betweenKeyAndValue: ">\n",
                    afterValue: "\n</parameter>\n"
                )
            )
        )
    )
}
