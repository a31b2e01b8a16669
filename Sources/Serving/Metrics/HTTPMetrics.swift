import Hummingbird
import PrometheusExport

/// Requests by route, method and class of status.
struct HTTPMetrics: Sendable {
    private let registry: MetricRegistry

    init(_ registry: MetricRegistry) {
        self.registry = registry
    }

    func count(handler: String, method: String, status: Int) {
        let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
        registry.counter(
            "http_requests_total",
            help: "Requests answered.",
            labels: [
                MetricLabel("handler", handler),
                // A client can make up methods; labels must not grow with them.
                MetricLabel("method", known.contains(method) ? method : "other"),
                MetricLabel("status", "\(status / 100)xx"),
            ]
        ).increment()
    }

    /// Has the time until the last byte recorded, when it is written.
    func timed(
        _ response: Response,
        from start: ContinuousClock.Instant,
        handler: String
    ) -> Response {
        guard response.body.contentLength == nil else {
            record(from: start, handler: handler)
            return response
        }
        var timed = response
        let body = response.body
        timed.body = ResponseBody { writer in
            defer { record(from: start, handler: handler) }
            try await body.write(writer)
        }
        return timed
    }

    private func record(from start: ContinuousClock.Instant, handler: String) {
        let seconds = start.duration(to: ContinuousClock().now) / .seconds(1)
        registry.histogram(
            "http_request_duration_seconds",
            help: "From a request's head to its answer's end.",
            labels: [MetricLabel("handler", handler)]
        ).record(seconds, count: 1)
    }
}
