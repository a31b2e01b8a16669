import Hummingbird
import Inference
import OpenAIProtocol
import TextGeneration

/// `POST /v1/embeddings`.
enum EmbeddingRoute {
    static func answer(_ service: ModelService, _ call: RouteCall) async throws -> Response {
        let request = try EmbeddingRequest(body: call.body)
        try service.check(modelName: request.model)
        let pooling = try pooling(request.pooling)
        let limit = service.configuration.maxChoices
        guard request.input.count <= limit else {
            throw APIError.badRequest(
                "`input` has \(request.input.count) texts, but one request may have \(limit).",
                param: "input"
            )
        }
        let texts = try texts(request, service)
        let namespace = call.cacheNamespace(salt: nil)
        let embeddings: [TextEmbedding]
        do {
            embeddings = try await ClientConnection.whileOpen {
                try await embed(texts, pooling, namespace, service.model)
            }
        } catch let error as TextGenerationError {
            throw APIError(error, service.model.engine)
        }
        return Response(
            json: EmbeddingResponse(
                model: service.model.name,
                vectors: embeddings.map(\.vector),
                tokenCount: embeddings.reduce(0) { $0 + $1.tokenCount },
                isBase64: request.isBase64
            ).encoded()
        )
    }

    private static func pooling(_ name: String?) throws(APIError) -> Pooling {
        guard let name else { return .mean }
        guard let pooling = Pooling(rawValue: name) else {
            throw .badRequest("`pooling` must be \"mean\" or \"last\".", param: "pooling")
        }
        return pooling
    }

    /// The token ids of all texts, each of them checked before any is computed.
    private static func texts(
        _ request: EmbeddingRequest,
        _ service: ModelService
    ) throws(APIError) -> [[Int32]] {
        do {
            var texts: [[Int32]] = []
            for prompt in request.input.textPrompts {
                var wanted = TextRequest(prompt: prompt, parameters: service.model.defaults)
                wanted.addSpecialTokens = request.addSpecialTokens
                let ids = try service.model.promptTokenIDs(wanted)
                try service.model.checkEmbedding(ids)
                texts.append(ids)
            }
            return texts
        } catch {
            throw APIError(error, service.model.engine)
        }
    }

    /// Computes all texts together, in order.
    private static func embed(
        _ texts: [[Int32]],
        _ pooling: Pooling,
        _ namespace: UInt64,
        _ model: LanguageModel
    ) async throws -> [TextEmbedding] {
        try await withThrowingTaskGroup(of: (Int, TextEmbedding).self) { group in
            for (index, ids) in texts.enumerated() {
                group.addTask {
                    let embedding = try await model.embed(
                        ids,
                        pooling: pooling,
                        cacheNamespace: namespace
                    )
                    return (index, embedding)
                }
            }
            var found: [Int: TextEmbedding] = [:]
            while let (index, embedding) = try await group.next() { found[index] = embedding }
            return texts.indices.compactMap { found[$0] }
        }
    }
}
