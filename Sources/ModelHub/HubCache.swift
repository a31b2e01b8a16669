import FoundationEssentials

/// A model that lies in the cache.
public struct CachedModel: Sendable, Hashable {
    /// Which revision of which model; a commit if no branch or tag leads to it.
    public let name: ModelName
    /// The folder with its files.
    public let path: String
    /// What its files take on disk.
    public let byteCount: Int
    /// Whether it can be served; other tools also keep parts of models.
    public let isComplete: Bool
}

/// The folder of models that the Python tools use as well.
///
///     models--ORG--NAME/blobs/HASH                 the bytes
///     models--ORG--NAME/snapshots/COMMIT/FILE      a link to ../../blobs/HASH
///     models--ORG--NAME/refs/REVISION              holds the commit
public struct HubCache: Sendable {
    /// Where the folders of the models are.
    public let folder: String

    /// Names a cache; the folder need not exist yet.
    public init(folder: String) {
        self.folder = folder
    }

    /// The folder with a model's files, nil unless all that is needed is there.
    public func snapshot(of model: ModelName) -> String? {
        guard let path = snapshotPath(of: model), isComplete(path) else { return nil }
        return path
    }

    /// All models of the cache, ordered by name.
    public func models() -> [CachedModel] {
        names(in: folder).sorted().flatMap { name in
            ModelName(folderName: name).map { revisions(of: $0) } ?? []
        }
    }

    /// What a model takes on disk, all revisions together; nil if it is not there.
    public func byteCount(of model: ModelName) -> Int? {
        let folder = path(of: model)
        guard kind(folder) == .typeDirectory else { return nil }
        return names(in: folder + "/blobs").reduce(0) { $0 + size(folder + "/blobs/" + $1) }
    }

    /// Removes a model with all its revisions, and nothing else.
    ///
    /// - Throws: ``HubError/notCached(model:cache:)`` or ``HubError/cache(path:reason:)``.
    public func remove(_ model: ModelName) throws(HubError) {
        let path = path(of: model)
        // A link in its place is not followed: what it leads to is not the cache's.
        guard kind(path) == .typeDirectory else {
            throw .notCached(model: model.path, cache: folder)
        }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .cache(path: path, reason: "it cannot be removed (\(error))")
        }
    }

    // MARK: - Looking

    private func revisions(of model: ModelName) -> [CachedModel] {
        let root = path(of: model)
        guard kind(root) == .typeDirectory else { return [] }
        var result: [CachedModel] = []
        var known: Set<String> = []
        for reference in references(under: root + "/refs", prefix: "", depth: 0).sorted() {
            guard let name = try? ModelName("\(model.path)@\(reference)"),
                let path = snapshotPath(of: name), known.insert(path).inserted
            else { continue }
            result.append(cached(name, path))
        }
        for commit in names(in: root + "/snapshots").sorted() {
            let path = "\(root)/snapshots/\(commit)"
            guard isHexadecimal(commit, count: 40), known.insert(path).inserted,
                let name = try? ModelName("\(model.path)@\(commit)")
            else { continue }
            result.append(cached(name, path))
        }
        return result
    }

    private func references(under folder: String, prefix: String, depth: Int) -> [String] {
        guard depth < 5 else { return [] }
        return names(in: folder).flatMap { name -> [String] in
            switch kind(folder + "/" + name) {
            case .typeRegular: [prefix + name]
            case .typeDirectory:
                references(
                    under: folder + "/" + name,
                    prefix: prefix + name + "/",
                    depth: depth + 1
                )
            default: []
            }
        }
    }

    private func cached(_ name: ModelName, _ path: String) -> CachedModel {
        let byteCount = names(in: path).reduce(0) { sum, file in
            let link = path + "/" + file
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
            // Links lead to ../../blobs/NAME; whatever they say, only a blob of the model counts.
            let blob = target?.split(separator: "/").last.map { path + "/../../blobs/" + $0 }
            return sum + size(blob ?? link)
        }
        return CachedModel(
            name: name,
            path: path,
            byteCount: byteCount,
            isComplete: isComplete(path)
        )
    }

    private func snapshotPath(of model: ModelName) -> String? {
        let root = path(of: model)
        var commit = model.revision
        if !isHexadecimal(commit, count: 40) {
            let reference = root + "/refs/" + model.revision
            guard kind(reference) == .typeRegular, size(reference) <= 100,
                let bytes = try? Data(contentsOf: URL(filePath: reference))
            else { return nil }
            commit = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
        }
        let path = "\(root)/snapshots/\(commit)"
        guard isHexadecimal(commit, count: 40), kind(path) == .typeDirectory else { return nil }
        return path
    }

    /// Whether a snapshot can be served; links whose blob is missing do not count as files.
    private func isComplete(_ path: String) -> Bool {
        let manager = FileManager.default
        let files = names(in: path).filter { manager.fileExists(atPath: path + "/" + $0) }
        if !files.contains("config.json") { return files.contains { $0.hasSuffix(".gguf") } }
        guard files.contains("tokenizer.json") || files.contains("tokenizer.model") else {
            return false
        }
        if files.contains(HubManifest.singleName) { return true }
        guard files.contains(HubManifest.indexName) else {
            return files.contains { $0.hasSuffix(".safetensors") }
        }
        guard let index = try? Data(contentsOf: URL(filePath: path + "/" + HubManifest.indexName)),
            let shards = HubManifest.shardNames(Array(index))
        else { return false }
        return Set(shards).isSubset(of: files)
    }

    // MARK: - Files

    func path(of model: ModelName) -> String { folder + "/" + model.folderName }

    func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// What lies at a path; links are not followed.
    func kind(_ path: String) -> FileAttributeType? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return attributes?[.type] as? FileAttributeType
    }

    /// A number among attributes, whose type depends on which Foundation made them.
    static func number(_ value: Any?) -> Int? {
        switch value {
        case let count as UInt64: Int(clamping: count)
        case let count as Int: count
        case let count as Int64: Int(clamping: count)
        case let count as UInt: Int(clamping: count)
        default: nil
        }
    }

    func size(_ path: String) -> Int {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return Self.number(attributes?[.size]) ?? 0
    }
}

