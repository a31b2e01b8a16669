import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1

/// How far a download is.
public struct HubProgress: Sendable, Equatable {
    /// What is there, of this download alone.
    public var doneByteCount: Int
    /// What will be there.
    public var totalByteCount: Int

    /// From 0 to 1.
    public var share: Double {
        totalByteCount == 0 ? 1 : Double(doneByteCount) / Double(totalByteCount)
    }
}

/// Brings models from a hub into the cache.
///
///     let hub = HubClient(try HubConfiguration(environment: environment))
///     let folder = try await hub.folder(of: try ModelName("ORG/NAME")) { show($0.share) }
///
/// A value without state of its own. Nothing is written but into the model's folder of the cache,
/// and nothing appears there under its name before it is whole and its hash is right.
public struct HubClient: Sendable {
    /// The models that are there.
    public let cache: HubCache
    private let configuration: HubConfiguration
    private let connection: HubConnection

    /// Names a hub; nothing is sent yet.
    public init(_ configuration: HubConfiguration) {
        self.configuration = configuration
        cache = HubCache(folder: configuration.cacheFolder, disk: configuration.disk)
        connection = HubConnection(configuration)
    }

    /// The folder of a model: the cache's if it is whole, otherwise it is pulled.
    ///
    /// The hub is not asked for a newer commit of what is there; ``pull(_:files:progress:)`` does.
    public func folder(
        of model: ModelName,
        progress: @escaping @Sendable (HubProgress) -> Void
    ) async throws(HubError) -> String {
        if let path = cache.snapshot(of: model) { return path }
        return try await pull(model, progress: progress)
    }

    /// Downloads what is missing of a model.
    ///
    /// - Parameters:
    ///   - model: which revision of which model.
    ///   - files: names of the only files to take; without any, what is needed to serve the model.
    ///   - progress: called as bytes arrive, from several tasks.
    /// - Returns: the folder with the model's files.
    /// - Throws: ``HubError``; what has been downloaded is kept and used the next time.
    public func pull(
        _ model: ModelName,
        files: [String] = [],
        progress: @escaping @Sendable (HubProgress) -> Void
    ) async throws(HubError) -> String {
        guard !configuration.isOffline else { return try offlineFolder(of: model, files) }
        let manifest = try await manifest(of: model)
        guard files.isEmpty else {
            return try await bring(try manifest.files(files), manifest, progress)
        }
        guard let index = try manifest.index() else {
            let weights = try manifest.weights(index: nil)
            // A GGUF file has everything in it, and a config.json beside it would hide it.
            let isPacked = weights.contains { $0.name.hasSuffix(".gguf") }
            let all = isPacked ? weights : try manifest.smallFiles() + weights
            return try await bring(all, manifest, progress)
        }
        let small = try manifest.smallFiles() + [index]
        // What the model consists of is known only when the index is here: no ref until then.
        try await download(small, of: manifest) { _ in }
        let path = "\(cache.path(of: model))/blobs/\(index.blob)"
        guard index.byteCount <= HubManifest.byteLimit,
            let bytes = try? Data(contentsOf: URL(filePath: path))
        else { throw .cache(path: path, reason: "it cannot be read, or is too long an index") }
        let weights = try manifest.weights(index: Array(bytes))
        return try await bring(small + weights, manifest, progress)
    }

    private func offlineFolder(
        of model: ModelName,
        _ files: [String]
    ) throws(HubError) -> String {
        guard let path = cache.snapshot(of: model),
            Set(files).isSubset(of: cache.names(in: path))
        else {
            throw .offline(model: model.description, cache: configuration.cacheFolder)
        }
        return path
    }

    private func bring(
        _ files: [HubFile],
        _ manifest: HubManifest,
        _ progress: @escaping @Sendable (HubProgress) -> Void
    ) async throws(HubError) -> String {
        try await download(files, of: manifest, progress)
        return try cache.publish(files, of: manifest)
    }

    private func download(
        _ files: [HubFile],
        of manifest: HubManifest,
        _ progress: @escaping @Sendable (HubProgress) -> Void
    ) async throws(HubError) {
        try await HubDownload(
            of: manifest,
            cache: cache,
            configuration: configuration,
            connection: connection
        ).run(files, progress)
    }

    private func manifest(of model: ModelName) async throws(HubError) -> HubManifest {
        let revision = model.revision.split(separator: "/").joined(separator: "%2F")
        let path = "/api/models/\(model.path)/revision/\(revision)?blobs=true"
        var attempt = 0
        while true {
            do throws(HubError) {
                let bytes = try await connection.bytes(
                    path,
                    of: model.description,
                    limit: HubManifest.byteLimit
                )
                return try HubManifest(bytes, of: model)
            } catch {
                try await configuration.wait(after: error, attempt: attempt)
                attempt += 1
            }
        }
    }
}
