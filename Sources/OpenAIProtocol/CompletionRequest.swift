import JSONDocuments

/// The body of `POST /v1/completions`.
///
/// Types are checked here; ranges belong to the one validator behind all entry points. Optional
/// fields are nil when the client left them open, so that the model's own defaults can step in.
public struct CompletionRequest: Sendable, Equatable {
    /// What to continue: one or several prompts.
    public enum Prompt: Sendable, Equatable {
        case texts([String])
        case tokenIDs([[Int32]])

        /// How many prompts there are.
        public var count: Int {
            switch self {
            case .texts(let texts): texts.count
            case .tokenIDs(let lists): lists.count
            }
        }
    }

    /// What a stream carries besides its text.
    public struct StreamOptions: Sendable, Equatable {
        /// One more chunk at the end, without choices, with the usage of the whole request.
        public var includeUsage = false
        /// The usage so far on every chunk.
        public var continuousUsageStats = false
    }

    /// The served model the client means; nil takes the only one.
    public var model: String?
    /// What to continue.
    public var prompt: Prompt
    /// The answer begins with the prompt.
    public var echo = false
    /// The answer comes in pieces.
    public var stream = false
    /// Only with `stream`.
    public var streamOptions = StreamOptions()
    /// The tokenizer may put its own tokens (BOS) around a text prompt.
    public var addSpecialTokens = true
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
    /// How tokens are chosen and when to stop.
    public var sampling = SamplingFields()

    /// Reads a body.
    ///
    /// - Throws: 400 naming the field that is missing, of the wrong type, or not supported.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        try UnsupportedFields.refuse(fields)
        model = try fields.string("model")
        prompt = try Self.prompt(fields)
        echo = try fields.bool("echo") ?? false
        stream = try fields.bool("stream") ?? false
        streamOptions = try Self.streamOptions(fields, stream: stream)
        addSpecialTokens = try fields.bool("add_special_tokens") ?? true
        returnTokenIDs = try fields.bool("return_token_ids") ?? false
        returnTokensAsTokenIDs = try fields.bool("return_tokens_as_token_ids") ?? false
        truncatePromptTokens = try fields.int("truncate_prompt_tokens")
        truncatesEnd = try Self.truncatesEnd(fields)
        requestID = try fields.string("request_id")
        cacheSalt = try Self.cacheSalt(fields)
        sampling = try SamplingFields(fields)
        try checkTogether()
    }

    private func checkTogether() throws(APIError) {
        guard sampling.promptLogprobs == nil || !stream else {
            throw .badRequest(
                "`prompt_logprobs` is not available when `stream` is true.",
                param: "prompt_logprobs"
            )
        }
        if let count = truncatePromptTokens, count != -1, count < 1 {
            throw .badRequest(
                "`truncate_prompt_tokens` must be -1 or at least 1, got \(count).",
                param: "truncate_prompt_tokens"
            )
        }
    }

    // MARK: - Fields with a form of their own

    private static func prompt(_ fields: FieldReader) throws(APIError) -> Prompt {
        switch fields["prompt"] {
        case nil:
            throw .badRequest("`prompt` is required.", param: "prompt")
        case .string(let text):
            return .texts([text])
        case .array(let elements):
            return try prompt(elements)
        default:
            throw promptError
        }
    }

    private static func prompt(_ elements: [JSONValue]) throws(APIError) -> Prompt {
        switch elements.first {
        case nil:
            throw .badRequest("`prompt` must not be an empty list.", param: "prompt")
        case .string:
            let texts = elements.compactMap(\.string)
            guard texts.count == elements.count else { throw promptError }
            return .texts(texts)
        case .integer, .number:
            return .tokenIDs([try FieldReader.tokenIDs(elements, "prompt")])
        case .array:
            var lists: [[Int32]] = []
            for element in elements {
                guard let list = element.array else { throw promptError }
                lists.append(try FieldReader.tokenIDs(list, "prompt"))
            }
            return .tokenIDs(lists)
        default:
            throw promptError
        }
    }

    private static var promptError: APIError {
        .badRequest(
            "`prompt` must be a string, a list of strings, a list of token ids, "
                + "or a list of lists of token ids.",
            param: "prompt"
        )
    }

    private static func streamOptions(
        _ fields: FieldReader,
        stream: Bool
    ) throws(APIError) -> StreamOptions {
        guard let members = try fields.members("stream_options") else { return StreamOptions() }
        guard stream else {
            throw .badRequest(
                "`stream_options` is only allowed when `stream` is true.",
                param: "stream_options"
            )
        }
        let options = FieldReader(members)
        return StreamOptions(
            includeUsage: try options.bool("include_usage") ?? false,
            continuousUsageStats: try options.bool("continuous_usage_stats") ?? false
        )
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
