extension RouteDescription {
    static let completions = [
        RouteDescription(
            "/v1/completions",
            group: "Completions",
            "Continues one or several prompts.",
            body: .object(completionFields),
            success: .jsonOrEvents("The continuations, prompt by prompt."),
            work: .generation
        ),
        RouteDescription(
            "/v1/completions/render",
            group: "Completions",
            "The tokens a completion request would begin with; nothing is generated.",
            body: .object(completionFields),
            success: .json("The token ids of each prompt."),
            work: .text
        ),
        RouteDescription(
            "/v1/embeddings",
            group: "Embeddings",
            "Turns texts into vectors.",
            body: .object([
                Field("model", .string, "The served model; absent means the only one."),
                .required("input", promptSchema, "One or several texts or lists of token ids."),
                Field("encoding_format", .values("float", "base64")),
                Field("pooling", .values("mean", "last")),
                Field("add_special_tokens", .boolean, "True unless said."),
                Field("user", .string, "Ignored."),
            ]),
            success: .json("One vector per input."),
            work: .generation
        ),
    ]

    /// Texts or token ids, one or several.
    static let promptSchema = Schema.oneOf(
        .string,
        .list(atLeast: 1, of: .string),
        .list(atLeast: 1, of: .tokenID),
        .list(atLeast: 1, of: .list(atLeast: 1, of: .tokenID))
    )

    private static let completionFields: [Field] =
        [
            Field("model", .string, "The served model; absent means the only one."),
            .required("prompt", promptSchema),
            Field("echo", .boolean, "The answer begins with the prompt."),
            Field("max_tokens", .integer(from: 0), "16 unless said; 0 only with `echo`."),
            Field("logprobs", .integer(0...20), "How many likely tokens to report per token."),
            Field("add_special_tokens", .boolean, "True unless said."),
            Field("suffix", .string(0...0), "Not supported."),
            Field("best_of", .integer(1...8), "Only the value of `n`."),
        ] + samplingFields + streamFields + optionFields + formatFields
}
