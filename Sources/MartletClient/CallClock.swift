import NIOCore

/// Time and chance, as values that tests can replace.
package struct CallClock: Sendable {
    /// The time since some moment that stays the same.
    package var now: @Sendable () -> Duration
    /// Waits; throws only if the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to 1.
    package var random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    static let system: CallClock = {
        let start = ContinuousClock.now
        return CallClock(
            now: { ContinuousClock.now - start },
            sleep: { try await Task.sleep(for: $0) },
            random: { Double.random(in: 0..<1) }
        )
    }()
}
