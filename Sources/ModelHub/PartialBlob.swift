import Crypto
import FoundationEssentials
import Glibc
import SystemPackage

/// A blob on its way into the cache: `HASH.incomplete` until it is whole and its hash is right.
///
/// One process at a time has it; what another left behind when it stopped is used again.
final class PartialBlob {
    private let file: HubFile
    private let folder: String
    private let path: String
    private let descriptor: FileDescriptor
    private var digest: BlobDigest
    /// How much of it is there.
    private(set) var byteCount = 0
    private(set) var isResumed = false

    /// Opens or makes the partial file.
    ///
    /// - Throws: ``HubError/busy(path:)`` or ``HubError/cache(path:reason:)``.
    init(_ file: HubFile, folder: String) throws(HubError) {
        self.file = file
        self.folder = folder
        path = "\(folder)/\(file.blob).incomplete"
        digest = BlobDigest(file)
        do {
            descriptor = try FileDescriptor.open(
                FilePath(path),
                .readWrite,
                options: [.create, .noFollow, .closeOnExec, .nonBlocking],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw .cache(path: path, reason: "it cannot be opened (\(error))")
        }
        // The lock goes with the descriptor, so a process that dies leaves none.
        // Without its name it is what another has just finished.
        guard flock(descriptor.rawValue, LOCK_EX | LOCK_NB) == 0,
            FileManager.default.fileExists(atPath: path)
        else { throw .busy(path: path) }
        try takeUp()
    }

    deinit { try? descriptor.close() }

    /// Hashes what an earlier download left.
    private func takeUp() throws(HubError) {
        do {
            let size = try descriptor.seek(offset: 0, from: .end)
            guard size > 0 else { return }
            guard size <= file.byteCount else { return try restart() }
            // Mapped, as it may be larger than the memory; the lock keeps others from cutting it.
            let bytes = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
            guard bytes.count == size else { return try restart() }
            for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
                digest.update(Array(bytes[start..<min(start + (1 << 20), bytes.count)]))
            }
            byteCount = bytes.count
            isResumed = true
        } catch let error as HubError {
            throw error
        } catch {
            throw .cache(path: path, reason: "it cannot be read (\(error))")
        }
    }

    /// Throws away what is there.
    func restart() throws(HubError) {
        do {
            try descriptor.resize(to: 0)
            try descriptor.seek(offset: 0, from: .start)
        } catch {
            throw .cache(path: path, reason: "it cannot be written (\(error))")
        }
        byteCount = 0
        isResumed = false
        digest = BlobDigest(file)
    }

    /// Adds bytes to the end; more than the hub promised are not written.
    ///
    /// - Throws: ``HubError/wrongSize(file:expected:got:)`` or ``HubError/cache(path:reason:)``.
    func append(_ bytes: [UInt8]) throws(HubError) {
        guard bytes.count <= file.byteCount - byteCount else {
            throw .wrongSize(
                file: file.name,
                expected: file.byteCount,
                got: byteCount + bytes.count
            )
        }
        do {
            try descriptor.writeAll(bytes)
        } catch {
            throw .cache(path: path, reason: "it cannot be written (\(error))")
        }
        digest.update(bytes)
        byteCount += bytes.count
    }

    /// Gives the file its name, if it is what the hub promised.
    ///
    /// - Throws: ``HubError/wrongHash(file:expected:got:)`` or ``HubError/cache(path:reason:)``.
    func finish() throws(HubError) {
        let hash = digest.finish()
        guard hash == file.blob else {
            throw .wrongHash(file: file.name, expected: file.blob, got: hash)
        }
        let target = "\(folder)/\(file.blob)"
        let manager = FileManager.default
        do {
            guard fsync(descriptor.rawValue) == 0 else { throw Errno(rawValue: errno) }
            // Only a blob of another size can be there: a whole one is not downloaded again.
            if (try? manager.attributesOfItem(atPath: target)) != nil {
                try manager.removeItem(atPath: target)
            }
            try manager.moveItem(atPath: path, toPath: target)
            let parent = try FileDescriptor.open(FilePath(folder), .readOnly)
            defer { try? parent.close() }
            guard fsync(parent.rawValue) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            throw .cache(path: target, reason: "it cannot be written (\(error))")
        }
    }

    /// Removes the partial file.
    func discard() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// The hash that a blob is named by.
enum BlobDigest {
    case large(SHA256)
    /// As git does it, with the length in front.
    case small(Insecure.SHA1)

    init(_ file: HubFile) {
        if file.blob.utf8.count == 64 {
            self = .large(SHA256())
        } else {
            var hash = Insecure.SHA1()
            hash.update(data: Array("blob \(file.byteCount)\0".utf8))
            self = .small(hash)
        }
    }

    mutating func update(_ bytes: [UInt8]) {
        switch self {
        case .large(var hash):
            hash.update(data: bytes)
            self = .large(hash)
        case .small(var hash):
            hash.update(data: bytes)
            self = .small(hash)
        }
    }

    func finish() -> String {
        switch self {
        case .large(let hash): hexadecimal(hash.finalize())
        case .small(let hash): hexadecimal(hash.finalize())
        }
    }
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
