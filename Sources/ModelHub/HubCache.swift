import FoundationEssentials

/// A revision of a model that lies in the cache.
public struct CachedModel: Sendable, Hashable {
    /// Which revision of which model; a commit if no branch or tag leads to it.
    public let name: ModelName
    /// The folder with its files.
    public let path: String
    /// What its files take on disk; revisions may share files.
    public let byteCount: Int
    /// Whether it can be served; other tools also keep parts of models.
    public let isComplete: Bool
    /// Whether this is no revision, but what belongs to none: downloads that were stopped.
    public let isLeftOver: Bool
}

/// The folder of models that the Python tools use as well.
///
///     models--ORG--NAME/blobs/HASH                 the bytes
///     models--ORG--NAME/snapshots/COMMIT/FILE      a link to ../../blobs/HASH
///     models--ORG--NAME/refs/REVISION              holds the commit
public struct HubCache: Sendable {
    /// Where the folders of the models are.
    public let folder: String
    let disk: Disk

    /// Names a cache; the folder need not exist yet.
    public init(folder: String) {
        self.init(folder: folder, disk: .real)
    }

    init(folder: String, disk: Disk) {
        self.folder = folder
        self.disk = disk
    }

    /// The folder with a model's files, nil unless all that is needed is there.
    public func snapshot(of model: ModelName) -> String? {
        guard let path = snapshotPath(of: model), isComplete(path) else { return nil }
        return path
    }

    /// All revisions of all models of the cache, ordered by name, and what was not finished.
    public func models() -> [CachedModel] {
        modelNames().flatMap { model in
            let revisions = revisions(of: model)
            return revisions + leftOver(of: model, besides: revisions)
        }
    }

    private func modelNames() -> [ModelName] {
        names(in: folder).sorted().compactMap { name in
            ModelName(folderName: name).flatMap {
                kind(folder + "/" + name) == .typeDirectory ? $0 : nil
            }
        }
    }

    /// Names in the cache that somebody who typed this one may have meant, the closest first.
    public func names(like model: ModelName) -> [String] {
        model.closest(among: modelNames().map(\.path))
    }

    /// What a model takes on disk, all revisions together; nil if it is not there.
    public func byteCount(of model: ModelName) -> Int? {
        let folder = path(of: model)
        guard kind(folder) == .typeDirectory else { return nil }
        return names(in: folder + "/blobs").reduce(0) { $0 + size(folder + "/blobs/" + $1) }
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
        let byteCount = files(under: path, depth: 0).reduce(0) { $0 + size($1) }
        return CachedModel(
            name: name,
            path: path,
            byteCount: byteCount,
            isComplete: isComplete(path),
            isLeftOver: false
        )
    }

    /// The bytes of a snapshot: its model's blobs, and files that are no links, each once.
    private func files(under folder: String, depth: Int) -> Set<String> {
        guard depth < 16 else { return [] }
        var result: Set<String> = []
        for name in names(in: folder) {
            let path = folder + "/" + name
            switch kind(path) {
            case .typeDirectory: result.formUnion(files(under: path, depth: depth + 1))
            case .typeSymbolicLink:
                // Links lead to ../../blobs/NAME, from folders in the snapshot with more steps up;
                // whatever they say, only a blob of the model counts.
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
                guard let blob = target?.split(separator: "/").last, blob != ".." else { continue }
                let root = folder.split(separator: "/", omittingEmptySubsequences: false)
                    .dropLast(depth + 2).joined(separator: "/")
                result.insert("\(root)/blobs/\(blob)")
            default: result.insert(path)
            }
        }
        return result
    }

    /// What of a model's blobs belongs to no revision; nil if that is nothing.
    private func leftOver(
        of model: ModelName,
        besides revisions: [CachedModel]
    ) -> [CachedModel] {
        let blobs = path(of: model) + "/blobs"
        let used = revisions.reduce(into: Set<String>()) {
            $0.formUnion(files(under: $1.path, depth: 0))
        }
        let rest = names(in: blobs).map { blobs + "/" + $0 }.filter { !used.contains($0) }
        guard !rest.isEmpty || revisions.isEmpty else { return [] }
        return [
            CachedModel(
                name: model,
                path: blobs,
                byteCount: rest.reduce(0) { $0 + size($1) },
                isComplete: false,
                isLeftOver: true
            )
        ]
    }

    private func snapshotPath(of model: ModelName) -> String? {
        guard let commit = commit(of: model) else { return nil }
        let path = "\(path(of: model))/snapshots/\(commit)"
        return kind(path) == .typeDirectory ? path : nil
    }

    /// The commit that a revision leads to here; nil if it leads to none.
    func commit(of model: ModelName) -> String? {
        guard !isHexadecimal(model.revision, count: 40) else { return model.revision }
        let reference = path(of: model) + "/refs/" + model.revision
        guard kind(reference) == .typeRegular, size(reference) <= 100,
            let bytes = try? Data(contentsOf: URL(filePath: reference))
        else { return nil }
        let commit = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
        return isHexadecimal(commit, count: 40) ? commit : nil
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
