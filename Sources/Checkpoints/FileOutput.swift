import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that appears when it is whole, or not at all.
///
/// It is written as `PATH.partial`, flushed, and renamed. One at a time can write a path: the
/// partial file is locked, and one that a process left behind when it died is used again. Beside
/// ``FileBytes``, this is the only file of the module that touches pointers.
package final class FileOutput {
    private let path: String
    private let descriptor: CInt
    private var isDone = false

    private var partialPath: String { path + ".partial" }

    /// Opens the partial file, readable by its owner alone.
    ///
    /// Folders that are missing are made.
    ///
    /// - Throws: ``WeightCacheError/busy(path:)``, or
    ///   ``WeightCacheError/unwritable(path:reason:)``, also if there is no room for `byteCount`.
    package init(path: String, byteCount: Int) throws(WeightCacheError) {
        self.path = path
        if let slash = path.lastIndex(of: "/") {
            // Whether that failed shows when the file is opened.
            try? FileManager.default.createDirectory(
                atPath: String(path[..<slash]),
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        let partialPath = path + ".partial"
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        let descriptor = unsafe open(partialPath, flags, mode_t(0o600))
        self.descriptor = descriptor
        guard descriptor >= 0 else {
            isDone = true
            throw .unwritable(path: partialPath, reason: systemReason(errno))
        }
        // The lock goes with the descriptor, so a process that dies leaves none.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0, isAtItsPath(partialPath) else {
            isDone = true
            throw .busy(path: path)
        }
        guard ftruncate(descriptor, 0) == 0 else {
            throw .unwritable(path: partialPath, reason: systemReason(errno))
        }
        // So that a disk is not filled to the brim before it shows that it is too small.
        let free = freeByteCount
        guard byteCount <= free else {
            throw .unwritable(
                path: path,
                reason: "it will have \(byteCount) bytes, the file system has \(free) left"
            )
        }
    }

    deinit {
        // While it is locked: nobody else can have it open for writing.
        if !isDone { unsafe unlink(partialPath) }
        if descriptor >= 0 { _ = close(descriptor) }
    }

    /// Writes bytes to an offset.
    package func write(_ bytes: RawSpan, at offset: Int) throws(WeightCacheError) {
        let failure: String? = unsafe bytes.withUnsafeBytes { source in
            var done = 0
            while done < source.count {
                let part = unsafe UnsafeRawBufferPointer(rebasing: source[done...])
                let count = min(part.count, 64 << 20)
                let written = unsafe pwrite(descriptor, part.baseAddress, count, offset + done)
                if written < 0 && errno == EINTR { continue }
                if written <= 0 { return systemReason(written < 0 ? errno : ENOSPC) }
                done += written
            }
            return nil
        }
        if let failure { throw .unwritable(path: path, reason: failure) }
    }

    /// Writes all bytes of an array to an offset.
    package func write(_ bytes: [UInt8], at offset: Int) throws(WeightCacheError) {
        try unsafe write(bytes.span.bytes, at: offset)
    }

    /// Flushes what was written and gives the file its name.
    package func commit() throws(WeightCacheError) {
        let isRenamed = unsafe fsync(descriptor) == 0 && rename(partialPath, path) == 0
        guard isRenamed else {
            throw .unwritable(path: path, reason: systemReason(errno))
        }
        isDone = true
    }

    /// Whether a path still leads to the open file: another may have finished and renamed it.
    private func isAtItsPath(_ path: String) -> Bool {
        var (mine, there) = (stat(), stat())
        guard unsafe fstat(descriptor, &mine) == 0, unsafe lstat(path, &there) == 0 else {
            return false
        }
        return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
    }

    /// What the file system has left for this user; `Int.max` if it does not say.
    private var freeByteCount: Int {
        var status = statvfs()
        guard unsafe fstatvfs(descriptor, &status) == 0 else { return .max }
        let (free, overflow) = UInt64(status.f_bavail)
            .multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return overflow ? .max : Int(clamping: free)
    }
}

private func systemReason(_ code: CInt) -> String {
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
}
