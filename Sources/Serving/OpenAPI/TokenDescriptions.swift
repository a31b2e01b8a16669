extension RouteDescription {
    static let tokens = [
        RouteDescription(
            "/tokenize",
            group: "Tokens",
            "The token ids of a text, or of the prompt that a conversation becomes.",
            body: .object(
                [
                    Field("model", .string, "The served model; absent means the only one."),
                    Field("prompt", .string, "Needed without `messages`."),
                    Field("add_special_tokens", .boolean, "True for a text unless said."),
                    Field("return_token_strs", .boolean, "The answer lists the pieces as well."),
                ]
                    + conversationFields.filter { $0.name != "add_special_tokens" }
                    .map(\.asOptional)
            ),
            success: .json("The ids and how many there are."),
            work: .text
        ),
        RouteDescription(
            "/detokenize",
            group: "Tokens",
            "The text of token ids.",
            body: .object([
                Field("model", .string, "The served model; absent means the only one."),
                .required("tokens", .list(of: .tokenID)),
            ]),
            success: .json("The text."),
            work: .text
        ),
    ]
}
