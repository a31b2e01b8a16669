import PrometheusExport

/// Requests by route, method and class of status.
struct HTTPMetrics: Sendable {
    private let registry: MetricRegistry

    init(_ registry: MetricRegistry) {
        self.registry = registry
    }

    /// The method as labels and logs name it: a client can make up methods, labels must not grow
    /// with them.
    static func methodName(_ method: String) -> String {
        let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]
        return known.contains(method) ? method : "other"
    }

    /// Counts a request whose answer's last byte is written.
    ///
    /// - Parameters:
    ///   - handler: the route's path, with placeholders.
    ///   - method: from ``methodName(_:)``.
    ///   - status: of the answer.
    ///   - seconds: since the request's head.
    func record(handler: String, method: String, status: Int, seconds: Double) {
        registry.counter(
            "http_requests_total",
            help: "Requests answered.",
            labels: [
                MetricLabel("handler", handler),
                MetricLabel("method", method),
                MetricLabel("status", "\(status / 100)xx"),
            ]
        ).increment()
        registry.histogram(
            "http_request_duration_seconds",
            help: "From a request's head to its answer's end.",
            labels: [MetricLabel("handler", handler)]
        ).record(seconds, count: 1)
    }
}
