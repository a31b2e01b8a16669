// The fields that completions and conversations have in common.
extension RouteDescription {
    static let samplingFields: [Field] = [
        Field("temperature", .number(0...2), "0 takes the most likely token."),
        Field("top_p", .positive(upTo: 1)),
        Field("top_k", .integer(from: -1), "0 and -1 keep all tokens."),
        Field("min_p", .number(0...1)),
        Field("repetition_penalty", .positive(upTo: 10)),
        Field("presence_penalty", .number(-2...2)),
        Field("frequency_penalty", .number(-2...2)),
        Field("logit_bias", .byTokenID(.number(-100...100), maxCount: 1024)),
        Field("seed", .integer, "Same seed, same tokens."),
        Field("min_tokens", .integer(from: 0), "At most `max_tokens`."),
        Field("n", .integer(1...8), "Continuations per prompt; 128 with all prompts together."),
        Field(
            "stop",
            .oneOf(.string(1...256), .list(of: .string(1...256), 0...4)),
            "Texts that end a continuation."
        ),
        Field("stop_token_ids", .list(of: .tokenID, 0...64)),
        Field("ignore_eos", .boolean),
        Field("include_stop_str_in_output", .boolean),
        Field("skip_special_tokens", .boolean, "True unless said."),
        Field("spaces_between_special_tokens", .boolean, "Ignored."),
        Field("prompt_logprobs", .integer(0...20), "Not with `stream`."),
        Field("allowed_token_ids", .list(of: .tokenID, 1...1024)),
        Field("use_beam_search", .boolean, "Only false."),
        Field("length_penalty", .number(1...1), "Only 1."),
        Field("bad_words", .list(of: .string, 0...0), "Not supported."),
    ]

    static let streamFields: [Field] = [
        Field("stream", .boolean, "The answer comes as events while it is written."),
        Field(
            "stream_options",
            .object([
                Field("include_usage", .boolean),
                Field("continuous_usage_stats", .boolean),
            ]),
            "Only with `stream`."
        ),
    ]

    static let optionFields: [Field] = [
        Field("user", .string, "Ignored."),
        Field("request_id", .string, "Echoed in the answer's id if it is short and plain."),
        Field("cache_salt", .string(1...128), "Requests with different salts share no cache."),
        Field("priority", .integer(0...0), "Only 0."),
        Field("truncate_prompt_tokens", .integer(from: -1), "-1 or at least 1."),
        Field("truncation_side", .values("left", "right")),
        Field("return_token_ids", .boolean),
        Field("return_tokens_as_token_ids", .boolean),
        Field("return_timings", .boolean, "The answer says what took how long."),
    ]

    static let formatFields: [Field] = [
        Field(
            "response_format",
            .object([
                .required("type", .values("text", "json_object", "json_schema")),
                Field("json_schema", .anyObject),
            ])
        ),
        Field(
            "structured_outputs",
            .object([
                Field("json", .any), Field("regex", .string), Field("choice", .list(of: .string)),
                Field("grammar", .string), Field("json_object", .boolean),
            ]),
            "One of its members."
        ),
    ]
}
