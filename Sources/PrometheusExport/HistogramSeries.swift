import Synchronization

/// A distribution over fixed buckets.
public final class HistogramSeries: MetricSeries {
    private struct State {
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// - Parameter bounds: upper bounds, ascending, without infinity; each counts what is not above
    /// it.
    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    /// Counts a value that was seen `count` times; one that is not finite is ignored.
    public func record(_ value: Double, count: Int) {
        guard value.isFinite, count > 0 else { return }
        var bucket = 0
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        state.withLock {
            $0.counts[bucket] += UInt64(count)
            $0.sum += value * Double(count)
        }
    }

    /// How many values were counted.
    public var count: UInt64 { state.withLock { $0.counts.reduce(0, +) } }

    /// The sum of all counted values.
    public var sum: Double { state.withLock { $0.sum } }

    func write(to writer: inout TextWriter, name: String, labels: [MetricLabel]) {
        let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
        var total: UInt64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count
            let le = MetricLabel("le", TextWriter.text(of: bound))
            writer.sample(name + "_bucket", labels + [le], Double(total))
        }
        writer.sample(name + "_sum", labels, sum)
        writer.sample(name + "_count", labels, Double(total))
    }
}
