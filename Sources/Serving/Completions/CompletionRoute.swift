import Hummingbird
import Inference
import OpenAIProtocol
import TextGeneration

/// `POST /v1/completions`.
enum CompletionRoute {
    static func answer(
        _ service: ModelService,
        _ call: RouteCall
    ) async throws -> Response {
        let request = try CompletionRequest(body: call.body)
        let identity = RequestIdentity.accepted(request.requestID) ?? call.identity
        let job = try CompletionJob(
            request,
            identity: identity,
            keyIndex: call.keyIndex,
            service: service
        )
        service.metrics.requestTaken(choiceCount: job.sampleCount)
        let reader = ChoiceReader(streams: job.streams, connection: ClientConnection.current)
        guard request.stream else {
            return Response(json: try await whole(job, reader, service.model.engine).encoded())
        }
        return CompletionStream(job: job, reader: reader, engine: service.model.engine).response()
    }

    /// Reads everything, then answers.
    private static func whole(
        _ job: CompletionJob,
        _ reader: ChoiceReader,
        _ engine: Engine
    ) async throws -> CompletionResponse {
        var assemblers = job.assemblers
        var choices = job.streams.indices.map { CompletionChoice(index: $0) }
        do {
            try await reader.read { index, delta in
                choices[index].append(try assemblers[index].choice(delta))
            }
        } catch let error as TextGenerationError {
            throw APIError(error, engine)
        }
        return CompletionResponse(
            id: job.id,
            created: job.created,
            model: job.modelName,
            choices: choices,
            usage: job.usage(assemblers),
            isChunk: false
        )
    }
}

extension CompletionJob {
    /// One per choice, before the first piece.
    var assemblers: [ChoiceAssembler] {
        streams.indices.map { ChoiceAssembler(job: self, index: $0) }
    }

    /// What the whole request cost; each prompt counts once.
    func usage(_ assemblers: [ChoiceAssembler]) -> Usage {
        var usage = Usage(promptTokens: 0, completionTokens: 0, cachedTokens: 0)
        for (index, assembler) in assemblers.enumerated() {
            usage.completionTokens += assembler.completionTokenCount
            guard index.isMultiple(of: sampleCount) else { continue }
            usage.promptTokens += prompts[index / sampleCount].count
            usage.cachedTokens += assembler.cachedTokenCount
        }
        return usage
    }
}
