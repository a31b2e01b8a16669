import FoundationEssentials

extension HubCache {
    /// Opens the cache for writing, and makes it where it is missing.
    func open() throws(HubError) -> CacheFolder {
        try CacheFolder(root: folder, disk: disk)
    }

    /// Puts links to blobs into a snapshot, then lets the revision lead to it.
    func publish(_ files: [HubFile], of manifest: HubManifest) throws(HubError) -> String {
        let revision = manifest.model.revision
        let model = try open().folder(manifest.model.folderName)
        let snapshot = try model.folder("snapshots").folder(manifest.commit)
        var isChanged = false
        for file in files {
            let target = "../../blobs/" + file.blob
            if try snapshot.link(file.name, to: target, scratch: model) { isChanged = true }
        }
        if isChanged { try snapshot.flush() }
        guard revision != manifest.commit, commit(of: manifest.model) != manifest.commit else {
            return snapshot.path
        }
        var parts = revision.split(separator: "/").map(String.init)
        let name = parts.removeLast()
        var folder = try model.folder("refs")
        for part in parts { folder = try folder.folder(part) }
        try folder.replace(name, with: Array(manifest.commit.utf8), scratch: model)
        return snapshot.path
    }

    /// Refuses a download that the disk has no room for.
    func checkRoom(for byteCount: Int) throws(HubError) {
        guard let free = freeByteCount(folder), byteCount > free else { return }
        throw .noRoom(needed: byteCount, free: free, folder: folder, isQuota: false)
    }

    // MARK: - Removing

    /// Removes a model with all its revisions, and nothing else.
    ///
    /// - Throws: ``HubError/notCached(model:cache:similar:)``, ``HubError/busy(path:)`` while it is
    ///   being downloaded, or ``HubError/cache(path:reason:)``.
    public func remove(_ model: ModelName) throws(HubError) {
        let locks = try removalLocks(of: model)
        defer { for lock in locks { lock.release() } }
        try open().removeTree(model.folderName)
    }

    /// Removes what downloads of a model that were stopped have left, but no revision.
    ///
    /// - Returns: how many bytes that were.
    /// - Throws: as ``remove(_:)`` does.
    public func removePartialFiles(of model: ModelName) throws(HubError) -> Int {
        let locks = try removalLocks(of: model)
        defer { for lock in locks { lock.release() } }
        guard let root = try open().existingFolder(model.folderName) else { return 0 }
        var byteCount = 0
        // In the model's own folder links and refs lie for a moment before they get their names.
        for folder in [root, try root.existingFolder("blobs")].compactMap(\.self) {
            for name in names(in: folder.path) where name.hasSuffix(".incomplete") {
                byteCount += size(folder.path + "/" + name)
                try folder.remove(name)
            }
        }
        return byteCount
    }

    /// All locks of a model that is there, so that nobody downloads to it.
    private func removalLocks(of model: ModelName) throws(HubError) -> [CacheLock] {
        // A link in its place is not followed: what it leads to is not the cache's.
        guard kind(path(of: model)) == .typeDirectory else {
            throw .notCached(model: model.path, cache: folder, similar: names(like: model))
        }
        let all = try open().existingFolder(".locks")
        guard let folder = try all?.existingFolder(model.folderName) else { return [] }
        var locks: [CacheLock] = []
        for name in names(in: folder.path).sorted() where name.hasSuffix(".lock") {
            guard let lock = try CacheLock.take(name, in: folder) else {
                throw .busy(path: path(of: model))
            }
            locks.append(lock)
        }
        return locks
    }
}
