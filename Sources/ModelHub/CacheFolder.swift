import CSystemCalls
import FoundationEssentials
import Glibc
import SystemPackage

/// A folder of the cache that is held open: what is done in it is done there, whatever its path
/// leads to meanwhile.
///
/// All names are single ones that ``isPlainName(_:)`` or ``ModelName`` have let through; a link in
/// the place of one is never followed.
final class CacheFolder: Sendable {
    /// Where it was when it was opened.
    let path: String
    private let descriptor: FileDescriptor
    private let disk: Disk

    /// Opens the cache itself, and makes it where it is missing.
    ///
    /// It may be a link to another disk: whoever can change it has chosen it.
    init(root path: String, disk: Disk) throws(HubError) {
        let failure = "it cannot be made"
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try disk.allow(.makeFolder, path)
                try FileManager.default.createDirectory(
                    atPath: path,
                    withIntermediateDirectories: true
                )
            }
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.directory, .closeOnExec]
            )
        } catch let error as Errno {
            throw HubError(error, path: path, failure: failure)
        } catch {
            guard let error = Self.systemError(error) else {
                throw .cache(path: path, reason: "\(failure) (\(error))")
            }
            throw HubError(error, path: path, failure: failure)
        }
        self.path = path
        self.disk = disk
    }

    private init(_ descriptor: CInt, path: String, disk: Disk) {
        self.descriptor = FileDescriptor(rawValue: descriptor)
        self.path = path
        self.disk = disk
    }

    deinit { try? descriptor.close() }

    private static func systemError(_ error: any Error) -> Errno? {
        switch (error as? CocoaError)?.code {
        case .fileWriteOutOfSpace: .noSpace
        case .fileWriteNoPermission: .permissionDenied
        case .fileWriteVolumeReadOnly: .readOnlyFileSystem
        default: nil
        }
    }

    // MARK: - Folders

    /// A folder in this one, made where it is missing.
    func folder(_ name: String) throws(HubError) -> CacheFolder {
        if let folder = try existingFolder(name) { return folder }
        try perform(.makeFolder, name, "it cannot be made") {
            let result = cs_folder_make(descriptor.rawValue, name)
            // Another process may have been faster.
            return result == -EEXIST ? 0 : result
        }
        guard let folder = try existingFolder(name) else {
            throw .cache(path: "\(path)/\(name)", reason: "it has been removed meanwhile")
        }
        return folder
    }

    /// A folder in this one, nil where it is missing.
    func existingFolder(_ name: String) throws(HubError) -> CacheFolder? {
        let path = "\(path)/\(name)"
        let result = cs_folder_open(descriptor.rawValue, name)
        switch result {
        case 0...: return CacheFolder(result, path: path, disk: disk)
        case -ENOENT: return nil
        case -ENOTDIR, -ELOOP: throw .cache(path: path, reason: "it is not a folder")
        default: throw HubError(Errno(rawValue: -result), path: path, failure: "it cannot be read")
        }
    }

    /// Removes something with all that is in it.
    func removeTree(_ name: String) throws(HubError) {
        try perform(.remove, name, "it cannot be removed") {
            cs_tree_remove(descriptor.rawValue, name, 32)
        }
    }

    /// Has the disk keep the names in this folder.
    func flush() throws(HubError) {
        try perform(.flush, ".", "it cannot be flushed") {
            // Some file systems do not do this for folders.
            fsync(descriptor.rawValue) == 0 || errno == EINVAL ? 0 : -errno
        }
    }

    // MARK: - Files

    /// Opens a file for reading and writing, made where it is missing.
    func file(_ name: String) throws(HubError) -> CacheFile {
        let file = try perform(.openFile, name, "it cannot be opened") {
            cs_file_open(descriptor.rawValue, name, true)
        }
        return CacheFile(file, path: "\(path)/\(name)", disk: disk)
    }

    /// Whether a name still leads to a file that was opened by it.
    func has(_ file: CacheFile, as name: String) -> Bool {
        cs_file_has_name(file.rawDescriptor, descriptor.rawValue, name) == 1
    }

    /// Gives a file another name here, in place of what has it.
    func rename(_ name: String, to newName: String) throws(HubError) {
        try perform(.move, newName, "it cannot be written") {
            cs_name_move(descriptor.rawValue, name, descriptor.rawValue, newName)
        }
    }

    /// Removes a file or a link, if it is there.
    func remove(_ name: String) throws(HubError) {
        try perform(.remove, name, "it cannot be removed") {
            let result = cs_name_remove(descriptor.rawValue, name)
            return result == -ENOENT ? 0 : result
        }
    }

    /// Writes a small file in one step: it has its old bytes or the new ones.
    ///
    /// - Parameters:
    ///   - name: the file's name here.
    ///   - bytes: all its bytes.
    ///   - scratch: where it is written before it gets its name.
    /// - Throws: ``HubError``.
    func replace(
        _ name: String,
        with bytes: [UInt8],
        scratch: CacheFolder
    ) throws(HubError) {
        try scratch.withScratchName { (temporary) throws(HubError) in
            let made = try scratch.perform(.openFile, temporary, "it cannot be made") {
                cs_file_make(scratch.descriptor.rawValue, temporary)
            }
            let file = CacheFile(made, path: "\(path)/\(name)", disk: disk)
            try file.write(bytes)
            try file.flush()
            try take(temporary, of: scratch, as: name)
        }
        try flush()
    }

    // MARK: - Links

    /// Makes a link in one step, in place of what has its name.
    ///
    /// - Parameters:
    ///   - name: the link's name here.
    ///   - destination: what it says.
    ///   - scratch: where it is made before it gets its name.
    /// - Returns: false if it was there.
    /// - Throws: ``HubError``.
    func link(
        _ name: String,
        to destination: String,
        scratch: CacheFolder
    ) throws(HubError) -> Bool {
        guard cs_link_leads_to(descriptor.rawValue, name, destination) != 1 else { return false }
        let failure = "it cannot be made"
        let result = try perform(.link, name, failure) {
            let result = cs_link_make(descriptor.rawValue, name, destination)
            return [-EEXIST, -EPERM, -EOPNOTSUPP].contains(result) ? -result : result
        }
        guard result != 0 else { return true }
        guard result == EEXIST else {
            throw .cache(
                path: "\(path)/\(name)",
                reason: "this file system has no symbolic links. Set HF_HOME to a folder on one "
                    + "that has"
            )
        }
        try scratch.withScratchName { (temporary) throws(HubError) in
            try scratch.perform(.link, temporary, failure) {
                cs_link_make(scratch.descriptor.rawValue, temporary, destination)
            }
            try take(temporary, of: scratch, as: name)
        }
        return true
    }

    // MARK: - Steps

    private func withScratchName(
        _ body: (String) throws(HubError) -> Void
    ) throws(HubError) {
        let name = String(UInt64.random(in: 0...UInt64.max), radix: 16) + ".incomplete"
        do throws(HubError) {
            try body(name)
        } catch {
            try? remove(name)
            throw error
        }
    }

    private func take(
        _ temporary: String,
        of scratch: CacheFolder,
        as name: String
    ) throws(HubError) {
        try perform(.move, name, "it cannot be written") {
            cs_name_move(scratch.descriptor.rawValue, temporary, descriptor.rawValue, name)
        }
    }

    @discardableResult
    private func perform(
        _ step: DiskStep,
        _ name: String,
        _ failure: String,
        _ action: () -> CInt
    ) throws(HubError) -> CInt {
        let path = name == "." ? self.path : "\(self.path)/\(name)"
        do throws(Errno) {
            try disk.allow(step, path)
            let result = action()
            guard result >= 0 else { throw Errno(rawValue: -result) }
            return result
        } catch {
            throw HubError(error, path: path, failure: failure)
        }
    }
}

