import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle
public import TextGeneration
import UnixSignals

/// The OpenAI-compatible HTTP server over one model.
public struct CompletionServer: Sendable {
    private let model: LanguageModel
    private let metrics: ServingMetrics
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (Int) -> Void

    /// Makes a server that does not listen yet.
    ///
    /// - Parameters:
    ///   - model: what is served.
    ///   - metrics: the observer the engine was started with.
    ///   - configuration: address, keys and limits.
    ///   - logger: told about the server's life, never about prompts or keys.
    ///   - onListening: told the port once connections are taken.
    public init(
        model: LanguageModel,
        metrics: ServingMetrics,
        configuration: ServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.model = model
        self.metrics = metrics
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        metrics.describe(model)
    }

    /// Serves until SIGTERM or SIGINT, then finishes what is in flight.
    ///
    /// A second signal gives that up.
    ///
    /// - Throws: ``ServerError`` when the address cannot be listened on.
    public func run() async throws {
        let service = drainingService()
        let services = ServiceGroup(configuration: .init(services: [service], logger: logger))
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await services.run()
                return true
            }
            group.addTask {
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
    }

    /// The server as a service among others; its graceful shutdown drains.
    public func service() -> any Service { drainingService() }

    private func drainingService() -> DrainingService {
        let connections = ConnectionRegistry()
        let configuration = configuration
        let onListening = onListening
        var application = Application(
            responder: RouteTable(
                service: ModelService(
                    model: model,
                    metrics: metrics,
                    configuration: configuration
                )
            ),
            server: HTTPServerBuilder { responder in
                WatchedChannel(
                    responder: responder,
                    configuration: configuration,
                    connections: connections
                )
            },
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port),
                serverName: "martlet",
                backlog: 1024,
                availableConnectionsDelegate: MaximumAvailableConnections(
                    configuration.maxConnections,
                    logger: logger
                )
            ),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            logger: logger
        )
        application.logger = logger
        return DrainingService(
            application: application,
            engine: model.engine,
            connections: connections,
            configuration: configuration,
            logger: logger
        )
    }
}
