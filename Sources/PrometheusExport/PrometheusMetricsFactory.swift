public import CoreMetrics

/// Lets code that measures through swift-metrics write into a ``MetricRegistry``.
///
/// Counters become counters, meters and recorders that do not aggregate become gauges, recorders
/// that aggregate become histograms, timers become histograms of seconds.
public struct PrometheusMetricsFactory: MetricsFactory {
    /// Where the metrics lie.
    public let registry: MetricRegistry

    /// Makes a factory over a registry.
    public init(registry: MetricRegistry) { self.registry = registry }

    // MARK: - Making

    /// A counter named `label`.
    public func makeCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any CounterHandler {
        registry.counter(label, labels: labels(dimensions))
    }

    /// A counter named `label` that may grow by fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        registry.counter(label, labels: labels(dimensions))
    }

    /// A gauge named `label`.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        registry.gauge(label, labels: labels(dimensions))
    }

    /// A histogram named `label`, or a gauge if the values are not to be aggregated.
    public func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate { return registry.histogram(label, labels: labels(dimensions)) }
        return registry.gauge(label, labels: labels(dimensions))
    }

    /// A histogram of seconds named `label`, with `_seconds` behind it.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let name = label.hasSuffix("_seconds") ? label : label + "_seconds"
        return registry.histogram(name, labels: labels(dimensions))
    }

    // MARK: - Unmaking

    /// Forgets the series.
    public func destroyCounter(_ handler: any CounterHandler) { registry.remove(handler) }

    /// Forgets the series.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        registry.remove(handler)
    }

    /// Forgets the series.
    public func destroyMeter(_ handler: any MeterHandler) { registry.remove(handler) }

    /// Forgets the series.
    public func destroyRecorder(_ handler: any RecorderHandler) { registry.remove(handler) }

    /// Forgets the series.
    public func destroyTimer(_ handler: any TimerHandler) { registry.remove(handler) }

    private func labels(_ dimensions: [(String, String)]) -> [MetricLabel] {
        dimensions.map { MetricLabel($0.0, $0.1) }
    }
}

extension CounterSeries: CounterHandler, FloatingPointCounterHandler {
    /// Adds a whole amount.
    public func increment(by amount: Int64) { increment(by: Double(amount)) }

    /// Starts again at zero.
    public func reset() { setToZero() }
}

extension GaugeSeries: MeterHandler, RecorderHandler {
    /// Replaces the value.
    public func set(_ value: Int64) { set(Double(value)) }

    /// Adds to the value.
    public func increment(by amount: Double) { add(amount) }

    /// Takes away from the value.
    public func decrement(by amount: Double) { add(-amount) }

    /// Replaces the value.
    public func record(_ value: Int64) { set(Double(value)) }

    /// Replaces the value.
    public func record(_ value: Double) { set(value) }
}

extension HistogramSeries: RecorderHandler, TimerHandler {
    /// Counts a whole value.
    public func record(_ value: Int64) { record(Double(value), count: 1) }

    /// Counts a value.
    public func record(_ value: Double) { record(value, count: 1) }

    /// Counts a duration, in seconds.
    public func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9, count: 1) }
}
