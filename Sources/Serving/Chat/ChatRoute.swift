import Sampling
import AnswerParsing
import Hummingbird
import OpenAIProtocol

/// `POST /v1/chat/completions`.
enum ChatRoute {
    static func answer(_ service: ModelService, _ call: RouteCall) async throws -> Response {
        let request = try ChatCompletionRequest(body: call.body)
        let job = try await ChatJob(request, call: call, service: service)
        guard request.options.stream else {
            return Response(json: try await whole(job).encoded())
        }
        return Response { frames in try await stream(job, to: &frames) }
    }

    /// Reads everything, then answers.
    private static func whole(_ job: ChatJob) async throws -> ChatCompletionResponse {
        var assemblers = job.assemblers
        var choices = job.answer.streams.indices.map { ChatChoice(index: $0) }
        try await job.answer.read { index, delta in
            choices[index].append(try assemblers[index].step(delta), of: job)
        }
        return ChatCompletionResponse(
            id: job.id,
            created: job.answer.created,
            model: job.answer.modelName,
            choices: choices,
            usage: job.answer.usage(assemblers.map(\.tally)),
            timings: assemblers.first.flatMap { job.answer.timings($0.tally) }
        )
    }

    @concurrent private static func stream(
        _ job: ChatJob,
        to frames: inout FrameWriter
    ) async throws {
        var assemblers = job.assemblers
        let options = job.request.options.streamOptions
        try await job.answer.read { index, delta in
            let step = try assemblers[index].step(delta)
            let tally = assemblers[index].tally
            for choice in job.chunkChoices(step, index: index) {
                var chunk = job.chunk(choice)
                if options.continuousUsageStats {
                    chunk.usage = job.answer.usage(ofChoice: index, tally)
                }
                if choice.finishReason != nil { chunk.timings = job.answer.timings(tally) }
                try await frames.send(chunk.encoded())
            }
        }
        if options.includeUsage {
            var chunk = job.chunk(nil)
            chunk.usage = job.answer.usage(assemblers.map(\.tally))
            try await frames.send(chunk.encoded())
        }
    }
}

extension ChatJob {
    fileprivate func chunk(_ choice: ChatCompletionChunk.Choice?) -> ChatCompletionChunk {
        var chunk = ChatCompletionChunk(
            id: id,
            created: answer.created,
            model: answer.modelName,
            choice: choice
        )
        chunk.announcesUsage = request.options.streamOptions.includeUsage
        return chunk
    }

    /// The chunks of a step: who speaks, what is new, the end.
    fileprivate func chunkChoices(
        _ step: ChatStep,
        index: Int
    ) -> [ChatCompletionChunk.Choice] {
        typealias Choice = ChatCompletionChunk.Choice
        var choices = step.parts.compactMap { part in
            ChatCompletionChunk.Delta(part).map { Choice(index: index, delta: $0) }
        }
        let logprobs = logprobs(step)
        let tokenIDs = request.options.returnTokenIDs ? step.token.map { [$0.tokenID] } ?? [] : nil
        let carriesToken = logprobs?.isEmpty == false || tokenIDs?.isEmpty == false
        if choices.isEmpty, carriesToken { choices.append(Choice(index: index, delta: .empty)) }
        if !choices.isEmpty {
            choices[0].logprobs = logprobs
            choices[0].tokenIDs = tokenIDs
        }
        if step.isFirst {
            var first = Choice(index: index, delta: .role)
            if request.options.returnTokenIDs {
                first.promptTokenIDs = answer.prompt(ofChoice: index)
            }
            choices.insert(first, at: 0)
        }
        if let end = step.end {
            var last = Choice(index: index, delta: .empty)
            last.finishReason = end.reason
            last.stopReason = end.stopReason
            choices.append(last)
        }
        return choices
    }
}

extension ChatCompletionChunk.Delta {
    /// What a chunk says of a part; nil for the mere end of a call.
    fileprivate init?(_ part: AnswerPart) {
        switch part {
        case .reasoning(let text): self = .reasoning(text)
        case .content(let text): self = .content(text)
        case .toolCall(let index, let name, let id):
            self = .toolCall(.init(index: index, id: id, name: name, arguments: ""))
        case .arguments(let index, let fragment):
            self = .toolCall(.init(index: index, arguments: fragment))
        case .toolCallEnd: return nil
        }
    }
}

extension ChatChoice {
    /// Adds a step of the answer.
    mutating func append(_ step: ChatStep, of job: ChatJob) {
        let options = job.request.options
        if step.isFirst {
            content = ""
            if options.returnTokenIDs {
                promptTokenIDs = job.answer.prompt(ofChoice: index)
                tokenIDs = []
            }
        }
        if let positions = step.promptLogprobs, job.request.sampling.promptLogprobs != nil {
            promptLogprobs = job.answer.texts.promptLogprobs(positions)
        }
        for part in step.parts { append(part) }
        if let entries = job.logprobs(step) { logprobs = (logprobs ?? []) + entries }
        if options.returnTokenIDs, let token = step.token { tokenIDs?.append(token.tokenID) }
        guard let end = step.end else { return }
        finishReason = end.reason
        stopReason = end.stopReason
        if content?.isEmpty == true, !toolCalls.isEmpty { content = nil }
    }

    private mutating func append(_ part: AnswerPart) {
        switch part {
        case .reasoning(let text): reasoning = (reasoning ?? "") + text
        case .content(let text): content = (content ?? "") + text
        case .toolCall(_, let name, let id):
            toolCalls.append(ChatMessage.ToolCall(id: id, name: name, arguments: ""))
        case .arguments(let index, let fragment):
            guard toolCalls.indices.contains(index) else { return }
            toolCalls[index].arguments += fragment
        case .toolCallEnd: return
        }
    }
}
