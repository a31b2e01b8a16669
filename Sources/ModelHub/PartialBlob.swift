import Crypto
import FoundationEssentials

/// A blob on its way into the cache: `HASH.incomplete` until it is whole and its hash is right.
///
/// Whoever makes one has the blob's ``CacheLock``; what an earlier download left is used again.
final class PartialBlob {
    private let file: HubFile
    private let folder: CacheFolder
    private let output: CacheFile
    private var digest: BlobDigest
    /// How much of it is there.
    private(set) var byteCount = 0
    private(set) var isResumed = false

    private var name: String { file.blob + ".incomplete" }

    /// Opens or makes the partial file.
    ///
    /// - Throws: ``HubError/cache(path:reason:)``, or ``HubError/cancelled``: to hash what is there
    ///   may take a while.
    init(_ file: HubFile, folder: CacheFolder) throws(HubError) {
        self.file = file
        self.folder = folder
        output = try folder.file(file.blob + ".incomplete")
        digest = BlobDigest(file)
        try takeUp()
    }

    /// Hashes what an earlier download left.
    private func takeUp() throws(HubError) {
        let size = try output.end()
        guard size > 0 else { return }
        guard size <= file.byteCount, let bytes = try? output.mappedBytes(), bytes.count == size
        else { return try restart() }
        for start in stride(from: 0, to: size, by: 1 << 20) {
            guard !Task.isCancelled else { throw .cancelled }
            digest.update(Array(bytes[start..<min(start + (1 << 20), size)]))
        }
        byteCount = size
        isResumed = true
    }

    /// Throws away what is there.
    func restart() throws(HubError) {
        try output.clear()
        byteCount = 0
        isResumed = false
        digest = BlobDigest(file)
    }

    /// Adds bytes to the end; more than the hub promised are not written.
    ///
    /// - Throws: ``HubError/wrongSize(file:expected:got:)``, or what ``CacheFile/write(_:)`` does.
    func append(_ bytes: [UInt8]) throws(HubError) {
        guard bytes.count <= file.byteCount - byteCount else {
            throw .wrongSize(
                file: file.name,
                expected: file.byteCount,
                got: byteCount + bytes.count
            )
        }
        try output.write(bytes)
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
        guard folder.has(output, as: name) else {
            throw .cache(path: output.path, reason: "it has been removed or replaced meanwhile")
        }
        try output.flush()
        // Only a blob of another size can have the name: a whole one is not downloaded again.
        try folder.rename(name, to: file.blob)
        try folder.flush()
    }

    /// Removes the partial file.
    func discard() {
        try? folder.remove(name)
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
