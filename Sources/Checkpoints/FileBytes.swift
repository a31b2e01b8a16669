#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A regular file open for reading at any offset, into memory that the caller owns.
///
/// Files are read, not mapped: a file that shrinks while it is read is then an error of that read,
/// where a mapping would end the process (SIGBUS). Beside ``FileOutput``, this is the only
/// file of the module that touches pointers.
package final class FileBytes {
    /// The path it was opened by, for messages.
    package let path: String
    /// The file's size when it was opened.
    package let byteCount: Int
    /// What changes when the file does, as it was when the file was opened.
    package let stamp: FileStamp
    private let descriptor: CInt

    /// Opens a file.
    ///
    /// - Throws: ``CheckpointError/unreadableFile(path:reason:)``; folders, pipes and devices too.
    package init(path: String) throws(CheckpointError) {
        self.path = path
        guard !path.utf8.contains(0) else {
            throw .unreadableFile(path: path, reason: "the path contains a NUL byte")
        }
        // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw .unreadableFile(path: path, reason: FileBytes.reason(errno))
        }
        var status = stat()
        let statusResult = unsafe fstat(descriptor, &status)
        guard statusResult == 0, status.st_mode & S_IFMT == S_IFREG,
            let byteCount = Int(exactly: status.st_size)
        else {
            _ = close(descriptor)
            throw .unreadableFile(path: path, reason: "it is not a regular file")
        }
        self.descriptor = descriptor
        self.byteCount = byteCount
        stamp = FileStamp(status)
    }

    deinit { _ = close(descriptor) }

    /// Reads the whole file, which may have at most `limit` bytes.
    package func readAll(limit: Int) throws(CheckpointError) -> [UInt8] {
        guard byteCount <= limit else {
            throw .fileTooLarge(path: path, byteCount: byteCount, limit: limit)
        }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        try read(at: 0, count: byteCount, into: &bytes)
        return bytes
    }

    /// Reads `count` bytes from `offset` on into the beginning of `buffer`, which must hold them.
    ///
    /// - Throws: ``CheckpointError/unreadableFile(path:reason:)`` when the file ends before.
    package func read(
        at offset: Int,
        count: Int,
        into buffer: inout [UInt8]
    ) throws(CheckpointError) {
        precondition(offset >= 0 && count >= 0 && count <= buffer.count, "buffer too small")
        guard offset <= byteCount, count <= byteCount - offset else {
            throw .unreadableFile(
                path: path,
                reason: "bytes from \(offset) on, \(count) of them, of \(byteCount) were asked for"
            )
        }
        let failure: String? = unsafe buffer.withUnsafeMutableBytes {
            unsafe failureOfReading(
                at: offset,
                into: UnsafeMutableRawBufferPointer(rebasing: $0[..<count])
            )
        }
        if let failure { throw .unreadableFile(path: path, reason: failure) }
    }

    /// Reads from `offset` on until `bytes` is full.
    ///
    /// Usable from several threads at once.
    ///
    /// - Throws: ``CheckpointError/unreadableFile(path:reason:)`` when the file ends before.
    package func read(at offset: Int, into bytes: inout MutableRawSpan) throws(CheckpointError) {
        let failure: String? = unsafe bytes.withUnsafeMutableBytes {
            unsafe failureOfReading(at: offset, into: $0)
        }
        if let failure { throw .unreadableFile(path: path, reason: failure) }
    }

    /// Has the system read bytes into its cache meanwhile: reading them soon is then a copy.
    ///
    /// A hint: what is not in the file, or cannot be read, shows when it is asked for.
    package func prefetch(_ range: Range<Int>) {
        #if !canImport(Darwin)
        // Linux cuts one request at what the drive takes at once, so they are small.
        let length = 128 << 10
        for start in stride(from: range.lowerBound, to: range.upperBound, by: length) {
            let count = min(length, range.upperBound - start)
            _ = posix_fadvise(descriptor, off_t(start), off_t(count), POSIX_FADV_WILLNEED)
        }
        #endif
    }

    private func failureOfReading(
        at offset: Int,
        into destination: UnsafeMutableRawBufferPointer
    ) -> String? {
        var done = 0
        while done < destination.count {
            let part = unsafe UnsafeMutableRawBufferPointer(rebasing: destination[done...])
            let got = unsafe pread(descriptor, part.baseAddress, part.count, offset + done)
            if got < 0 && errno == EINTR { continue }
            if got < 0 { return FileBytes.reason(errno) }
            if got == 0 { return "it ended at byte \(offset + done): it was cut meanwhile" }
            done += got
        }
        return nil
    }

    private static func reason(_ code: CInt) -> String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

/// What changes when a file is written to or another one takes its name.
package struct FileStamp: Sendable, Equatable {
    private let device: UInt64
    private let inode: UInt64
    private let byteCount: Int64
    /// Seconds and nanoseconds of the last change of content, then of content or properties, which
    /// nobody can set.
    package let times: [Int]

    fileprivate init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        byteCount = Int64(truncatingIfNeeded: status.st_size)
        #if canImport(Darwin)
        let (content, status) = (status.st_mtimespec, status.st_ctimespec)
        #else
        let (content, status) = (status.st_mtim, status.st_ctim)
        #endif
        times = [content.tv_sec, content.tv_nsec, status.tv_sec, status.tv_nsec]
    }
}

extension RawSpan {
    /// The byte at an offset; the offset is checked.
    @inline(__always)
    func uint8(at offset: Int) -> UInt8 {
        unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self)
    }

    /// The 16 bits at a byte offset, little-endian; the offset is checked.
    package func uint16(at offset: Int) -> UInt16 {
        UInt16(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// The 32 bits at a byte offset, little-endian; the offset is checked.
    package func uint32(at offset: Int) -> UInt32 {
        UInt32(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// The 64 bits at a byte offset, little-endian; the offset is checked.
    @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        UInt64(littleEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

/// Integers out of bytes and back; they keep loops over packed weights free of pointers.
extension Span<UInt8> {
    /// The 16 bits at an offset, little-endian; the offset is checked.
    @inline(__always)
    func uint16(at offset: Int) -> UInt16 { unsafe bytes.uint16(at: offset) }

    /// The 32 bits at an offset, little-endian; the offset is checked.
    @inline(__always)
    func uint32(at offset: Int) -> UInt32 { unsafe bytes.uint32(at: offset) }

    /// The 64 bits at an offset, little-endian; the offset is checked.
    @inline(__always)
    func uint64(at offset: Int) -> UInt64 {
        unsafe UInt64(
            littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
        )
    }
}

extension MutableSpan<UInt8> {
    /// Writes an integer at an offset, little-endian; the offset is checked.
    @inline(__always)
    mutating func store<Word: FixedWidthInteger & BitwiseCopyable>(_ word: Word, at offset: Int) {
        var bytes = unsafe mutableBytes
        bytes.storeBytes(of: word.littleEndian, toByteOffset: offset, as: Word.self)
    }
}

extension Array where Element: FixedWidthInteger & BitwiseCopyable {
    /// Lends a range of the elements' bytes; the range is checked.
    func withBytes(_ range: Range<Int>, _ body: (RawSpan) throws -> Void) rethrows {
        // Integers have no padding, so every byte is initialised.
        try unsafe body(span.bytes.extracting(range))
    }

    /// Lends the elements' bytes for writing, in which every value is an element.
    mutating func withMutableBytes(_ body: (inout MutableRawSpan) -> Void) {
        var elements = mutableSpan
        var bytes = unsafe elements.mutableBytes
        body(&bytes)
    }
}
