import Synchronization

/// One client's connection, as far as whoever works for it must know: whether it is still there.
package final class ClientConnection: Sendable {
    /// The connection the current request came on.
    @TaskLocal static var current: ClientConnection?

    private struct State {
        var isClosed = false
        var nextObserver = 0
        var observers: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// Calls `action` once when the client goes away, at once if it has gone.
    ///
    /// - Returns: what ``stopObserving(_:)`` takes.
    package func onClose(_ action: @escaping @Sendable () -> Void) -> Int? {
        let observer = state.withLock { state -> Int? in
            guard !state.isClosed else { return nil }
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

    /// Says that the client has gone; called by the connection's event loop, any number of times.
    package func close() {
        let observers = state.withLock { state in
            defer { state.observers = [:] }
            state.isClosed = true
            return Array(state.observers.values)
        }
        for observer in observers { observer() }
    }
}

/// The client went away before its answer was ready; nobody is left to tell.
struct ClientGoneError: Error {}

extension ClientConnection {
    /// Does something for the current client for as long as it is there.
    ///
    /// - Throws: what `body` throws, and ``ClientGoneError`` once the client has gone; `body` is
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
            guard let result = try await group.next() ?? nil else { throw ClientGoneError() }
            return result
        }
    }
}
