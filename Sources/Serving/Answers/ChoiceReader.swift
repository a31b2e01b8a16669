import TextGeneration

/// Reads all continuations of a request at once, for as long as the client is there.
struct ChoiceReader {
    /// The continuations, by choice index.
    let streams: [TextStream]
    /// Whose answer it is; nil in tests without a connection.
    let connection: ClientConnection?

    private enum Event: Sendable {
        case delta(Int, TextDelta)
        case failed(any Error)
    }

    /// Calls `body` with every piece, in the order the pieces come.
    ///
    /// Leaving early, by a throwing `body`, because the client is gone or its time is up, lets all
    /// continuations go, which cancels them.
    ///
    /// - Throws: ``ClientGoneError`` or why the connection was closed, what a continuation failed
    ///   with, what `body` throws.
    @concurrent func read(
        _ body: @concurrent (Int, TextDelta) async throws -> Void
    ) async throws {
        let (events, output) = AsyncStream.makeStream(of: Event.self)
        let observer = connection?.onClose { output.finish() }
        defer { connection?.stopObserving(observer) }
        connection?.setQueueProbe { [streams] in streams.allSatisfy { !$0.hasStarted } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for (index, stream) in streams.enumerated() {
                group.addTask { await Self.forward(stream, index, to: output) }
            }
            var unfinishedCount = streams.count
            for await event in events {
                switch event {
                case .failed(let error):
                    throw error
                case .delta(let index, let delta):
                    // What was generated already must not outlast the client's time.
                    if let reason = connection?.closeReason { throw reason }
                    if let end = delta.end { connection?.count(end.metrics) }
                    try await body(index, delta)
                    if delta.end != nil { unfinishedCount -= 1 }
                }
                if unfinishedCount == 0 { return }
            }
            throw connection?.closeReason ?? ClientGoneError()
        }
    }

    private static func forward(
        _ stream: TextStream,
        _ index: Int,
        to output: AsyncStream<Event>.Continuation
    ) async {
        do {
            for try await delta in stream { output.yield(.delta(index, delta)) }
        } catch {
            output.yield(.failed(error))
        }
    }
}
