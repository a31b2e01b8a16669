/// Names and values that the tests of request bodies are made of.
enum FieldValues {
    /// The fields of a completion request, known and refused ones.
    static let completions = [
        "model", "prompt", "echo", "frequency_penalty", "logit_bias", "logprobs", "max_tokens",
        "n", "presence_penalty", "seed", "stop", "stream", "stream_options", "suffix",
        "temperature", "top_p", "user", "use_beam_search", "top_k", "min_p", "best_of",
        "repetition_penalty", "length_penalty", "stop_token_ids", "include_stop_str_in_output",
        "ignore_eos", "min_tokens", "skip_special_tokens", "spaces_between_special_tokens",
        "truncate_prompt_tokens", "truncation_side", "allowed_token_ids", "prompt_logprobs",
        "add_special_tokens", "response_format", "structured_outputs", "priority", "request_id",
        "return_tokens_as_token_ids", "return_token_ids", "cache_salt", "bad_words",
    ]

    /// The fields that conversations have beside those of completions, in any protocol.
    static let conversations = [
        "messages", "tools", "tool_choice", "parallel_tool_calls", "max_completion_tokens",
        "top_logprobs", "include_reasoning", "reasoning_effort", "add_generation_prompt",
        "continue_final_message", "chat_template", "chat_template_kwargs", "documents",
        "guided_json", "guided_regex", "guided_choice", "guided_grammar", "grammar",
        "json_schema", "return_timings", "input", "instructions", "text", "reasoning",
        "max_output_tokens", "system", "stop_sequences", "thinking", "previous_response_id",
    ]

    /// Values at the borders of types and ranges, and beyond.
    static let strange = [
        "null", "true", "false", #""""#, #""x""#, #""\u0000""#, "-1", "0", "1", "2", "1.5", "-0.0",
        "1e-300", "2147483647", "2147483648", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "1e308", "-1e308", "[]", "{}", "[[]]", "[null]", "[0]", "[-1]",
        "[319]", "[320]", "[1e18]", #"["a"]"#, #"[""]"#, #"["a",1]"#, #"{"1":1}"#, #"{"320":1}"#,
        #"{"-1":1}"#, #"{"1":1e308}"#, #"{"type":"text"}"#, #"{"include_usage":1}"#,
        "\"" + String(repeating: "y", count: 5000) + "\"",
        "[" + Array(repeating: "\"z\"", count: 2000).joined(separator: ",") + "]",
        "[" + Array(repeating: "7", count: 5000).joined(separator: ",") + "]",
    ]
}
