public import Grammars

extension LLM {
    /// Answers a conversation, written as the model's chat template wants it.
    ///
    ///     let output = try await llm.chat([.system("Be brief."), .user("What is a martlet?")])
    ///     print(output.text)
    ///
    /// - Parameters:
    ///   - messages: the turns so far.
    ///   - parameters: nil takes the model's defaults, and as many tokens as the context leaves.
    ///     Parameters of your own end the answer after 16 tokens unless they say otherwise: set
    ///     `maxTokens`, to nil for what the context leaves.
    ///   - form: what the answer must match, such as `.jsonSchema(schema)`; nil leaves it free. An
    ///     answer that its token limit ends is cut, and then does not match.
    /// - Returns: the answer, or the `n` answers the parameters ask for.
    /// - Throws: `TextGenerationError` if the model has no chat template, if the conversation, a
    ///   parameter or the form is refused, if the engine's queue is full, or if the answer fails.
    public func chat(
        _ messages: [Conversation.Message],
        _ parameters: SamplingParameters? = nil,
        form: GrammarSource? = nil
    ) async throws -> RequestOutput {
        let request = try chatRequest(Conversation(messages: messages), parameters, form)
        return try await RequestOutput.compute(
            request,
            promptTokenIDs: try languageModel.promptTokenIDs(request),
            on: languageModel
        )
    }

    /// Answers a conversation piece by piece.
    ///
    /// - Parameters:
    ///   - conversation: the turns so far, with tools and documents for templates that show them.
    ///   - parameters: as for ``chat(_:_:form:)``, but `n` is ignored.
    ///   - form: what the answer must match; nil leaves it free.
    /// - Returns: the answer, to be read once; letting it go cancels the request.
    /// - Throws: as ``chat(_:_:form:)``; an answer that fails throws while it is read.
    public func chatStream(
        _ conversation: Conversation,
        _ parameters: SamplingParameters? = nil,
        form: GrammarSource? = nil
    ) throws -> TextStream {
        let request = try chatRequest(conversation, parameters, form)
        return try languageModel.generate(
            request,
            promptTokenIDs: try languageModel.promptTokenIDs(request)
        )
    }

    /// Makes a vector of each text: its hidden states after the last layer, pooled.
    ///
    /// - Parameters:
    ///   - texts: any number, each of at least one token; more than the engine's queue holds are
    ///     handed over bit by bit.
    ///   - pooling: how the states of a text's tokens become one.
    /// - Returns: one vector per text, in their order; as many numbers as the model's hidden state
    ///   has, scaled to the Euclidean length 1, so that a dot product is the cosine.
    /// - Throws: `TextGenerationError` if a text is refused or the model fails on it.
    public func embed(_ texts: [String], pooling: Pooling = .mean) async throws -> [[Float]] {
        let model = languageModel
        let prompts = try texts.map { text in
            let request = TextRequest(prompt: .text(text), parameters: model.defaults)
            return try model.promptTokenIDs(request)
        }
        return try await computeAll(prompts.count) { index in
            try await model.embed(prompts[index], pooling: pooling).vector
        }
    }

    private func chatRequest(
        _ conversation: Conversation,
        _ parameters: SamplingParameters?,
        _ form: GrammarSource?
    ) throws -> TextRequest {
        let prompt = try languageModel.prompt(of: conversation)
        var chosen = languageModel.defaults
        chosen.maxTokens = nil
        var request = TextRequest(
            prompt: .tokenIDs(try languageModel.tokenIDs(of: prompt)),
            parameters: parameters ?? chosen
        )
        request.grammar = try form.map { try languageModel.grammar($0) }
        return request
    }
}
