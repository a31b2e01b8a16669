import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOHTTP1
import Synchronization

/// Brings files of one manifest into the cache's blobs.
struct HubDownload: Sendable {
    /// A file that takes more requests than this never comes to an end.
    private static let requestLimit = 1000

    private let manifest: HubManifest
    private let cache: HubCache
    private let configuration: HubConfiguration
    private let connection: HubConnection

    init(
        of manifest: HubManifest,
        cache: HubCache,
        configuration: HubConfiguration,
        connection: HubConnection
    ) {
        self.manifest = manifest
        self.cache = cache
        self.configuration = configuration
        self.connection = connection
    }

    /// Downloads what is missing of these files, some at a time.
    func run(
        _ files: [HubFile],
        _ progress: @escaping @Sendable (HubProgress) -> Void
    ) async throws(HubError) {
        // Files of equal content share a blob.
        var seen: Set<String> = []
        let missing = files.filter { !has($0) && seen.insert($0.blob).inserted }
        // A cache that may only be read will do if all is there.
        guard !missing.isEmpty else { return }
        let root = try cache.open()
        let blobs = try root.folder(manifest.model.folderName).folder("blobs")
        let locks = try root.folder(".locks").folder(manifest.model.folderName)
        try cache.checkRoom(for: byteCountToCome(missing))
        let meter = DownloadMeter(total: missing.reduce(0) { $0 + $1.byteCount }, show: progress)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, file) in missing.enumerated() {
                    if number >= max(1, configuration.parallelCount) { try await group.next() }
                    group.addTask { try await download(file, into: blobs, locks, meter) }
                }
                try await group.waitForAll()
            }
        } catch HubError.noRoom(_, let free, let folder, let isQuota) {
            throw .noRoom(
                needed: byteCountToCome(missing),
                free: free,
                folder: folder,
                isQuota: isQuota
            )
        } catch let error as HubError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private func blobPath(_ file: HubFile) -> String {
        "\(cache.path(of: manifest.model))/blobs/\(file.blob)"
    }

    private func has(_ file: HubFile) -> Bool {
        let path = blobPath(file)
        return cache.kind(path) == .typeRegular && cache.size(path) == file.byteCount
    }

    /// What an earlier download, or another process, has of a file.
    private func startedByteCount(_ file: HubFile) -> Int {
        min(cache.size(blobPath(file) + ".incomplete"), file.byteCount)
    }

    private func byteCountToCome(_ files: [HubFile]) -> Int {
        files.filter { !has($0) }.reduce(0) { $0 + $1.byteCount - startedByteCount($1) }
    }

    // MARK: - One file

    private func download(
        _ file: HubFile,
        into folder: CacheFolder,
        _ locks: CacheFolder,
        _ meter: DownloadMeter
    ) async throws(HubError) {
        let lock = try await lock(file, in: locks, meter)
        defer { lock.release() }
        // Whoever had the lock before may have finished it.
        guard !has(file) else { return meter.show(file.byteCount, of: file) }
        let partial = try PartialBlob(file, folder: folder)
        var attempt = 0
        for _ in 0..<Self.requestLimit {
            let start = partial.byteCount
            do throws(HubError) {
                if partial.byteCount < file.byteCount { try await receive(file, partial, meter) }
                return try partial.finish()
            } catch {
                switch error {
                case .wrongSize where partial.byteCount == start:
                    // Nothing of that answer was taken, so what was there before stays good: it may
                    // be the page of a network that wants a login.
                    throw error
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
                    try await configuration.wait(after: error, attempt: attempt)
                    attempt += 1
                }
            }
        }
        throw .unreachable(url: address(of: file), reason: "It broke too often.")
    }

    /// Waits until nobody else downloads the same blob.
    private func lock(
        _ file: HubFile,
        in locks: CacheFolder,
        _ meter: DownloadMeter
    ) async throws(HubError) -> CacheLock {
        while true {
            if let lock = try CacheLock.take(file.blob + ".lock", in: locks) { return lock }
            meter.show(startedByteCount(file), of: file)
            try await configuration.wait(configuration.lockDelay)
        }
    }

    private func path(of file: HubFile) -> String {
        "/\(manifest.model.path)/resolve/\(manifest.commit)/\(file.name)"
    }

    private func address(of file: HubFile) -> String { configuration.endpoint + path(of: file) }

    /// One answer's bytes, from where the partial file ends.
    private func receive(
        _ file: HubFile,
        _ partial: PartialBlob,
        _ meter: DownloadMeter
    ) async throws(HubError) {
        let offset = partial.byteCount
        let response = try await connection.get(
            path(of: file),
            of: manifest.model.description,
            from: offset
        )
        let first = response.headers.first(name: "Content-Range")
        if response.status.code == 206, first?.hasPrefix("bytes \(offset)-") != true {
            throw .badRedirect(url: address(of: file), reason: "to another part of the file")
        }
        let expected = response.status.code == 206 ? file.byteCount - offset : file.byteCount
        let length = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        if response.status.code != 416, let length, length != expected {
            throw wrongSize(
                file,
                length.addingReportingOverflow(file.byteCount - expected).partialValue
            )
        }
        if response.status.code != 206, offset > 0 {
            // The range was ignored, or is none: from the beginning.
            try partial.restart()
        }
        if response.status.code == 416 {
            throw .unreachable(
                url: address(of: file),
                reason: "The part that is missing was refused."
            )
        }
        do {
            for try await piece in response.body {
                try partial.append(Array(piece.readableBytesView))
                meter.show(partial.byteCount, of: file)
            }
        } catch {
            throw HubError(broken: error, url: address(of: file))
        }
        // A cancelled body just ends.
        guard !Task.isCancelled else { throw .cancelled }
        guard partial.byteCount == file.byteCount else {
            // Without a length this is how a broken connection looks: what came is kept.
            throw .unreachable(
                url: address(of: file),
                reason: "It ended after \(partial.byteCount) of \(file.byteCount) bytes."
            )
        }
    }

    private func wrongSize(_ file: HubFile, _ got: Int) -> HubError {
        .wrongSize(file: file.name, expected: file.byteCount, got: got)
    }
}

extension HubConfiguration {
    /// Waits until a request may be sent again, or throws what it failed with.
    func wait(after error: HubError, attempt: Int) async throws(HubError) {
        guard error.mayPass, attempt < retryLimit else { throw error }
        var delay = retryDelay * (1 << min(attempt, 10))
        if case .refused(_, _, let seconds?) = error {
            guard .seconds(seconds) <= longestRetryDelay else { throw error }
            delay = max(delay, .seconds(seconds))
        }
        try await wait(delay)
    }

    /// Lets time pass.
    func wait(_ delay: Duration) async throws(HubError) {
        do { try await pause(delay) } catch { throw .cancelled }
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
