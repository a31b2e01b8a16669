import Inference
import LoadTesting
import Sampling
import Scheduling
import TextGeneration

/// An engine in this process as the target of a load test: no HTTP between.
struct EngineTarget: CompletionTarget {
    let name: String
    let model: LanguageModel

    func describe() async throws -> TargetDescription {
        TargetDescription(model: model.name, maxModelLength: model.maxModelLength)
    }

    func complete(_ call: CompletionCall) async throws -> CompletionRecord {
        var parameters = SamplingParameters()
        parameters.maxTokens = call.maxTokens
        parameters.ignoreEOS = call.ignoreEOS
        parameters.temperature = call.temperature
        parameters.seed = call.seed
        let prompt: TextPrompt =
            switch call.prompt {
            case .text(let text): .text(text)
            case .tokenIDs(let ids): .tokenIDs(ids)
            }
        var record = CompletionRecord(start: Moment.now)
        do {
            let request = TextRequest(prompt: prompt, parameters: parameters)
            let promptTokenIDs = try model.promptTokenIDs(request)
            record.promptTokenCount = promptTokenIDs.count
            let stream = try model.generate(request, promptTokenIDs: promptTokenIDs)
            for try await delta in stream {
                record.text += delta.text
                guard let token = delta.token else { continue }
                record.tokenIDs.append(token.tokenID)
                record.pieces.append(CompletionRecord.Piece(time: Moment.now))
            }
        } catch let error as TextGenerationError {
            // As the server would answer, so that experiments on either behave alike.
            throw LoadTestError.refused(status: 400, message: error.message)
        }
        record.outputTokenCount = record.tokenIDs.count
        record.end = Moment.now
        return record
    }

    func cacheSlotSteps() async -> CacheSlotSteps? {
        let statistics = model.engine.status.statistics
        return CacheSlotSteps(
            allocated: statistics.allocatedSlotSteps,
            filled: statistics.filledSlotSteps
        )
    }
}
