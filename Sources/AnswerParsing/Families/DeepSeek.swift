extension CallGrammar {
    /// DeepSeek V3 and R1: the kind of tool, the name, and the arguments as a fenced block.
    static let deepseekV3 = deepseek(
        begin: "<｜tool▁call▁begin｜>function<｜tool▁sep｜>",
        NamedRules(delimiter: "```json"),
        between: "\n```json\n",
        after: "\n```<｜tool▁call▁end｜>",
        separator: "\n"
    )

    /// DeepSeek V3.1: the name and the arguments.
    static let deepseekV31 = deepseek(
        begin: "<｜tool▁call▁begin｜>",
        NamedRules(delimiter: "<｜tool▁sep｜>"),
        between: "<｜tool▁sep｜>",
        after: "<｜tool▁call▁end｜>",
        separator: ""
    )

    private static func deepseek(
        begin: String,
        _ rules: NamedRules,
        between: String,
        after: String,
        separator: String
    ) -> CallGrammar {
        CallGrammar(
            sections: ["<｜tool▁calls▁begin｜>"],
            begins: [begin],
            named: rules,
            after: ["```", "<｜tool▁call▁end｜>", "<｜tool▁calls▁end｜>"],
            syntax: ToolCallSyntax(
                begin: "<｜tool▁calls▁begin｜>",
                beforeName: begin,
                betweenNameAndArguments: between,
                afterArguments: after,
                separator: separator,
                end: "<｜tool▁calls▁end｜>",
                specialTokens: [
                    "<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>", "<｜tool▁call▁begin｜>",
                    "<｜tool▁call▁end｜>", "<｜tool▁sep｜>",
                ]
            )
        )
    }
}
