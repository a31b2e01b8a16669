import PrometheusExport
import Testing

@Suite("Prometheus text")
struct TextFormatTests {
    @Test("counters, gauges and histograms are shown as Prometheus clients show them")
    func kinds() {
        let registry = MetricRegistry(bucketBounds: ["wait_seconds": [0.5, 1]])
        let model = [MetricLabel("model_name", "m"), MetricLabel("engine", "0")]
        registry.counter("vllm:prompt_tokens", help: "Tokens.", labels: model).increment(by: 3.0)
        registry.gauge("vllm:num_requests_running", labels: model).set(2.0)
        let histogram = registry.histogram("wait_seconds", help: "Waiting.")
        for value in [0.25, 0.5, 0.75, 4] { histogram.record(value, count: 1) }
        #expect(
            registry.text() == """
                # TYPE vllm:num_requests_running gauge
                vllm:num_requests_running{model_name="m",engine="0"} 2.0
                # HELP vllm:prompt_tokens_total Tokens.
                # TYPE vllm:prompt_tokens_total counter
                vllm:prompt_tokens_total{model_name="m",engine="0"} 3.0
                # HELP wait_seconds Waiting.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.5"} 2.0
                wait_seconds_bucket{le="1.0"} 3.0
                wait_seconds_bucket{le="+Inf"} 4.0
                wait_seconds_sum 5.5
                wait_seconds_count 4.0

                """
        )
    }

    @Test("labels and help are escaped")
    func escapes() {
        let registry = MetricRegistry()
        registry.gauge("g", help: "a\\b\nc\"", labels: [MetricLabel("l", "x\"y\\z\n")]).set(1.0)
        #expect(
            registry.text() == """
                # HELP g a\\\\b\\nc"
                # TYPE g gauge
                g{l="x\\"y\\\\z\\n"} 1.0

                """
        )
    }

    @Test("a name that ends in _total keeps it once")
    func total() {
        let registry = MetricRegistry()
        registry.counter("http_requests_total").increment()
        #expect(registry.text().contains("\nhttp_requests_total 1.0\n"))
    }

    @Test("names are spelled as Prometheus allows")
    func names() {
        let registry = MetricRegistry()
        registry.gauge("0a.b-c:d", labels: [MetricLabel("x.y:z", "v")]).set(0.0)
        #expect(registry.text().contains("_0a_b_c:d{x_y_z=\"v\"} 0.0\n"))
    }

    @Test("label sets beyond the limit are counted together")
    func boundedLabels() {
        let registry = MetricRegistry(seriesLimit: 2)
        for value in ["a", "b", "c", "d"] {
            registry.counter("c", labels: [MetricLabel("l", value)]).increment()
        }
        #expect(
            registry.text() == """
                # TYPE c_total counter
                c_total{l="a"} 1.0
                c_total{l="b"} 1.0
                c_total{l="other"} 2.0

                """
        )
    }

    @Test("a name keeps its kind")
    func kindConflict() {
        let registry = MetricRegistry()
        registry.counter("m").increment()
        registry.gauge("m").set(7.0)
        #expect(registry.text() == "# TYPE m_total counter\nm_total 1.0\n")
    }

    @Test("sums take no nonsense")
    func nonsense() {
        let registry = MetricRegistry()
        let counter = registry.counter("c")
        counter.increment(by: -1.0)
        counter.increment(by: Double.nan)
        counter.advance(to: 5)
        counter.advance(to: 4)
        #expect(counter.value == 5)
        let histogram = registry.histogram("h")
        histogram.record(.infinity, count: 1)
        #expect(histogram.count == 0)
    }
}
