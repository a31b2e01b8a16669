import Inference
import Logging
import NIOCore
import ServiceLifecycle

/// Runs the HTTP application and ends it in order.
///
/// On shutdown no connection is taken any more, new requests get a 503, those in flight go on.
/// After the timeout the engine aborts them, so that their streams end with an error frame; who
/// still does not let go is cut.
struct DrainingService: Service {
    let application: any Service
    let engine: Engine
    let connections: ConnectionRegistry
    let configuration: ServerConfiguration
    let logger: Logger

    /// For the last frames to reach their clients.
    private static let grace = Duration.seconds(2)

    func run() async throws {
        let (shutdown, trigger) = AsyncStream.makeStream(of: Void.self)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await serve()
                    return true
                }
                group.addTask {
                    try await abortLateRequests(after: shutdown)
                    return false
                }
                // The watch over the timeout may end first; the application's end is what counts.
                while let isApplication = try await group.next(), !isApplication {}
                group.cancelAll()
            }
        } onGracefulShutdown: {
            engine.startDraining()
            trigger.finish()
        }
    }

    private func serve() async throws {
        do {
            try await application.run()
        } catch let error as IOError {
            throw ServerError(error, configuration)
        }
    }

    private func abortLateRequests(after shutdown: AsyncStream<Void>) async throws {
        for await _ in shutdown {}
        try Task.checkCancellation()
        logger.info("draining", metadata: ["requests": "\(engine.status.unfinishedRequestCount)"])
        try await Task.sleep(for: .seconds(configuration.shutdownTimeoutSeconds))
        try await abort()
    }

    /// Gives up what is in flight, with an error frame; cuts who does not take even that.
    func abort() async throws {
        logger.warning(
            "aborting",
            metadata: ["requests": "\(engine.status.unfinishedRequestCount)"]
        )
        engine.shutDown()
        try await Task.sleep(for: Self.grace)
        connections.closeAll()
    }
}