/// A file of the cache that is open for reading and writing.
final class CacheFile {
    let path: String
    private let descriptor: FileDescriptor
    private let disk: Disk

    init(_ descriptor: CInt, path: String, disk: Disk) {
        self.descriptor = FileDescriptor(rawValue: descriptor)
        self.path = path
        self.disk = disk
    }

    deinit { try? descriptor.close() }

    var rawDescriptor: CInt { descriptor.rawValue }

    /// How long it is; the next bytes are written there.
    func end() throws(HubError) -> Int {
        do {
            return try Int(descriptor.seek(offset: 0, from: .end))
        } catch {
            throw .cache(path: path, reason: "it cannot be read (\(error))")
        }
    }

    /// All its bytes, mapped rather than read, as there may be more than memory has.
    func mappedBytes() throws(HubError) -> Data {
        // By its descriptor: its name may lead elsewhere by now.
        let open = URL(filePath: "/proc/self/fd/\(rawDescriptor)")
        do {
            return try Data(contentsOf: open, options: .alwaysMapped)
        } catch {
            throw .cache(path: path, reason: "it cannot be read (\(error))")
        }
    }

    /// Writes at its end; if the disk takes only some of the bytes, those stay.
    func write(_ bytes: [UInt8]) throws(HubError) {
        try perform(.write, bytes.count) { room throws(Errno) in
            do {
                try descriptor.writeAll(bytes.prefix(room))
            } catch {
                throw error as? Errno ?? .ioError
            }
            if room < bytes.count { throw .noSpace }
        }
    }

    /// Throws away all its bytes.
    func clear() throws(HubError) {
        try perform(.cut) { _ throws(Errno) in
            do {
                try descriptor.resize(to: 0)
                try descriptor.seek(offset: 0, from: .start)
            } catch {
                throw error as? Errno ?? .ioError
            }
        }
    }

    /// Has the disk keep its bytes.
    func flush() throws(HubError) {
        try perform(.flush) { _ throws(Errno) in
            guard fsync(rawDescriptor) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Makes it this process's alone; false if another has it.
    func lock() -> Bool {
        // Where the file system has no locks, things go on without: bytes are checked anyway.
        flock(rawDescriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK
    }

    private func perform(
        _ step: DiskStep,
        _ byteCount: Int = 0,
        _ action: (Int) throws(Errno) -> Void
    ) throws(HubError) {
        do throws(Errno) {
            try action(try disk.allow(step, path, byteCount: byteCount))
        } catch {
            throw HubError(error, path: path, failure: "it cannot be written")
        }
    }
}
