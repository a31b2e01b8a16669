import NIOCore

/// How long one request's body takes to arrive, and how fast it does; for one event loop.
final class BodyClock {
    /// Bytes of the body that have arrived.
    var byteCount = 0

    private let timers: ConnectionTimers
    private var wholeTimer: Scheduled<Void>?
    private var rateTimer: Scheduled<Void>?

    init(_ timers: ConnectionTimers) {
        self.timers = timers
    }

    /// Has `late` called once, when the body takes too long or comes too slowly.
    func start(_ eventLoop: any EventLoop, _ late: @escaping () -> Void) {
        stop()
        wholeTimer = schedule(timers.body, eventLoop, late)
        watchRate(eventLoop, late)
    }

    /// Nothing is late any more.
    func stop() {
        wholeTimer?.cancel()
        rateTimer?.cancel()
    }

    private func watchRate(_ eventLoop: any EventLoop, _ late: @escaping () -> Void) {
        let before = byteCount
        rateTimer = schedule(timers.bodyRate, eventLoop) {
            guard self.byteCount - before >= self.timers.minBodyByteCount else { return late() }
            self.watchRate(eventLoop, late)
        }
    }

    private func schedule(
        _ delay: TimeAmount,
        _ eventLoop: any EventLoop,
        _ action: @escaping () -> Void
    ) -> Scheduled<Void> {
        eventLoop.assumeIsolated().scheduleTask(in: delay, action)
    }
}
