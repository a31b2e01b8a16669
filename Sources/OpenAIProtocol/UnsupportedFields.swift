import JSONDocuments

/// Fields that other servers have and we do not.
///
/// A field that changes the answer is refused by name: ignoring it would be a wrong answer in
/// silence. Fields that change nothing (`user`, `service_tier`, `store`, unknown ones) are ignored.
enum UnsupportedFields {
    static func refuse(_ fields: FieldReader) throws(APIError) {
        try refuseAlways(fields)
        try refuseUnlessNeutral(fields)
        try checkBestOf(fields)
        // Of no effect here, but a wrong type is still the client's mistake.
        _ = try fields.string("user")
    }

    /// Whatever they hold, they ask for something we do not do.
    private static let always = [
        "prompt_embeds", "repetition_detection", "thinking_token_budget", "kv_transfer_params",
        "guided_whitespace_pattern", "chat_template", "mm_processor_kwargs", "media_io_kwargs",
    ]

    private static func refuseAlways(_ fields: FieldReader) throws(APIError) {
        for name in always where fields[name] != nil { throw .unsupported(name) }
    }

    /// They may hold the value that means "not used".
    private static func refuseUnlessNeutral(_ fields: FieldReader) throws(APIError) {
        if try fields.string("suffix")?.isEmpty == false { throw .unsupported("suffix") }
        if try fields.bool("use_beam_search") == true { throw .unsupported("use_beam_search") }
        if try fields.int("priority") ?? 0 != 0 { throw .unsupported("priority") }
        if let penalty = try fields.double("length_penalty"), penalty != 1 {
            throw .unsupported("length_penalty")
        }
        for name in ["bad_words", "logits_processors", "logprob_token_ids"]
        where try fields.list(name)?.isEmpty == false {
            throw .unsupported(name)
        }
        for name in ["audio", "prediction", "web_search_options"] where fields[name] != nil {
            throw .unsupported(name)
        }
        if let modalities = try fields.strings("modalities"), modalities != ["text"] {
            throw .unsupported("modalities")
        }
        if try fields.members("vllm_xargs")?.isEmpty == false { throw .unsupported("vllm_xargs") }
    }

    private static func checkBestOf(_ fields: FieldReader) throws(APIError) {
        guard let bestOf = try fields.int("best_of") else { return }
        let n = try fields.int("n") ?? 1
        guard bestOf == n else {
            throw .badRequest(
                "`best_of` other than `n` is not supported, got \(bestOf) and n = \(n).",
                param: "best_of"
            )
        }
    }
}
