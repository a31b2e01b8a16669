/// The right to download one blob, or to remove what belongs to it.
///
/// The Python tools lock the same file: `.locks/models--ORG--NAME/HASH.lock`. It stays when it is
/// unlocked, or two processes could lock two files of one name.
final class CacheLock {
    private var file: CacheFile?

    private init(_ file: CacheFile) {
        self.file = file
    }

    /// Takes a lock; nil if another process, or another task of this one, has it.
    static func take(_ name: String, in folder: CacheFolder) throws(HubError) -> CacheLock? {
        let file = try folder.file(name)
        // Without its name it is one that nobody else can find.
        guard file.lock(), folder.has(file, as: name) else { return nil }
        return CacheLock(file)
    }

    /// Gives the lock back; a process that dies gives back all it has.
    func release() {
        file = nil
    }
}
