import Synchronization

/// A sum that only grows.
public final class CounterSeries: MetricSeries {
    private let total = Mutex<Double>(0)

    /// Adds to the sum; a negative or non-finite amount is ignored.
    public func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        total.withLock { $0 += amount }
    }

    /// Adds one.
    public func increment() { increment(by: 1.0) }

    /// Takes over a sum that is kept elsewhere; a smaller one than before is ignored.
    public func advance(to value: Double) {
        total.withLock { $0 = max($0, value) }
    }

    /// The sum.
    public var value: Double { total.withLock { $0 } }

    func setToZero() { total.withLock { $0 = 0 } }

    func write(to writer: inout TextWriter, name: String, labels: [MetricLabel]) {
        writer.sample(TextWriter.counterName(name), labels, value)
    }
}
