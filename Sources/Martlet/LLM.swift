@_exported public import Architectures
import Assets
@_exported public import Grammars
@_exported public import Inference
@_exported public import JSONDocuments
@_exported public import Sampling
@_exported public import Scheduling
@_exported public import TextGeneration

/// A language model in this process: loaded once, used by any number of tasks at the same time.
///
///     let llm = try await LLM(model: "path/to/model")
///     let outputs = try await llm.generate(["Hello, my name is"])
///     print(outputs[0].text)
///
/// Prompts given together, or by several tasks, are computed together; each gets the same tokens
/// as if it were alone. The weights stay in memory until the model and its last stream are let go.
public final class LLM: Sendable {
    /// The model with its tokenizer and engine, for what this class does not offer.
    public let languageModel: LanguageModel

    /// Loads a model folder as downloaded from Hugging Face, or a GGUF file.
    ///
    ///     let llm = try await LLM(model: "path/to/model", configure: { $0.quantization = .int4 })
    ///
    /// - Parameters:
    ///   - model: the path of the folder with `config.json`, weights and `tokenizer.json`, or of
    ///     the GGUF file, or `martlet-mini`, the small demonstration model that is part of the
    ///     library.
    ///   - configure: changes settings of the engine, such as its share of memory.
    ///   - progress: told the share of the weights that is loaded, 0 to 1, on the engine's thread.
    /// - Throws: `CheckpointError` or `TokenizerError` if something is wrong with the model's
    ///   files, `EngineError` if the model does not fit into the memory, `AssetError` if those of
    ///   `martlet-mini` cannot be laid out.
    public init(
        model: String,
        configure: (inout EngineConfiguration) -> Void = { _ in },
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) async throws {
        let folder = BuiltInModel.isMeant(by: model) ? try BuiltInModel.folder() : model
        var configuration = EngineConfiguration(modelFolder: folder)
        configure(&configuration)
        languageModel = try await LanguageModel.load(
            configuration,
            name: model,
            progress: progress
        )
    }

    /// Completes prompts and waits for all of them.
    ///
    /// - Parameters:
    ///   - prompts: any number; more than the engine's queue holds are handed over bit by bit.
    ///   - parameters: nil takes the model's defaults, with 16 tokens per answer at most.
    /// - Returns: one output per prompt, in the order of the prompts.
    /// - Throws: `TextGenerationError` for the first prompt or parameter that is refused, before
    ///   anything is computed, or for the first answer that fails.
    public func generate(
        _ prompts: [String],
        _ parameters: SamplingParameters? = nil
    ) async throws -> [RequestOutput] {
        try await generate(prompts.map { TextPrompt.text($0) }, parameters)
    }

    /// Completes prompts given as text or as token ids, and waits for all of them.
    ///
    /// - Parameters:
    ///   - prompts: any number; more than the engine's queue holds are handed over bit by bit.
    ///   - parameters: nil takes the model's defaults, with 16 tokens per answer at most.
    /// - Returns: one output per prompt, in the order of the prompts.
    /// - Throws: `TextGenerationError` for the first prompt or parameter that is refused, before
    ///   anything is computed, or for the first answer that fails.
    public func generate(
        _ prompts: [TextPrompt],
        _ parameters: SamplingParameters? = nil
    ) async throws -> [RequestOutput] {
        let parameters = parameters ?? languageModel.defaults
        let requests = prompts.map { TextRequest(prompt: $0, parameters: parameters) }
        // Everything is checked before anything is computed.
        let promptTokenIDs = try requests.map { request in
            let ids = try languageModel.promptTokenIDs(request)
            try languageModel.check(request, promptTokenIDs: ids)
            return ids
        }
        return try await computeAll(requests.count, width: parameters.n) { [languageModel] index in
            try await RequestOutput.compute(
                requests[index],
                promptTokenIDs: promptTokenIDs[index],
                on: languageModel
            )
        }
    }

    /// Completes one prompt piece by piece.
    ///
    ///     for try await piece in try llm.stream("Hello, my name is") { print(piece.text) }
    ///
    /// - Parameters:
    ///   - prompt: the text to go on with.
    ///   - parameters: nil takes the model's defaults, with 16 tokens at most; `n` is ignored.
    /// - Returns: the answer, to be read once; letting it go cancels the request.
    /// - Throws: `TextGenerationError` if the prompt or a parameter is refused, or the engine's
    ///   queue is full.
    public func stream(
        _ prompt: String,
        _ parameters: SamplingParameters? = nil
    ) throws -> TextStream {
        let request = TextRequest(
            prompt: .text(prompt),
            parameters: parameters ?? languageModel.defaults
        )
        return try languageModel.generate(
            request,
            promptTokenIDs: try languageModel.promptTokenIDs(request)
        )
    }
}
