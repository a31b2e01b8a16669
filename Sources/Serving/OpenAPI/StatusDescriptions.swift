extension RouteDescription {
    static let models = [
        RouteDescription(
            "/v1/models",
            group: "Models",
            "The served model, as a list of one.",
            success: .json("The list."),
            work: .none
        ),
        RouteDescription(
            "/v1/models/{model}",
            group: "Models",
            "The served model.",
            success: .json("The model, with `max_model_len`."),
            work: .none,
            statuses: [404]
        ),
    ]

    static let status = [
        RouteDescription(
            "/health",
            group: "Status",
            "Whether the server takes requests; what vLLM's clients ask.",
            success: .empty("It does."),
            work: .none
        ),
        RouteDescription(
            "/ping",
            group: "Status",
            "The same.",
            success: .empty("It does."),
            work: .none
        ),
        RouteDescription(
            "/health/live",
            group: "Status",
            "Whether the server is alive; a restart would help if not.",
            success: .empty("It is, also while the model is loaded and while it drains."),
            work: .none
        ),
        RouteDescription(
            "/health/ready",
            group: "Status",
            "Whether the model is loaded and makes progress, and no shutdown is under way.",
            success: .empty("Send requests."),
            work: .none
        ),
        RouteDescription(
            "/version",
            group: "Status",
            "The server's version.",
            success: .json("The version."),
            work: .none
        ),
        RouteDescription(
            "/load",
            group: "Status",
            "How many requests are in the engine's hands.",
            success: .json("The number."),
            work: .none
        ),
        RouteDescription(
            "/metrics",
            group: "Status",
            "Metrics for Prometheus.",
            success: .text("The text format of Prometheus."),
            work: .none
        ),
        RouteDescription(
            "/openapi.json",
            group: "Status",
            "This document.",
            success: .json("OpenAPI 3.1."),
            work: .none
        ),
        RouteDescription(
            "/engine",
            group: "Status",
            "The engine between two steps: requests, their KV blocks as [first, count], counters.",
            success: .json("The engine."),
            work: .none
        ),
        RouteDescription(
            "/",
            group: "Page",
            "A page to talk to the model and to see the engine at work.",
            success: .page("The page."),
            work: .none
        ),
        RouteDescription(
            "/page/{file}",
            group: "Page",
            "What the page is made of.",
            success: .page("The file."),
            work: .none,
            statuses: [404]
        ),
    ]
}
