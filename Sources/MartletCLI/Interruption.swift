import ArgumentParser
import CSystemCalls

/// Ctrl-C and `kill`, as a cancellation rather than an end in the middle of something.
enum Interruption {
    private enum Outcome<Value: Sendable>: Sendable {
        case done(Value)
        case stopped(signal: CInt)
    }

    /// Does something that is cancelled by a signal, and that has ended well when this returns.
    ///
    /// A second Ctrl-C ends the process at once. Afterwards both signals do what they did before.
    ///
    /// - Parameter work: what is done; one at a time.
    /// - Returns: its result.
    /// - Throws: what the work throws; after a signal, the exit code that shells give it: 130 for
    ///   Ctrl-C, 143 for SIGTERM.
    static func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        cs_interrupts_watch()
        defer { cs_interrupts_restore() }
        return try await withThrowingTaskGroup(of: Outcome<Value>.self) { group in
            group.addTask { .done(try await work()) }
            group.addTask {
                while cs_interrupts_received() == 0 { try await Task.sleep(for: .milliseconds(50)) }
                return .stopped(signal: cs_interrupts_received())
            }
            defer { group.cancelAll() }
            switch try await group.next() {
            case .done(let value): return value
            case .stopped(let signal):
                group.cancelAll()
                // Until the work has ended; how it did is no news.
                while await group.nextResult() != nil {}
                throw ExitCode(128 + signal)
            case nil: throw ExitCode.failure
            }
        }
    }
}
