import JSONDocuments

/// The fields of a request beside what is asked and how tokens are chosen.
///
/// They are the same for completions and for conversations.
public struct RequestOptions: Sendable, Equatable {
    /// What a stream carries besides its text.
    public struct StreamOptions: Sendable, Equatable {
        /// One more chunk at the end, without choices, with the usage of the whole request.
        public var includeUsage = false
        /// The usage so far on every chunk.
        public var continuousUsageStats = false

        /// Options with every default.
        public init() {}
    }

    /// The served model the client means; nil takes the only one.
    public var model: String?
    /// The answer comes in pieces.
    public var stream = false
    /// Only with `stream`.
    public var streamOptions = StreamOptions()
    /// Choices carry the ids of their tokens and of the prompt.
    public var returnTokenIDs = false
    /// Log-probabilities name tokens as `token_id:ID`.
    public var returnTokensAsTokenIDs = false
    /// Keep only this many last tokens of the prompt; -1 means as many as fit.
    public var truncatePromptTokens: Int?
    /// Truncation drops the end of the prompt instead of its beginning.
    public var truncatesEnd = false
    /// The client's own name for the request; only ever echoed.
    public var requestID: String?
    /// Prompts with different salts never share cached blocks.
    public var cacheSalt: String?
    /// The answer says what took how long.
    public var returnTimings = false

    /// Options with every default.
    public init() {}

    init(_ fields: FieldReader) throws(APIError) {
        model = try fields.string("model")
        stream = try fields.bool("stream") ?? false
        streamOptions = try Self.streamOptions(fields, stream: stream)
        returnTokenIDs = try fields.bool("return_token_ids") ?? false
        returnTokensAsTokenIDs = try fields.bool("return_tokens_as_token_ids") ?? false
        truncatePromptTokens = try fields.int("truncate_prompt_tokens")
        truncatesEnd = try Self.truncatesEnd(fields)
        requestID = try fields.string("request_id")
        cacheSalt = try Self.cacheSalt(fields)
        // llama.cpp's name for it asks for them on every chunk; they come with the last one here.
        let timings = fields.name("return_timings", "timings_per_token")
        returnTimings = try fields.bool(timings) ?? false
        if let count = truncatePromptTokens, count != -1, count < 1 {
            throw .badRequest(
                "`truncate_prompt_tokens` must be -1 or at least 1, got \(count).",
                param: "truncate_prompt_tokens"
            )
        }
    }

    private static func streamOptions(
        _ fields: FieldReader,
        stream: Bool
    ) throws(APIError) -> StreamOptions {
        var result = StreamOptions()
        guard let members = try fields.members("stream_options") else { return result }
        guard stream else {
            throw .badRequest(
                "`stream_options` is only allowed when `stream` is true.",
                param: "stream_options"
            )
        }
        let options = FieldReader(members)
        result.includeUsage = try options.bool("include_usage") ?? false
        result.continuousUsageStats = try options.bool("continuous_usage_stats") ?? false
        return result
    }

    private static func truncatesEnd(_ fields: FieldReader) throws(APIError) -> Bool {
        switch try fields.string("truncation_side") {
        case nil, "left": return false
        case "right": return true
        default:
            throw .badRequest(
                "`truncation_side` must be \"left\" or \"right\".",
                param: "truncation_side"
            )
        }
    }

    private static func cacheSalt(_ fields: FieldReader) throws(APIError) -> String? {
        guard let salt = try fields.string("cache_salt") else { return nil }
        guard (1...128).contains(salt.utf8.count) else {
            throw .badRequest("`cache_salt` must have 1 to 128 bytes.", param: "cache_salt")
        }
        return salt
    }
}