// MARK: - Writing

extension HubCache {
    /// Makes a folder below the cache's, where it is missing.
    ///
    /// The cache itself may be a link to another disk; below it nothing may be, or we would write
    /// where it leads.
    func makeFolder(_ names: [String]) throws(HubError) -> String {
        let manager = FileManager.default
        var path = folder
        do {
            try manager.createDirectory(atPath: path, withIntermediateDirectories: true)
            for name in names {
                path += "/" + name
                switch kind(path) {
                case .typeDirectory: continue
                case nil:
                    try manager.createDirectory(atPath: path, withIntermediateDirectories: false)
                default: throw HubError.cache(path: path, reason: "it is not a folder")
                }
            }
        } catch let error as HubError {
            throw error
        } catch {
            throw .cache(path: path, reason: "it cannot be made (\(error))")
        }
        return path
    }

    /// Puts links to blobs into a snapshot, then lets the revision lead to it.
    func publish(_ files: [HubFile], of manifest: HubManifest) throws(HubError) -> String {
        let model = manifest.model
        let path = try makeFolder([model.folderName, "snapshots", manifest.commit])
        for file in files {
            try link(path + "/" + file.name, to: "../../blobs/" + file.blob)
        }
        guard model.revision != manifest.commit else { return path }
        let parts = ["refs"] + model.revision.split(separator: "/").map(String.init)
        let folder = try makeFolder([model.folderName] + parts.dropLast())
        let reference = folder + "/" + parts[parts.count - 1]
        do {
            switch kind(reference) {
            case .typeRegular, nil: break
            case .typeSymbolicLink: try FileManager.default.removeItem(atPath: reference)
            default: throw HubError.cache(path: reference, reason: "it is not a file")
            }
            try Data(manifest.commit.utf8).write(to: URL(filePath: reference), options: .atomic)
        } catch let error as HubError {
            throw error
        } catch {
            throw .cache(path: reference, reason: "it cannot be written (\(error))")
        }
        return path
    }

    private func link(_ path: String, to target: String) throws(HubError) {
        let manager = FileManager.default
        do {
            switch kind(path) {
            case nil: break
            case .typeSymbolicLink, .typeRegular:
                if (try? manager.destinationOfSymbolicLink(atPath: path)) == target { return }
                // The link itself goes, not what it leads to.
                try manager.removeItem(atPath: path)
            default: throw HubError.cache(path: path, reason: "it is not a link")
            }
            try manager.createSymbolicLink(atPath: path, withDestinationPath: target)
        } catch let error as HubError {
            throw error
        } catch {
            throw .cache(path: path, reason: "it cannot be made (\(error))")
        }
    }

    /// Refuses a download that the disk has no room for.
    func checkRoom(for byteCount: Int) throws(HubError) {
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = Self.number(attributes?[.systemFreeSize]), byteCount > free else { return }
        throw .noRoom(needed: byteCount, free: free, folder: folder)
    }
}
