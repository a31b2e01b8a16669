import FoundationEssentials
import ModelHub

/// The hub and the cache that this process's environment names.
enum HubAccess {
    static func client(isOffline: Bool = false) throws -> HubClient {
        var configuration = try HubConfiguration(
            environment: ProcessInfo.processInfo.environment
        )
        configuration.isOffline = configuration.isOffline || isOffline
        return HubClient(configuration)
    }

    static func cache() throws -> HubCache { try client().cache }

    /// The folder of a model that is given by name; pulled, with a bar, if it is not in the cache.
    static func folder(of name: ModelName, isOffline: Bool) async throws -> String {
        let client = try client(isOffline: isOffline)
        if let path = client.cache.snapshot(of: name) { return path }
        if !isOffline {
            StandardError.write("No folder '\(name)' here: pulling the model of this name.\n")
        }
        return try await withBar(name) { bar in
            try await client.folder(of: name) { bar.show($0.share) }
        }
    }

    /// Runs a download with a progress bar on standard error.
    static func withBar(
        _ name: ModelName,
        _ download: (ProgressBar) async throws -> String
    ) async throws -> String {
        let bar = ProgressBar(title: "pulling \(name)")
        defer { bar.finish() }
        return try await download(bar)
    }
}
