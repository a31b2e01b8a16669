import MartletClient
import Synchronization

/// A clock that moves only when somebody sleeps on it.
final class FakeClock: Sendable {
    private let state = Mutex((now: Duration.zero, waits: [Duration]()))

    /// How long the client has waited, each time.
    var waits: [Duration] { state.withLock { $0.waits } }

    /// What a client takes; chance is always `random`.
    func callClock(random: Double = 0) -> CallClock {
        CallClock(
            now: { self.state.withLock { $0.now } },
            sleep: { duration in
                try Task.checkCancellation()
                self.advance(duration)
            },
            random: { random }
        )
    }

    func turn(_ duration: Duration) { state.withLock { $0.now += duration } }

    private func advance(_ duration: Duration) {
        state.withLock { state in
            state.now += duration
            state.waits.append(duration)
        }
    }
}
