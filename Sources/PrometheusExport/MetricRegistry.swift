import Synchronization

/// All metrics of a process, by name and labels.
///
/// Asking twice for the same name and labels gives the same series. A name has one kind for ever:
/// asking for it as another kind gives a series that counts and is never shown, as a metric must
/// not end a server.
public final class MetricRegistry: Sendable {
    /// How many label sets one name may have before further ones are counted together as `other`.
    public let seriesLimit: Int

    private let bucketBounds: [String: [Double]]
    private let families = Mutex<[String: MetricFamily]>([:])

    /// Bounds for histograms that nobody named bounds for, in seconds.
    public static let defaultBucketBounds = [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// An empty registry.
    ///
    /// - Parameters:
    ///   - bucketBounds: upper bounds by metric name, ascending, without infinity.
    ///   - seriesLimit: at least 1.
    public init(bucketBounds: [String: [Double]] = [:], seriesLimit: Int = 1000) {
        self.bucketBounds = bucketBounds
        self.seriesLimit = max(1, seriesLimit)
    }

    /// A sum that only grows; shown with `_total` behind its name.
    public func counter(
        _ name: String,
        help: String = "",
        labels: [MetricLabel] = []
    ) -> CounterSeries {
        let found = series(name, kind: .counter, help: help, labels: labels) { CounterSeries() }
        return found as? CounterSeries ?? CounterSeries()
    }

    /// A value that goes up and down.
    public func gauge(
        _ name: String,
        help: String = "",
        labels: [MetricLabel] = []
    ) -> GaugeSeries {
        let found = series(name, kind: .gauge, help: help, labels: labels) { GaugeSeries() }
        return found as? GaugeSeries ?? GaugeSeries()
    }

    /// A distribution; its bounds are those given to the registry for this name.
    public func histogram(
        _ name: String,
        help: String = "",
        labels: [MetricLabel] = []
    ) -> HistogramSeries {
        let bounds = bucketBounds[name] ?? Self.defaultBucketBounds
        let found = series(name, kind: .histogram, help: help, labels: labels) {
            HistogramSeries(bounds: bounds)
        }
        return found as? HistogramSeries ?? HistogramSeries(bounds: bounds)
    }

    /// Forgets one series; the next request for it starts at zero.
    func remove(_ series: AnyObject) {
        families.withLock { families in
            for name in families.keys {
                families[name]?.series.removeAll { $0.series === series }
            }
        }
    }

    /// The families in the order of their names.
    func snapshot() -> [MetricFamily] {
        families.withLock { $0.values.sorted { $0.name < $1.name } }
    }

    private func series(
        _ name: String,
        kind: MetricKind,
        help: String,
        labels: [MetricLabel],
        make: () -> any MetricSeries
    ) -> (any MetricSeries)? {
        let name = MetricName.sanitized(name)
        let labels = labels.map { MetricLabel(MetricName.sanitizedLabel($0.name), $0.value) }
        return families.withLock { families in
            var family =
                families[name] ?? MetricFamily(name: name, kind: kind, help: help, series: [])
            guard family.kind == kind else { return nil }
            if let found = family.find(labels) { return found }
            var key = labels
            if family.series.count >= seriesLimit {
                key = labels.map { MetricLabel($0.name, "other") }
                if let overflow = family.find(key) { return overflow }
            }
            let made = make()
            family.series.append((labels: key, series: made))
            families[name] = family
            return made
        }
    }
}

/// A dimension of a metric and its value.
public struct MetricLabel: Sendable, Hashable {
    /// The dimension, as Prometheus spells names.
    public var name: String
    /// Any text; it is escaped when shown.
    public var value: String

    /// Makes a label.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// All series of one name.
struct MetricFamily: Sendable {
    let name: String
    let kind: MetricKind
    let help: String
    var series: [(labels: [MetricLabel], series: any MetricSeries)]

    func find(_ labels: [MetricLabel]) -> (any MetricSeries)? {
        series.first { $0.labels == labels }?.series
    }
}

/// What a registry can hold and a writer can show.
protocol MetricSeries: AnyObject, Sendable {
    func write(to writer: inout TextWriter, name: String, labels: [MetricLabel])
}
