public import Inference
public import Scheduling
import Synchronization

/// Measures the time from the end of one step to the end of the next: all that the engine does.
public final class StepRecorder: EngineObserver {
    private struct State {
        var lastEnd: ContinuousClock.Instant?
        /// Seconds of steps that gave `count` requests their next token and computed no prompt.
        var decodeSeconds: [Int: [Double]] = [:]
    }

    private let state = Mutex(State())

    /// A recorder without steps.
    public init() {}

    /// Forgets the steps so far.
    func begin() {
        state.withLock { $0 = State() }
    }

    /// Seconds of the steps that gave each of `count` requests its next token, and did no more.
    func decodeSeconds(ofBatch count: Int) -> [Double] {
        state.withLock { $0.decodeSeconds[count] ?? [] }
    }

    /// Notes a step.
    public func stepFinished(_ step: StepMetrics, statistics: SchedulerStatistics) {
        let now = ContinuousClock().now
        state.withLock { state in
            defer { state.lastEnd = now }
            guard step.promptTokenCount == 0, let last = state.lastEnd else { return }
            let parts = last.duration(to: now).components
            let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
            state.decodeSeconds[step.sampledTokenCount, default: []].append(seconds)
        }
    }

    /// Of no interest here.
    public func requestFinished(_ request: RequestMetrics) {}

    /// Of no interest here.
    public func requestRefused(_ error: EngineError) {}
}
