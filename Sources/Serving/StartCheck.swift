import FoundationEssentials

/// What must hold before anything is loaded or listened on.
package enum StartCheck {
    /// Descriptors for all that is no connection: files, event loops, the listening sockets.
    private static let reservedDescriptors = 128

    /// Refuses settings that would be unsafe.
    static func check(_ configuration: ServerConfiguration) throws(ServerError) {
        for (index, key) in configuration.apiKeys.enumerated() {
            if let fault = APIKeys.fault(of: key) {
                throw .badKey(number: index + 1, fault: fault)
            }
        }
        guard
            HostCheck.isLoopback(configuration.host) || !configuration.apiKeys.isEmpty
                || configuration.allowsUnauthenticated
        else { throw .keyMissing(host: configuration.host) }
        let limit = descriptorLimit
        guard connectionLimit(configuration.maxConnections, descriptorLimit: limit) > 0 else {
            throw .descriptorsMissing(limit: limit ?? 0, needed: reservedDescriptors + 1)
        }
    }

    /// What is allowed and still worth a word.
    static func warnings(_ configuration: ServerConfiguration) -> [String] {
        var warnings: [String] = []
        let short = configuration.apiKeys.filter { $0.utf8.count < APIKeys.minSafeByteCount }
        if !short.isEmpty {
            warnings.append(
                "\(short.count) of the API keys have fewer than \(APIKeys.minSafeByteCount) "
                    + "bytes and could be guessed. 'openssl rand -hex 32' makes a good one."
            )
        }
        if configuration.apiKeys.isEmpty, !HostCheck.isLoopback(configuration.host) {
            warnings.append(
                "No API key: everybody who can reach \(configuration.host) may use this server."
            )
        }
        let connections = connectionLimit(configuration)
        if connections < configuration.maxConnections {
            warnings.append(
                "At most \(connections) connections at once instead of "
                    + "\(configuration.maxConnections): raise the limit of open files "
                    + "(ulimit -n) for more."
            )
        }
        return warnings
    }

    /// Connections at once, within what the system lets the process open.
    static func connectionLimit(_ configuration: ServerConfiguration) -> Int {
        connectionLimit(configuration.maxConnections, descriptorLimit: descriptorLimit)
    }

    /// Of the connections that are wanted, those that leave descriptors for all else; at most 0 if
    /// there are none.
    package static func connectionLimit(_ wanted: Int, descriptorLimit: Int?) -> Int {
        guard let descriptorLimit else { return wanted }
        return min(wanted, descriptorLimit - reservedDescriptors)
    }

    /// The soft limit of open files; nil where there is none or it cannot be read.
    private static var descriptorLimit: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/limits", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") })
        else { return nil }
        // "Max open files            1024                 524288               files"
        return line.split(separator: " ").dropFirst(3).first.flatMap { Int($0) }
    }
}
