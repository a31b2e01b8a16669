import Inference
import Synchronization

/// Whoever an answer is for, as far as those who work on it must know: whether it is still wanted.
///
/// There is one per connection and, below it, one per request, which ends with it and may end
/// before it.
package final class ClientConnection: Sendable {
    /// The request being answered; while none is read, its connection.
    @TaskLocal static var current: ClientConnection?

    /// Tokens of the answers that have ended.
    struct TokenCounts: Sendable, Equatable {
        /// Of the prompts, counted once per continuation.
        var prompt = 0
        /// Of the answers.
        var output = 0
    }

    private struct State {
        var closeReason: (any Error)?
        var nextObserver = 0
        var observers: [Int: @Sendable () -> Void] = [:]
        var queueProbe: (@Sendable () -> Bool)?
        var tokens: TokenCounts?
    }

    private let state = Mutex(State())

    package init() {}

    /// Why nobody waits for the answer any more; nil while somebody does.
    package var closeReason: (any Error)? { state.withLock { $0.closeReason } }

    /// Calls `action` once when the client goes away, at once if it has gone.
    ///
    /// - Returns: what ``stopObserving(_:)`` takes.
    package func onClose(_ action: @escaping @Sendable () -> Void) -> Int? {
        let observer = state.withLock { state -> Int? in
            guard state.closeReason == nil else { return nil }
            state.nextObserver += 1
            state.observers[state.nextObserver] = action
            return state.nextObserver
        }
        if observer == nil { action() }
        return observer
    }

    /// Forgets an action that was not called.
    package func stopObserving(_ observer: Int?) {
        guard let observer else { return }
        state.withLock { state in
            _ = state.observers.removeValue(forKey: observer)
        }
    }

    /// Says that the client has gone or that its time is up; the first reason stays.
    ///
    /// Called from any thread, any number of times.
    package func close(reason: any Error = ClientGoneError()) {
        let observers = state.withLock { state in
            defer { state.observers = [:] }
            if state.closeReason == nil { state.closeReason = reason }
            state.queueProbe = nil
            return Array(state.observers.values)
        }
        for observer in observers { observer() }
    }

    // MARK: - What is known of the answer

    /// Has `probe` say whether the request still waits for its first step.
    func setQueueProbe(_ probe: @escaping @Sendable () -> Bool) {
        state.withLock { $0.queueProbe = probe }
    }

    /// Whether the request was handed to the engine and has not been looked at yet.
    var isQueued: Bool {
        let probe = state.withLock { $0.queueProbe }
        return probe?() ?? false
    }

    /// Counts a continuation that has ended.
    func count(_ metrics: RequestMetrics) {
        state.withLock { state in
            var tokens = state.tokens ?? TokenCounts()
            tokens.prompt += metrics.promptTokenCount
            tokens.output += metrics.outputTokenCount
            state.tokens = tokens
        }
    }

    /// Nil if nothing was generated.
    var tokens: TokenCounts? { state.withLock { $0.tokens } }
}

/// The client went away before its answer was ready; nobody is left to tell.
package struct ClientGoneError: Error {
    package init() {}
}

extension ClientConnection {
    /// Does something for the current client for as long as it is there.
    ///
    /// - Throws: what `body` throws, and why the answer is not wanted any more; `body` is
    ///   cancelled then.
    static func whileOpen<Result: Sendable>(
        _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let connection = current else { return try await body() }
        let (closing, output) = AsyncStream.makeStream(of: Never.self)
        let observer = connection.onClose { output.finish() }
        defer { connection.stopObserving(observer) }
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                for await _ in closing {}
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else {
                throw connection.closeReason ?? ClientGoneError()
            }
            return result
        }
    }
}
