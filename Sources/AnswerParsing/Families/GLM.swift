extension CallGrammar {
    /// GLM-4.5 and 4.6: the name, then a pair of tags per parameter.
    ///
    /// Strings are bare, everything else is JSON; without a schema what reads as JSON is JSON.
    static let glm45 = CallGrammar(
        begins: ["<tool_call>"],
        parameters: ParameterRules(
            beforeKey: "<arg_key>",
            afterKey: "</arg_key>",
            beforeValue: "<arg_value>",
            afterValue: "</arg_value>",
            end: "</tool_call>",
            isOnOwnLines: false,
            untyped: .any
        ),
        syntax: ToolCallSyntax(
            beforeName: "<tool_call>",
            betweenNameAndArguments: "\n",
            afterArguments: "</tool_call>",
            separator: "\n",
            arguments: .tagged(
                ToolCallSyntax.TaggedParameters(
                    beforeKey: "<arg_key>",
                    betweenKeyAndValue: "</arg_key>\n<arg_value>",
                    afterValue: "</arg_value>\n"
                )
            ),
            specialTokens: [
                "<tool_call>", "</tool_call>", "<arg_key>", "</arg_key>", "<arg_value>",
                "</arg_value>",
            ]
        )
    )
}
