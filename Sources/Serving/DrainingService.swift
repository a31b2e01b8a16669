import Inference
import Logging
import NIOCore
import ServiceLifecycle
import TextGeneration

/// Runs the listeners, has the model loaded meanwhile, and ends it all in order.
///
/// On shutdown no connection is taken any more, new requests get a 503, those in flight go on.
/// After the timeout the engine aborts them, so that their streams end with an error frame; who
/// still does not let go is cut.
struct DrainingService: Service, CustomStringConvertible {
    /// Something that listens, and where.
    struct Listener: Sendable {
        let service: any Service
        let host: String
        let port: Int
    }

    let listeners: [Listener]
    let served: ServedModel
    /// Has the model loaded; nil if it is there.
    let load: (@Sendable () async throws -> ModelService)?
    let connections: ConnectionRegistry
    let configuration: ServerConfiguration
    let logger: Logger

    /// For the last frames to reach their clients.
    private static let grace = Duration.seconds(2)

    /// As logs of the life cycle name it.
    var description: String { "server" }

    private enum Part {
        case listener
        case other
    }

    func run() async throws {
        try StartCheck.check(configuration)
        for warning in StartCheck.warnings(configuration) { logger.warning("\(warning)") }
        let (shutdown, trigger) = AsyncStream.makeStream(of: Void.self)
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Part.self) { group in
                for listener in listeners {
                    group.addTask {
                        try await serve(listener)
                        return .listener
                    }
                }
                if let load {
                    group.addTask {
                        try await served.listens.wait()
                        served.set(try await load())
                        return .other
                    }
                }
                group.addTask {
                    try await abortLateRequests(after: shutdown)
                    return .other
                }
                // The watch over the timeout may end first; the listeners' end is what counts.
                var openCount = listeners.count
                while openCount > 0, let part = try await group.next() {
                    if part == .listener { openCount -= 1 }
                }
                group.cancelAll()
            }
        } onGracefulShutdown: {
            served.startDraining()
            trigger.finish()
        }
    }

    private func serve(_ listener: Listener) async throws {
        do {
            try await listener.service.run()
        } catch let error as IOError {
            throw ServerError(error, host: listener.host, port: listener.port)
        }
    }

    private func abortLateRequests(after shutdown: AsyncStream<Void>) async throws {
        for await _ in shutdown {}
        try Task.checkCancellation()
        logger.info("draining", metadata: ["requests": "\(served.unfinishedRequestCount)"])
        try await Task.sleep(for: .seconds(configuration.shutdownTimeoutSeconds))
        try await abort()
    }

    /// Gives up what is in flight, with an error frame; cuts who does not take even that.
    func abort() async throws {
        logger.warning("aborting", metadata: ["requests": "\(served.unfinishedRequestCount)"])
        served.shutDown()
        try await Task.sleep(for: Self.grace)
        connections.closeAll()
    }
}
