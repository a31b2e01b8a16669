import Synchronization

/// A value that goes up and down.
public final class GaugeSeries: MetricSeries {
    private let current = Mutex<Double>(0)

    /// Replaces the value.
    public func set(_ value: Double) { current.withLock { $0 = value } }

    /// Adds to the value; negative amounts take away.
    public func add(_ amount: Double) { current.withLock { $0 += amount } }

    /// The value.
    public var value: Double { current.withLock { $0 } }

    func write(to writer: inout TextWriter, name: String, labels: [MetricLabel]) {
        writer.sample(name, labels, value)
    }
}
