/// Notes what the engine's thread does and when.
///
/// It lives on that thread. Events gather in a buffer of fixed size, and are handed on when it is
/// full and at the end; after ``limit`` events the rest is only counted.
package final class Trace {
    /// Events handed on at a time: 3 MiB of them.
    static let bufferCount = 1 << 16
    /// Events after which nothing more is noted: some 400 MB of JSON.
    static let limit = 1 << 22

    private struct OpenSlice {
        var name: TraceName
        var start: Int
        var arguments = SIMD4<Int32>.zero
    }

    private let sink: any TraceSink
    private let bufferCount: Int
    private let limit: Int
    private let origin = ContinuousClock().now
    private var events: [TraceEvent] = []
    private var open: [OpenSlice] = []
    private var takenCount = 0
    private var droppedCount = 0

    /// A timeline that begins now.
    package init(
        sink: any TraceSink,
        bufferCount: Int = Trace.bufferCount,
        limit: Int = Trace.limit
    ) {
        self.sink = sink
        self.bufferCount = bufferCount
        self.limit = limit
        events.reserveCapacity(bufferCount)
        open.reserveCapacity(8)
    }

    /// Nanoseconds since the beginning.
    private var now: Int { nanoseconds(ContinuousClock().now) }

    private func nanoseconds(_ instant: ContinuousClock.Instant) -> Int {
        let parts = origin.duration(to: instant).components
        return Int(parts.seconds) * 1_000_000_000 + Int(parts.attoseconds / 1_000_000_000)
    }

    // MARK: - The engine's own track

    /// Opens a slice inside the one that is open.
    package func begin(_ name: TraceName) {
        open.append(OpenSlice(name: name, start: now))
    }

    /// Closes the innermost slice and opens another at the same moment.
    package func next(_ name: TraceName) {
        let time = now
        close(at: time)
        open.append(OpenSlice(name: name, start: time))
    }

    /// Closes the innermost slice.
    package func end() {
        close(at: now)
    }

    /// Closes the innermost slice, which took these numbers.
    package func end(_ arguments: SIMD4<Int32>) {
        if let last = open.indices.last { open[last].arguments = arguments }
        close(at: now)
    }

    /// Says something about the outermost slice that is open.
    package func annotateStep(_ arguments: SIMD4<Int32>) {
        guard open.first?.name == .step else { return }
        open[0].arguments = arguments
    }

    private func close(at time: Int) {
        guard let slice = open.popLast() else { return }
        record(
            TraceEvent(
                slice.name,
                start: slice.start,
                duration: time - slice.start,
                arguments: slice.arguments
            )
        )
    }

    // MARK: - Tracks of requests

    /// Notes a request that has ended: its wait, its prompt, its answer.
    package func record(
        request: UInt64,
        submittedAt: ContinuousClock.Instant,
        _ metrics: RequestMetrics
    ) {
        // It may have been handed in while the trace was made.
        let start = max(nanoseconds(submittedAt), 0)
        func time(_ seconds: Double) -> Int { Int(max(seconds, 0) * 1e9) }
        let total = time(metrics.totalSeconds)
        let hasStarted = metrics.queueSeconds > 0
        let queue = hasStarted ? min(time(metrics.queueSeconds), total) : total
        let hasToken = metrics.outputTokenCount > 0
        let first = hasToken ? min(max(time(metrics.firstTokenSeconds), queue), total) : total
        let prompt = SIMD4(
            Int32(clamping: metrics.promptTokenCount),
            Int32(clamping: metrics.cachedTokenCount),
            0,
            0
        )
        let answer = SIMD4(
            Int32(clamping: metrics.outputTokenCount),
            Int32(clamping: metrics.preemptionCount),
            0,
            0
        )
        func part(_ name: TraceName, _ from: Int, _ to: Int, _ arguments: SIMD4<Int32>) {
            record(
                TraceEvent(
                    name,
                    request: request,
                    start: start + from,
                    duration: to - from,
                    arguments: arguments
                )
            )
        }
        part(.queued, 0, queue, prompt)
        if hasStarted { part(.prefill, queue, first, prompt) }
        if hasToken { part(.decode, first, total, answer) }
    }

    // MARK: - The buffer

    private func record(_ event: TraceEvent) {
        guard takenCount < limit else {
            droppedCount += 1
            return
        }
        takenCount += 1
        events.append(event)
        if events.count >= bufferCount { flush() }
    }

    private func flush() {
        let start = now
        sink.write(events)
        events.removeAll(keepingCapacity: true)
        events.append(TraceEvent(.writeTrace, start: start, duration: now - start))
    }

    /// Hands on what is left; slices that are still open end here.
    package func finish() {
        while !open.isEmpty { end() }
        sink.write(events)
        events = []
        sink.finish(droppedCount: droppedCount)
    }
}
