import Hummingbird
import OpenAIProtocol

/// OpenAI's `POST /v1/responses`.
enum ResponseRoute {
    static func answer(_ service: ModelService, _ call: RouteCall) async throws -> Response {
        let request = try ResponsesRequest(body: call.body)
        let job = try await ChatJob(request.chat, call: call, service: service)
        let begun = ResponsesResponse(
            identity: job.answer.identity,
            created: job.answer.created,
            model: job.answer.modelName,
            request: request
        )
        guard request.chat.options.stream else {
            return Response(json: try await whole(job, begun).encoded())
        }
        return Response { frames in
            try await stream(job, begun, to: &frames)
        } onError: { error, frames in
            var failed = begun
            failed.error = error
            var events = ResponsesEvents(identity: failed.identity)
            let event = events.event("response.failed", failed)
            try await frames.send(event.json, event: event.name)
        }
    }

    private static func whole(
        _ job: ChatJob,
        _ begun: ResponsesResponse
    ) async throws -> ResponsesResponse {
        var assembler = job.assemblers[0]
        var blocks = BlockAssembler()
        var response = begun
        try await job.answer.read { _, delta in
            let step = try assembler.step(delta)
            _ = blocks.events(step)
            if let end = step.end { response.finishReason = end.reason }
        }
        response.blocks = blocks.blocks
        response.usage = job.answer.usage([assembler.tally])
        return response
    }

    @concurrent private static func stream(
        _ job: ChatJob,
        _ begun: ResponsesResponse,
        to frames: inout FrameWriter
    ) async throws {
        var assembler = job.assemblers[0]
        var blocks = BlockAssembler()
        var response = begun
        var events = ResponsesEvents(identity: begun.identity)
        for name in ["response.created", "response.in_progress"] {
            let event = events.event(name, response)
            try await frames.send(event.json, event: event.name)
        }
        try await job.answer.read { _, delta in
            let step = try assembler.step(delta)
            for block in blocks.events(step) {
                for event in events.events(block) {
                    try await frames.send(event.json, event: event.name)
                }
            }
            if let end = step.end { response.finishReason = end.reason }
        }
        response.blocks = blocks.blocks
        response.usage = job.answer.usage([assembler.tally])
        let last = events.event("response.\(response.status)", response)
        try await frames.send(last.json, event: last.name)
    }
}
