public import Inference
import Sampling
import Scheduling

/// The vector of a text.
public struct TextEmbedding: Sendable {
    /// Of length 1, as wide as the model's hidden state.
    public let vector: [Float]
    /// Tokens of the text.
    public let tokenCount: Int
}

extension LanguageModel {
    /// The vector of a text: its hidden states after the last layer, pooled.
    ///
    /// - Parameters:
    ///   - promptTokenIDs: from ``promptTokenIDs(_:)``.
    ///   - pooling: how the states of its tokens become one.
    ///   - cacheNamespace: keeps the prefix caches of tenants apart.
    /// - Returns: the vector and how many tokens it was made of.
    /// - Throws: ``TextGenerationError`` if the text is refused or the model failed on it.
    public func embed(
        _ promptTokenIDs: [Int32],
        pooling: Pooling,
        cacheNamespace: UInt64 = 0
    ) async throws -> TextEmbedding {
        let generation: Generation
        do {
            generation = try engine.generate(
                embeddingRequest(promptTokenIDs, pooling, cacheNamespace)
            )
        } catch {
            throw TextGenerationError.engine(error)
        }
        var vector: [Float]?
        for await event in generation {
            switch event {
            case .embedding(let found): vector = found
            case .finished(let end) where end.reason == .abort: throw CancellationError()
            default: continue
            }
        }
        try Task.checkCancellation()
        guard let vector else {
            throw TextGenerationError.failed("The model's hidden states are not finite numbers.")
        }
        return TextEmbedding(vector: vector, tokenCount: promptTokenIDs.count)
    }

    /// Checks a text without computing it.
    public func checkEmbedding(_ promptTokenIDs: [Int32]) throws(TextGenerationError) {
        do {
            try engine.check(embeddingRequest(promptTokenIDs, .mean, 0))
        } catch {
            throw .engine(error)
        }
    }

    private func embeddingRequest(
        _ promptTokenIDs: [Int32],
        _ pooling: Pooling,
        _ cacheNamespace: UInt64
    ) -> GenerationRequest {
        var request = GenerationRequest(
            promptTokenIDs: promptTokenIDs,
            parameters: .init(maxTokens: 1),
            cacheNamespace: cacheNamespace
        )
        request.pooling = pooling
        return request
    }
}
