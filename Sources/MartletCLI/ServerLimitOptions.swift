public import ArgumentParser
public import Logging
import Serving

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// The options that say how much the server takes, and what it tells.
struct ServerLimitOptions: ParsableArguments {
    @Option(help: "Connections at once; further ones wait in the system's queue.")
    var maxConnections = 1024

    @Option(help: "Seconds an answer may take, waiting included; 0 is for ever.")
    var requestTimeout = 600.0

    @Option(help: "Seconds a request may wait before it is begun; 0 is for ever.")
    var queueTimeout = 60.0

    @Option(help: "Seconds that requests in flight may take after SIGTERM.")
    var shutdownTimeout = 30

    @Option(help: "Further port that has nothing but /metrics and needs no key.")
    var metricsPort: Int?

    @Option(help: "Address of --metrics-port.")
    var metricsHost = "127.0.0.1"

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = Logger.Level.info

    @Flag(help: "Leave no line in the log for each request.")
    var disableAccessLog = false

    func validate() throws {
        if let metricsPort, !(0...65535).contains(metricsPort) {
            throw ValidationError("--metrics-port must be from 0 to 65535, not \(metricsPort).")
        }
        guard (1...16384).contains(maxConnections) else {
            throw ValidationError("--max-connections must be from 1 to 16384.")
        }
        for (name, seconds) in [
            ("--request-timeout", requestTimeout), ("--queue-timeout", queueTimeout),
        ] where !(0...1e6).contains(seconds) {
            throw ValidationError("\(name) must be from 0 to 1000000 seconds, not \(seconds).")
        }
        guard (0...86_400).contains(shutdownTimeout) else {
            throw ValidationError("--shutdown-timeout must be from 0 to 86400 seconds.")
        }
    }

    /// Writes what was said into a configuration.
    func apply(to configuration: inout ServerConfiguration) {
        configuration.maxConnections = maxConnections
        configuration.requestTimeoutSeconds = requestTimeout
        configuration.queueTimeoutSeconds = queueTimeout
        configuration.shutdownTimeoutSeconds = shutdownTimeout
        configuration.metricsPort = metricsPort
        configuration.metricsHost = metricsHost
        configuration.accessLog = !disableAccessLog
    }

    /// Writes to the standard error what is at least as important as was said.
    var logger: Logger {
        var logger = Logger(label: "martlet") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = logLevel
        return logger
    }
}
