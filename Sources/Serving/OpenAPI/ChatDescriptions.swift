extension RouteDescription {
    static let chat = [
        RouteDescription(
            "/v1/chat/completions",
            group: "Chat",
            "Answers a conversation.",
            body: .object(chatFields),
            success: .jsonOrEvents("The assistant's messages."),
            work: .generation
        ),
        RouteDescription(
            "/v1/chat/completions/render",
            group: "Chat",
            "The tokens a chat request would begin with; nothing is generated.",
            body: .object(chatFields),
            success: .json("The token ids of the prompt."),
            work: .text
        ),
        RouteDescription(
            "/apply-template",
            group: "Chat",
            "The text the model's chat template makes of a conversation.",
            body: .object(chatFields),
            success: .json("The prompt as text."),
            work: .text
        ),
        RouteDescription(
            "/v1/responses",
            group: "Chat",
            "Answers in the form of OpenAI's Responses API.",
            body: .object(responseFields),
            success: .jsonOrEvents("The response with its output items."),
            work: .generation
        ),
        RouteDescription(
            "/v1/messages",
            group: "Chat",
            "Answers in the form of Anthropic's Messages API.",
            body: .object(messageFields),
            success: .jsonOrEvents("The message with its content blocks."),
            work: .generation
        ),
        RouteDescription(
            "/v1/messages/count_tokens",
            group: "Chat",
            "How many tokens a message request would begin with.",
            body: .object(messageFields.filter { $0.name != "max_tokens" }),
            success: .json("The number of tokens."),
            work: .text
        ),
    ]

    /// The members that say what was said and how it becomes a prompt.
    static let conversationFields: [Field] = [
        .required("messages", .list(of: messageSchema, 1...1024)),
        Field("tools", .list(of: toolSchema, 1...128)),
        Field("add_generation_prompt", .boolean, "True unless said."),
        Field("continue_final_message", .boolean, "Not with `add_generation_prompt`."),
        Field("add_special_tokens", .boolean, "False unless said."),
        Field("chat_template_kwargs", .anyObject, "Further variables of the template."),
        Field("documents", .list(of: .anyObject)),
        Field("reasoning_effort", .values("none", "minimal", "low", "medium", "high")),
    ]

    private static let chatFields: [Field] =
        [
            Field("model", .string, "The served model; absent means the only one."),
            Field("max_completion_tokens", .integer(from: 1), "What the context leaves."),
            Field("max_tokens", .integer(from: 1), "The older name of the same."),
            Field("logprobs", .boolean),
            Field("top_logprobs", .integer(0...20), "Needs `logprobs`."),
            Field(
                "tool_choice",
                .oneOf(
                    .values("none", "auto", "required"),
                    .object([
                        .required("type", .values("function")),
                        .required("function", .object([.required("name", .string)])),
                    ])
                )
            ),
            Field("parallel_tool_calls", .boolean),
            Field("include_reasoning", .boolean),
            Field("echo", .boolean),
        ] + conversationFields + samplingFields + streamFields + optionFields + formatFields

    private static let contentSchema = Schema.oneOf(
        .string,
        .list(of: .object([.required("type", .values("text")), .required("text", .string)]))
    )

    private static let messageSchema = Schema.object([
        .required("role", .values("system", "developer", "user", "assistant", "tool")),
        Field("content", contentSchema),
        Field("name", .string),
        Field("tool_call_id", .string),
        Field("reasoning", .string),
        Field(
            "tool_calls",
            .list(
                of: .object([
                    Field("id", .string),
                    .required("type", .values("function")),
                    .required(
                        "function",
                        .object([.required("name", .string), .required("arguments", .string)])
                    ),
                ])
            )
        ),
    ])

    private static let toolSchema = Schema.object([
        .required("type", .values("function")),
        .required(
            "function",
            .object([
                .required("name", .string(1...64)), Field("description", .string),
                Field("parameters", .anyObject, "A JSON schema."), Field("strict", .boolean),
            ])
        ),
    ])

    private static let responseFields: [Field] = [
        Field("model", .string),
        .required(
            "input",
            .oneOf(
                .string,
                .list(
                    atLeast: 1,
                    of: .object([
                        .required("role", .values("system", "developer", "user", "assistant")),
                        .required("content", .string),
                    ])
                )
            )
        ),
        Field("instructions", .string),
        Field("max_output_tokens", .integer(from: 1)),
        Field("temperature", .number(0...2)),
        Field("top_p", .positive(upTo: 1)),
        Field("top_k", .integer(from: -1)),
        Field("seed", .integer),
        Field("text", .object([Field("format", .anyObject)]), "The form of the answer."),
        Field("reasoning", .object([Field("effort", .string)])),
        Field("tools", .list(of: .anyObject)),
        Field("tool_choice", .oneOf(.values("none", "auto", "required"), .anyObject)),
        Field("parallel_tool_calls", .boolean),
        Field("stream", .boolean),
        Field("store", .boolean, "Only false has an effect: nothing is stored."),
        Field("metadata", .anyObject, "Echoed."),
        Field("user", .string, "Ignored."),
    ]

    private static let messageFields: [Field] = [
        Field("model", .string),
        .required("max_tokens", .integer(from: 1)),
        .required(
            "messages",
            .list(
                of: .object([
                    .required("role", .values("user", "assistant")),
                    .required("content", contentSchema),
                ]),
                1...1024
            )
        ),
        Field("system", contentSchema),
        Field("stop_sequences", .list(of: .string(1...256), 0...4)),
        Field("temperature", .number(0...1)),
        Field("top_p", .positive(upTo: 1)),
        Field("top_k", .integer(from: 0)),
        Field(
            "tools",
            .list(
                of: .object([
                    .required("name", .string), Field("description", .string),
                    .required("input_schema", .anyObject),
                ])
            )
        ),
        Field("tool_choice", .anyObject),
        Field("thinking", .object([.required("type", .values("enabled", "disabled"))])),
        Field("stream", .boolean),
        Field("metadata", .anyObject, "Ignored."),
    ]
}
