import Hummingbird
import HummingbirdCore
import Inference
public import Logging
import NIOCore
public import ServiceLifecycle
public import TextGeneration
import UnixSignals

/// The OpenAI-compatible HTTP server over one model.
public struct CompletionServer: Sendable {
    private enum ModelSource: Sendable {
        case model(LanguageModel)
        case load(@Sendable () async throws -> LanguageModel)
    }

    private let source: ModelSource
    private let metrics: ServingMetrics
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void
    private let onMetricsListening: @Sendable (Int) -> Void

    /// Makes a server over a model that is there; it does not listen yet.
    ///
    /// - Parameters:
    ///   - model: what is served.
    ///   - metrics: the observer the engine was started with.
    ///   - configuration: address, keys and limits.
    ///   - logger: told about the server's life and requests, never about prompts or keys.
    ///   - onListening: told the port once connections are taken.
    ///   - onMetricsListening: told the port of the metrics, if they have their own.
    public init(
        model: LanguageModel,
        metrics: ServingMetrics,
        configuration: ServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        onMetricsListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        source = .model(model)
        self.metrics = metrics
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        self.onMetricsListening = onMetricsListening
    }

    /// Makes a server that does not listen yet and whose model is loaded while it does.
    ///
    /// Until the model is there, `/health/live` is the only route that answers with success; all
    /// others say 503.
    ///
    /// - Parameters:
    ///   - metrics: the observer the engine is started with.
    ///   - configuration: address, keys and limits.
    ///   - logger: told about the server's life and requests, never about prompts or keys.
    ///   - onListening: told the port once connections are taken.
    ///   - onMetricsListening: told the port of the metrics, if they have their own.
    ///   - load: makes the model; what it throws ends the server.
    public init(
        metrics: ServingMetrics,
        configuration: ServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        onMetricsListening: @escaping @Sendable (Int) -> Void = { _ in },
        load: @escaping @Sendable () async throws -> LanguageModel
    ) {
        source = .load(load)
        self.metrics = metrics
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        self.onMetricsListening = onMetricsListening
    }

    /// Refuses settings the server would refuse to start with, before anything is loaded.
    ///
    /// - Throws: ``ServerError``.
    public static func check(_ configuration: ServerConfiguration) throws(ServerError) {
        try StartCheck.check(configuration)
    }

    /// Serves until SIGTERM or SIGINT, then finishes what is in flight.
    ///
    /// A second signal gives that up. While the model is loaded a signal ends the process at once,
    /// as there is nothing to finish.
    ///
    /// - Throws: ``ServerError`` when the address cannot be listened on, and what loading throws.
    public func run() async throws {
        let service = drainingService()
        let served = service.served
        let services = ServiceGroup(configuration: .init(services: [service], logger: logger))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await services.run()
                return true
            }
            group.addTask {
                try await served.isLoaded.wait()
                var isDraining = false
                for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) {
                    if isDraining {
                        try await service.abort()
                        break
                    }
                    isDraining = true
                    await services.triggerGracefulShutdown()
                }
                return false
            }
            // After a second signal the watch over signals ends first.
            while let isService = try await group.next(), !isService {}
            group.cancelAll()
        }
        guard let engine = served.service?.model.engine else { return }
        engine.shutDown()
        await engine.waitUntilStopped()
    }

    /// The server as a service among others; its graceful shutdown drains.
    public func service() -> any Service { drainingService() }

    private func drainingService() -> DrainingService {
        let connections = ConnectionRegistry()
        let served = ServedModel()
        if case .model(let model) = source { served.set(modelService(model)) }
        var listeners = [
            listener(
                RouteTable(
                    served: served,
                    metrics: metrics,
                    configuration: configuration,
                    logger: logger
                ),
                host: configuration.host,
                port: configuration.port,
                connections: connections,
                onListening: { [onListening] port in
                    served.listens.give()
                    onListening(port)
                }
            )
        ]
        if let port = configuration.metricsPort {
            let host = configuration.metricsHost
            listeners.append(
                listener(
                    MetricsResponder(
                        served: served,
                        hosts: HostCheck(listeningOn: host, allowing: configuration.allowedHosts)
                    ),
                    host: host,
                    port: port,
                    connections: connections,
                    onListening: onMetricsListening
                )
            )
        }
        return DrainingService(
            listeners: listeners,
            served: served,
            load: loader(),
            connections: connections,
            configuration: configuration,
            logger: logger
        )
    }

    /// What has the model loaded; nil if it is there.
    private func loader() -> (@Sendable () async throws -> ModelService)? {
        guard case .load(let load) = source else { return nil }
        return { modelService(try await load()) }
    }

    private func modelService(_ model: LanguageModel) -> ModelService {
        metrics.describe(model)
        return ModelService(model: model, metrics: metrics, configuration: configuration)
    }

    private func listener(
        _ responder: some HTTPResponder<BasicRequestContext>,
        host: String,
        port: Int,
        connections: ConnectionRegistry,
        onListening: @escaping @Sendable (Int) -> Void
    ) -> DrainingService.Listener {
        let configuration = configuration
        var application = Application(
            responder: responder,
            server: HTTPServerBuilder { responder in
                WatchedChannel(
                    responder: responder,
                    configuration: configuration,
                    connections: connections
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                serverName: "martlet",
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    StartCheck.connectionLimit(configuration),
                    logger: logger
                )
            ),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        application.logger = logger
        return DrainingService.Listener(service: application, host: host, port: port)
    }
}
