import ArgumentParser
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

    /// What a model argument names on a hub; nil if that is to be taken as a path.
    ///
    /// What exists as a path is taken as it is; if a model of that name is in the cache as well,
    /// that is said.
    static func name(_ argument: String) throws -> ModelName? {
        guard let name = try? ModelName(argument) else { return nil }
        guard FileManager.default.fileExists(atPath: argument) else {
            let isFileName = [".gguf", ".safetensors", ".json"].contains {
                argument.lowercased().hasSuffix($0)
            }
            return name.owner == nil && isFileName ? nil : name
        }
        if let path = try? cache().snapshot(of: name) {
            StandardError.write(
                "'\(argument)' is a path here, and a model in the cache: the path is taken. For "
                    + "the model write \(path).\n"
            )
        }
        return nil
    }

    /// The folder of a model that is given by name; pulled, with a bar, if it is not in the cache.
    static func folder(of name: ModelName, isOffline: Bool) async throws -> String {
        let client = try client(isOffline: isOffline)
        if let path = client.cache.snapshot(of: name) { return path }
        if !isOffline {
            StandardError.write("No path '\(name)' here: pulling the model of this name.\n")
        }
        return try await withBar(name) { bar in
            try await client.folder(of: name) { bar.show($0.share) }
        }
    }

    /// Runs a download with a progress bar on standard error; Ctrl-C stops it.
    static func withBar(
        _ name: ModelName,
        _ download: @escaping @Sendable (ProgressBar) async throws -> String
    ) async throws -> String {
        let bar = ProgressBar(title: "pulling \(name)")
        do {
            let path = try await Interruption.cancelling { try await download(bar) }
            bar.finish()
            return path
        } catch {
            bar.finish()
            if error is ExitCode { StandardError.write("\(HubError.cancelled)\n") }
            throw error
        }
    }
}
