import JSONDocuments

/// The body of `POST /tokenize`.
public struct TokenizeRequest: Sendable, Equatable {
    /// The model the client means; nil takes the only one.
    public var model: String?
    /// What to take apart.
    public enum Content: Sendable, Equatable {
        case text(String)
        case conversation(ChatCompletionRequest)
    }

    /// What to take apart.
    public var content: Content
    /// The tokenizer may put its own tokens around the text.
    public var addSpecialTokens: Bool
    /// The answer lists the pieces as well.
    public var returnTokenStrings: Bool

    /// Reads a body.
    ///
    /// `content`, `add_special` and `with_pieces` are llama.cpp's names.
    ///
    /// - Throws: 400 naming the field at fault.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        model = try fields.string("model")
        if fields["messages"] != nil {
            var request = try ChatCompletionRequest(conversation: fields)
            try request.readTools(fields)
            request.options.model = model
            content = .conversation(request)
        } else if let text = try fields.string(fields.name("prompt", "content")) {
            content = .text(text)
        } else {
            throw .badRequest("`prompt` or `messages` is required.", param: "prompt")
        }
        let special = fields.name("add_special_tokens", "add_special")
        addSpecialTokens = try fields.bool(special) ?? true
        let pieces = fields.name("return_token_strs", "with_pieces")
        returnTokenStrings = try fields.bool(pieces) ?? false
    }
}

/// The answer to `POST /tokenize`.
public struct TokenizeResponse: Sendable, Equatable {
    /// The ids, special ones included if asked for.
    public var tokens: [Int32]
    /// The pieces as the tokenizer names them; nil if not asked for.
    public var tokenStrings: [String]?
    /// How many tokens a request may have.
    public var maxModelLength: Int

    /// Makes an answer.
    public init(tokens: [Int32], tokenStrings: [String]?, maxModelLength: Int) {
        self.tokens = tokens
        self.tokenStrings = tokenStrings
        self.maxModelLength = maxModelLength
    }

    /// The JSON body.
    public func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("count", tokens.count)
            writer.member("max_model_len", maxModelLength)
            writer.member("tokens", tokens)
            writer.name("token_strs")
            if let tokenStrings {
                writer.array(tokenStrings) { $0.string($1) }
            } else {
                writer.null()
            }
        }
        return writer.bytes
    }
}

/// The body of `POST /detokenize`.
public struct DetokenizeRequest: Sendable, Equatable {
    /// The model the client means; nil takes the only one.
    public var model: String?
    /// The ids to put together.
    public var tokens: [Int32]

    /// Reads a body.
    ///
    /// - Throws: 400 naming the field at fault.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        model = try fields.string("model")
        guard let tokens = try fields.tokenIDs("tokens") else {
            throw .badRequest("`tokens` is required.", param: "tokens")
        }
        self.tokens = tokens
    }

    /// The JSON of the answer.
    public static func answer(prompt: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { $0.member("prompt", prompt) }
        return writer.bytes
    }
}
