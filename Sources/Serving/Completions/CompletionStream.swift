import Hummingbird
import Inference
import OpenAIProtocol
import TextGeneration

/// A completion sent while it is written.
///
/// Writing is `@concurrent` because Hummingbird's writers are, and the writer may not cross.
struct CompletionStream: Sendable {
    let job: CompletionJob
    let reader: ChoiceReader
    let engine: Engine

    /// The head goes out at once; the body follows the engine.
    ///
    /// Writing waits while the client takes nothing, so no more than one frame per continuation is
    /// in memory beside what the engine has generated.
    func response() -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
            body: ResponseBody { writer in
                try await write(to: &writer)
                try await writer.finish(nil)
            }
        )
    }

    @concurrent private func write(to writer: inout any ResponseBodyWriter) async throws {
        do {
            try await writeChunks(to: &writer)
        } catch let error as TextGenerationError {
            try await send(APIError(error, engine).encoded(), to: &writer)
        } catch let error as APIError {
            try await send(error.encoded(), to: &writer)
        }
        try await writer.write(ByteBuffer(bytes: EventStream.done))
    }

    @concurrent private func writeChunks(to writer: inout any ResponseBodyWriter) async throws {
        var assemblers = job.assemblers
        let options = job.request.streamOptions
        try await reader.read { index, delta in
            let choice = try assemblers[index].choice(delta)
            var chunk = chunk([choice])
            if options.continuousUsageStats {
                chunk.usage = usageSoFar(index, assemblers[index])
            }
            try await send(chunk.encoded(), to: &writer)
        }
        if options.includeUsage {
            var chunk = chunk([])
            chunk.usage = job.usage(assemblers)
            try await send(chunk.encoded(), to: &writer)
        }
    }

    private func chunk(_ choices: [CompletionChoice]) -> CompletionResponse {
        var chunk = CompletionResponse(
            id: job.id,
            created: job.created,
            model: job.modelName,
            choices: choices,
            usage: nil,
            isChunk: true
        )
        chunk.announcesUsage = job.request.streamOptions.includeUsage
        return chunk
    }

    private func usageSoFar(_ index: Int, _ assembler: ChoiceAssembler) -> Usage {
        Usage(
            promptTokens: job.prompts[index / job.sampleCount].count,
            completionTokens: assembler.completionTokenCount,
            cachedTokens: assembler.cachedTokenCount
        )
    }

    @concurrent private func send(
        _ json: [UInt8],
        to writer: inout any ResponseBodyWriter
    ) async throws {
        try await writer.write(ByteBuffer(bytes: EventStream.frame(json)))
    }
}
