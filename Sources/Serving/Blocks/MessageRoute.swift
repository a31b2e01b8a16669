import Hummingbird
import JSONDocuments
import OpenAIProtocol

/// Anthropic's `POST /v1/messages` and `POST /v1/messages/count_tokens`.
enum MessageRoute {
    static func answer(_ service: ModelService, _ call: RouteCall) async throws -> Response {
        do {
            let request = try MessagesRequest(body: call.body).chat
            let job = try await ChatJob(request, call: call, service: service)
            guard request.options.stream else {
                return Response(json: try await whole(job).encoded())
            }
            return Response { frames in
                try await stream(job, to: &frames)
            } onError: { error, frames in
                try await frames.send(MessagesResponse.encoded(error), event: "error")
            }
        } catch let error as APIError {
            return response(to: error)
        }
    }

    /// How long the prompt is.
    static func count(_ service: ModelService, _ call: RouteCall) -> Response {
        do throws(APIError) {
            let request = try MessagesRequest(body: call.body, countsOnly: true).chat
            let count = try ChatPrompt(request, service: service).tokenIDs.count
            var writer = JSONWriter()
            writer.object { $0.member("input_tokens", count) }
            return Response(json: writer.bytes)
        } catch {
            return response(to: error)
        }
    }

    private static func response(to error: APIError) -> Response {
        var response = Response(error)
        response.body = ResponseBody(byteBuffer: .init(bytes: MessagesResponse.encoded(error)))
        return response
    }

    private static func message(_ job: ChatJob) -> MessagesResponse {
        MessagesResponse(
            id: "msg_" + job.answer.identity,
            model: job.answer.modelName,
            usage: job.answer.usage(job.answer.tallies)
        )
    }

    private static func whole(_ job: ChatJob) async throws -> MessagesResponse {
        var assembler = job.assemblers[0]
        var blocks = BlockAssembler()
        var message = message(job)
        try await job.answer.read { _, delta in
            let step = try assembler.step(delta)
            _ = blocks.events(step)
            message.end(step)
        }
        message.blocks = blocks.blocks
        message.usage = job.answer.usage([assembler.tally])
        return message
    }

    @concurrent private static func stream(
        _ job: ChatJob,
        to frames: inout FrameWriter
    ) async throws {
        var assembler = job.assemblers[0]
        var blocks = BlockAssembler()
        var message = message(job)
        let started = message.started
        try await frames.send(started.json, event: started.name)
        try await job.answer.read { _, delta in
            let step = try assembler.step(delta)
            for event in blocks.events(step) {
                let event = MessagesResponse.event(event)
                try await frames.send(event.json, event: event.name)
            }
            message.end(step)
        }
        message.usage = job.answer.usage([assembler.tally])
        for event in message.ended { try await frames.send(event.json, event: event.name) }
    }
}

extension MessagesResponse {
    /// Takes over how the answer ended.
    fileprivate mutating func end(_ step: ChatStep) {
        guard let end = step.end else { return }
        finishReason = end.reason
        if case .string(let text) = end.stopReason { stopSequence = text }
    }
}
