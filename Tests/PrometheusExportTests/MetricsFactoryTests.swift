import CoreMetrics
import PrometheusExport
import Testing

@Suite("PrometheusMetricsFactory")
struct MetricsFactoryTests {
    private let registry = MetricRegistry(bucketBounds: ["t_seconds": [1], "sizes": [10]])
    private var factory: PrometheusMetricsFactory { PrometheusMetricsFactory(registry: registry) }

    @Test("swift-metrics' instruments end up as series")
    func instruments() {
        let dimensions = [("route", "/x")]
        factory.makeCounter(label: "c", dimensions: dimensions).increment(by: Int64(2))
        factory.makeFloatingPointCounter(label: "c", dimensions: dimensions).increment(by: 0.5)
        let meter = factory.makeMeter(label: "g", dimensions: [])
        meter.set(Int64(5))
        meter.decrement(by: 2)
        factory.makeRecorder(label: "sizes", dimensions: [], aggregate: true).record(Int64(3))
        factory.makeRecorder(label: "last", dimensions: [], aggregate: false).record(4.0)
        factory.makeTimer(label: "t", dimensions: []).recordNanoseconds(1_500_000_000)
        #expect(
            registry.text() == """
                # TYPE c_total counter
                c_total{route="/x"} 2.5
                # TYPE g gauge
                g 3.0
                # TYPE last gauge
                last 4.0
                # TYPE sizes histogram
                sizes_bucket{le="10.0"} 1.0
                sizes_bucket{le="+Inf"} 1.0
                sizes_sum 3.0
                sizes_count 1.0
                # TYPE t_seconds histogram
                t_seconds_bucket{le="1.0"} 0.0
                t_seconds_bucket{le="+Inf"} 1.0
                t_seconds_sum 1.5
                t_seconds_count 1.0

                """
        )
    }

    @Test("a destroyed series starts again")
    func destroy() {
        let counter = factory.makeCounter(label: "c", dimensions: [])
        counter.increment(by: Int64(2))
        factory.destroyCounter(counter)
        factory.makeCounter(label: "c", dimensions: []).increment(by: Int64(1))
        #expect(registry.counter("c").value == 1)
    }
}
