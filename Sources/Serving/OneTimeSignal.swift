/// Something that happens once and that one task may wait for, before or after.
struct OneTimeSignal: Sendable {
    private let events: AsyncStream<Never>
    private let output: AsyncStream<Never>.Continuation

    init() {
        (events, output) = AsyncStream.makeStream(of: Never.self)
    }

    /// Says that it has happened.
    func give() { output.finish() }

    /// Returns when it has happened.
    ///
    /// - Throws: `CancellationError` if the task was cancelled before.
    func wait() async throws {
        for await _ in events {}
        try Task.checkCancellation()
    }
}
