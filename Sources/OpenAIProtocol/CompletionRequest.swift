import JSONDocuments

/// The body of `POST /v1/completions`.
///
/// Types are checked here; ranges belong to the one validator behind all entry points. Optional
/// fields are nil when the client left them open, so that the model's own defaults can step in.
public struct CompletionRequest: Sendable, Equatable {
    /// What to continue.
    public var prompt: PromptList
    /// The answer begins with the prompt.
    public var echo = false
    /// The tokenizer may put its own tokens (BOS) around a text prompt.
    public var addSpecialTokens = true
    /// The form the answer is held to; nil leaves it free.
    public var format: AnswerFormat?
    /// What holds for every kind of request.
    public var options: RequestOptions
    /// How tokens are chosen and when to stop.
    public var sampling = SamplingFields()

    /// Reads a body.
    ///
    /// - Throws: 400 naming the field that is missing, of the wrong type, or not supported.
    public init(body: [UInt8]) throws(APIError) {
        let fields = try FieldReader(body: body)
        try UnsupportedFields.refuse(fields)
        options = try RequestOptions(fields)
        prompt = try PromptList(fields, field: "prompt")
        echo = try fields.bool("echo") ?? false
        addSpecialTokens = try fields.bool("add_special_tokens") ?? true
        format = try AnswerFormat(fields)
        sampling = try SamplingFields(fields, logprobs: fields.int("logprobs"))
        guard sampling.promptLogprobs == nil || !options.stream else {
            throw .badRequest(
                "`prompt_logprobs` is not available when `stream` is true.",
                param: "prompt_logprobs"
            )
        }
    }
}
