import Hummingbird
import NIOCore
import OpenAIProtocol

/// Sends the frames of a `text/event-stream`.
///
/// Writing waits while the client takes nothing, so no more than one frame per continuation is in
/// memory beside what the engine has generated.
struct FrameWriter {
    fileprivate var writer: any ResponseBodyWriter

    /// Sends `data: JSON`, with `event: NAME` before it where the protocol names its events.
    @concurrent mutating func send(_ json: [UInt8], event: String? = nil) async throws {
        try await writer.write(ByteBuffer(bytes: EventStream.frame(json, event: event)))
    }

    /// Sends the frame that ends OpenAI's streams.
    @concurrent mutating func sendDone() async throws {
        try await writer.write(ByteBuffer(bytes: EventStream.done))
    }
}

extension Response {
    /// An answer sent while it is written: the head goes out at once, the body follows the engine.
    ///
    /// - Parameters:
    ///   - write: sends the frames; it is `@concurrent` because Hummingbird's writers are, and the
    ///     writer may not cross.
    ///   - fail: sends what the client is told when `write` ended early.
    init(
        events write: @escaping @Sendable @concurrent (inout FrameWriter) async throws -> Void,
        onError fail:
            @escaping @Sendable @concurrent (APIError, inout FrameWriter) async throws ->
            Void
    ) {
        self.init(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache"],
            body: ResponseBody { writer in
                var frames = FrameWriter(writer: writer)
                do {
                    try await write(&frames)
                } catch let error as APIError {
                    try await fail(error, &frames)
                }
                try await writer.finish(nil)
            }
        )
    }

    /// A stream as OpenAI ends it: after an error comes a frame that says so, and last `[DONE]`.
    init(
        frames write: @escaping @Sendable @concurrent (inout FrameWriter) async throws -> Void
    ) {
        self.init { frames in
            try await write(&frames)
            try await frames.sendDone()
        } onError: { error, frames in
            try await frames.send(error.encoded())
            try await frames.sendDone()
        }
    }
}
