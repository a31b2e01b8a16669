extension CallGrammar {
    /// Command R and R+: a fenced list behind the word `Action:`.
    static let commandR = CallGrammar(
        begins: ["Action:\n```json\n"],
        envelope: EnvelopeRules(nameKey: "tool_name", argumentKeys: ["parameters"]),
        after: ["]", "```"],
        separators: [","],
        syntax: ToolCallSyntax(
            begin: "Action:\n```json\n[\n",
            beforeName: "    {\n        \"tool_name\": \"",
            betweenNameAndArguments: "\",\n        \"parameters\": ",
            afterArguments: "\n    }",
            separator: ",\n",
            end: "\n]```"
        )
    )
}
