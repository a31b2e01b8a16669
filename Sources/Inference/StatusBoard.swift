public import Scheduling
import Synchronization

/// What the engine is doing, as last said by its loop; readable from any thread without waiting.
public struct EngineStatus: Sendable {
    /// The scheduler's counters.
    public var statistics: SchedulerStatistics
    /// Whether nothing runs or waits.
    public var isIdle = true
    /// Requests handed to the engine that have not taken part in a step yet.
    public var queuedRequestCount = 0
    /// Requests handed to the engine and not ended.
    public var unfinishedRequestCount = 0
    /// Whether new requests are refused because the engine is shutting down.
    public var isDraining = false
    /// Seconds since the loop last completed a step; 0 while it is idle.
    public var secondsSinceProgress = 0.0
}

/// Where the loop writes its status.
package final class StatusBoard: Sendable {
    private struct State {
        var statistics: SchedulerStatistics
        var isIdle = true
        var updatedAt = ContinuousClock().now
    }

    private let state: Mutex<State>

    /// A board with the counters of an idle scheduler.
    package init(_ statistics: SchedulerStatistics) {
        state = Mutex(State(statistics: statistics))
    }

    func update(_ statistics: SchedulerStatistics, isIdle: Bool) {
        let now = ContinuousClock().now
        state.withLock {
            $0.statistics = statistics
            $0.isIdle = isIdle
            $0.updatedAt = now
        }
    }

    func read(_ inbox: Inbox) -> EngineStatus {
        let state = self.state.withLock { $0 }
        var status = EngineStatus(statistics: state.statistics)
        status.queuedRequestCount = inbox.waitingRequestCount
        status.unfinishedRequestCount = inbox.unfinishedRequestCount
        // Work that was just posted to a sleeping loop has not been seen by it yet.
        status.isIdle = state.isIdle && status.unfinishedRequestCount == 0
        status.isDraining = inbox.isDraining
        status.secondsSinceProgress =
            status.isIdle ? 0 : state.updatedAt.seconds(to: ContinuousClock().now)
        return status
    }
}
