import Scheduling
import Inference
import Logging
import ServiceLifecycle
import Serving
import TestData
import TextGeneration

/// A real server on a free port of the loopback, over a real engine.
struct TestServer: Sendable {
    let model: LanguageModel
    let client: TestClient
    /// Speaks to the port of the metrics, if they have their own.
    let metricsClient: TestClient?
    /// Asks the server to drain, as SIGTERM does.
    let startShutdown: @Sendable () async -> Void

    /// The tiny model that comes with the package.
    static let tinyModel = TestData.packageRoot + "/Examples/tiny-random"

    /// The tiny model that comes with the package and takes conversations.
    static let tinyChat = TestData.packageRoot + "/Examples/tiny-chat"

    /// Runs a server for as long as `body` takes.
    static func run(
        folder: String = tinyModel,
        engine configureEngine: (inout EngineConfiguration) -> Void = { _ in },
        server configureServer: (inout ServerConfiguration) -> Void = { _ in },
        logger givenLogger: Logger? = nil,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        var engine = EngineConfiguration(modelFolder: folder)
        engine.keyValueMemoryBytes = 32 << 20
        engine.threadCount = 1
        configureEngine(&engine)
        var configuration = ServerConfiguration(port: 0, shutdownTimeoutSeconds: 0)
        configureServer(&configuration)
        let metrics = ServingMetrics(modelName: "tiny")
        let model = try await LanguageModel.load(engine, name: "tiny", observer: metrics)
        let (ports, portOutput) = AsyncStream.makeStream(of: Int.self)
        let (metricsPorts, metricsPortOutput) = AsyncStream.makeStream(of: Int.self)
        if configuration.metricsPort == nil { metricsPortOutput.finish() }
        var silent = Logger(label: "test")
        silent.logLevel = .critical
        let logger = givenLogger ?? silent
        let server = CompletionServer(
            model: model,
            metrics: metrics,
            configuration: configuration,
            logger: logger,
            onListening: { portOutput.yield($0) },
            onMetricsListening: { metricsPortOutput.yield($0) }
        )
        let group = ServiceGroup(
            configuration: .init(services: [server.service()], logger: logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer {
                    portOutput.finish()
                    metricsPortOutput.finish()
                }
                try await group.run()
            }
            var iterator = ports.makeAsyncIterator()
            guard let port = await iterator.next() else { return try await tasks.waitForAll() }
            var metricsIterator = metricsPorts.makeAsyncIterator()
            let test = TestServer(
                model: model,
                client: TestClient(port: port),
                metricsClient: await metricsIterator.next().map { TestClient(port: $0) },
                startShutdown: { await group.triggerGracefulShutdown() }
            )
            do {
                try await body(test)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        model.engine.shutDown()
    }

    /// Lets others work until a condition holds; bounded by turns, not by a clock.
    func settle(_ condition: (EngineStatus) -> Bool) async -> Bool {
        for _ in 0..<50_000_000 {
            if condition(model.engine.status) { return true }
            await Task.yield()
        }
        return condition(model.engine.status)
    }

    /// Whether the engine comes to hold nothing of anybody.
    func isEmptied() async -> Bool {
        await settle { $0.unfinishedRequestCount == 0 && $0.statistics.blocksUsed == 0 }
    }
}
