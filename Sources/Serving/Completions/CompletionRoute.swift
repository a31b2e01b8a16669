import Hummingbird
import OpenAIProtocol
import TextGeneration

/// `POST /v1/completions`.
enum CompletionRoute {
    static func answer(
        _ service: ModelService,
        _ call: RouteCall
    ) async throws -> Response {
        let request = try CompletionRequest(body: call.body)
        let job = try await CompletionJob(request, call: call, service: service)
        guard request.options.stream else {
            return Response(json: try await whole(job).encoded())
        }
        return Response { frames in try await stream(job, to: &frames) }
    }

    /// Reads everything, then answers.
    private static func whole(_ job: CompletionJob) async throws -> CompletionResponse {
        var assemblers = job.assemblers
        var choices = job.answer.streams.indices.map { CompletionChoice(index: $0) }
        try await job.answer.read { index, delta in
            choices[index].append(try assemblers[index].choice(delta))
        }
        var response = job.response(choices, isChunk: false)
        response.usage = job.answer.usage(assemblers.map(\.tally))
        response.timings = assemblers.first.flatMap { job.answer.timings($0.tally) }
        return response
    }

    @concurrent private static func stream(
        _ job: CompletionJob,
        to frames: inout FrameWriter
    ) async throws {
        var assemblers = job.assemblers
        let options = job.request.options.streamOptions
        try await job.answer.read { index, delta in
            let choice = try assemblers[index].choice(delta)
            var chunk = job.response([choice], isChunk: true)
            let tally = assemblers[index].tally
            if options.continuousUsageStats {
                chunk.usage = job.answer.usage(ofChoice: index, tally)
            }
            if choice.finishReason != nil { chunk.timings = job.answer.timings(tally) }
            try await frames.send(chunk.encoded())
        }
        if options.includeUsage {
            var chunk = job.response([], isChunk: true)
            chunk.usage = job.answer.usage(assemblers.map(\.tally))
            try await frames.send(chunk.encoded())
        }
    }
}

extension CompletionJob {
    /// One per choice, before the first piece.
    var assemblers: [ChoiceAssembler] {
        answer.streams.indices.map { ChoiceAssembler(job: self, index: $0) }
    }

    func response(_ choices: [CompletionChoice], isChunk: Bool) -> CompletionResponse {
        var response = CompletionResponse(
            id: id,
            created: answer.created,
            model: answer.modelName,
            choices: choices,
            usage: nil,
            isChunk: isChunk
        )
        response.announcesUsage = request.options.streamOptions.includeUsage
        return response
    }
}
