import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

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
    /// A file that takes more requests than this never comes to an end.
    private static let requestLimit = 1000

    private let configuration: HubConfiguration
    private let connection: HubConnection

    /// Names a hub; nothing is sent yet.
    public init(_ configuration: HubConfiguration) {
        self.configuration = configuration
        cache = HubCache(folder: configuration.cacheFolder)
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
        try await download(small, manifest) { _ in }
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
        try await download(files, manifest, progress)
        return try cache.publish(files, of: manifest)
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
                try await wait(after: error, attempt: attempt)
                attempt += 1
            }
        }
    }

    /// Waits until a request may be sent again, or throws what it failed with.
    private func wait(after error: HubError, attempt: Int) async throws(HubError) {
        guard error.mayPass, attempt < configuration.retryLimit else { throw error }
        let delay = configuration.retryDelay * (1 << min(attempt, 10))
        do { try await Task.sleep(for: delay) } catch { throw .cancelled }
    }

    // MARK: - Blobs

    private func download(
        _ files: [HubFile],
        _ manifest: HubManifest,
        _ progress: @escaping @Sendable (HubProgress) -> Void
    ) async throws(HubError) {
        let folder = try cache.makeFolder([manifest.model.folderName, "blobs"])
        // Files of equal content share a blob.
        var blobs: Set<String> = []
        let missing = files.filter { file in
            !hasBlob(file, in: folder) && blobs.insert(file.blob).inserted
        }
        let total = missing.reduce(0) { $0 + $1.byteCount }
        let started = missing.reduce(0) { $0 + cache.size("\(folder)/\($1.blob).incomplete") }
        try cache.checkRoom(for: total - min(started, total))
        let meter = DownloadMeter(total: total, show: progress)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, file) in missing.enumerated() {
                    if number >= max(1, configuration.parallelCount) { try await group.next() }
                    group.addTask {
                        try await download(file, manifest, into: folder, meter)
                    }
                }
                try await group.waitForAll()
            }
        } catch let error as HubError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func hasBlob(_ file: HubFile, in folder: String) -> Bool {
        let path = "\(folder)/\(file.blob)"
        return cache.kind(path) == .typeRegular && cache.size(path) == file.byteCount
    }

    private func download(
        _ file: HubFile,
        _ manifest: HubManifest,
        into folder: String,
        _ meter: DownloadMeter
    ) async throws(HubError) {
        let partial = try PartialBlob(file, folder: folder)
        let path = "/\(manifest.model.path)/resolve/\(manifest.commit)/\(file.name)"
        var attempt = 0
        for _ in 0..<Self.requestLimit {
            let start = partial.byteCount
            do throws(HubError) {
                if partial.byteCount < file.byteCount {
                    try await receive(path, manifest.model, file, partial, meter)
                }
                return try partial.finish()
            } catch {
                switch error {
                case .wrongHash, .wrongSize:
                    // What an earlier download left may have been of another kind.
                    guard partial.isResumed else {
                        partial.discard()
                        throw error
                    }
                    try partial.restart()
                default:
                    // Only what brought nothing counts: a long download may break often.
                    if partial.byteCount > start { attempt = 0 }
                    try await wait(after: error, attempt: attempt)
                    attempt += 1
                }
            }
        }
        throw .unreachable(url: configuration.endpoint + path, reason: "It broke too often.")
    }

    /// One answer's bytes, from where the partial file ends.
    private func receive(
        _ path: String,
        _ model: ModelName,
        _ file: HubFile,
        _ partial: PartialBlob,
        _ meter: DownloadMeter
    ) async throws(HubError) {
        let offset = partial.byteCount
        let response = try await connection.get(path, of: model.description, from: offset)
        if response.status.code != 206, offset > 0 {
            // The range was ignored, or is none: from the beginning.
            try partial.restart()
        }
        let first = response.headers.first(name: "Content-Range")
        if response.status.code == 206, first?.hasPrefix("bytes \(offset)-") != true {
            throw .badRedirect(url: path, reason: "to another part of the file")
        }
        if response.status.code == 416 {
            throw .unreachable(url: path, reason: "The part that is missing was refused.")
        }
        let expected = file.byteCount - partial.byteCount
        if let length = response.headers.first(name: "Content-Length").flatMap({ Int($0) }),
            length != expected
        {
            throw .wrongSize(
                file: file.name,
                expected: file.byteCount,
                got: length.addingReportingOverflow(partial.byteCount).partialValue
            )
        }
        do {
            for try await piece in response.body {
                try partial.append(Array(piece.readableBytesView))
                meter.show(partial.byteCount, of: file)
            }
        } catch {
            throw HubError(broken: error, url: configuration.endpoint + path)
        }
        // A cancelled body just ends.
        guard !Task.isCancelled else { throw .cancelled }
        guard partial.byteCount == file.byteCount else {
            throw .wrongSize(
                file: file.name,
                expected: file.byteCount,
                got: partial.byteCount
            )
        }
    }
}

/// Adds up what the tasks of a download have.
private final class DownloadMeter: Sendable {
    private let total: Int
    private let show: @Sendable (HubProgress) -> Void
    private let done = Mutex<[String: Int]>([:])

    init(total: Int, show: @escaping @Sendable (HubProgress) -> Void) {
        self.total = total
        self.show = show
    }

    func show(_ byteCount: Int, of file: HubFile) {
        let sum = done.withLock { done in
            done[file.blob] = byteCount
            return done.values.reduce(0, +)
        }
        show(HubProgress(doneByteCount: sum, totalByteCount: total))
    }
}
