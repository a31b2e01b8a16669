package import Compute

/// The files that weights are made from, as they are at one moment.
public struct SourceFiles: Equatable {
    private var files: [File]

    private struct File: Equatable {
        let path: String
        let byteCount: Int
        let stamp: FileStamp

        var name: String {
            String(path.split(separator: "/", omittingEmptySubsequences: true).last ?? "")
        }
    }

    /// Looks at files; none is read.
    public init(paths: [String]) throws(CheckpointError) {
        files = []
        for path in paths {
            let file = try FileBytes(path: path)
            files.append(File(path: path, byteCount: file.byteCount, stamp: file.stamp))
        }
    }

    /// Names and sizes, one file a line.
    package var summary: String {
        files.map { "source \($0.byteCount) \(quoted($0.name))\n" }.joined()
    }

    /// Names, sizes and times, one file a line: the same as long as nobody touches the files.
    package var times: String {
        files.map { "\($0.byteCount) \($0.stamp.times) \(quoted($0.name))\n" }.joined()
    }

    /// The hash of all content, read on all threads; nil if a file cannot be read or has changed.
    package func contentHash(on device: any Device) -> ContentHash? {
        var hashes: [ContentHash] = []
        for file in files {
            guard let bytes = try? FileBytes(path: file.path), bytes.stamp == file.stamp else {
                return nil
            }
            let hash = device.hash(byteCount: file.byteCount) { offset, piece in
                (try? bytes.read(at: offset, into: &piece)) != nil
            }
            guard let hash else { return nil }
            hashes.append(hash)
        }
        return ContentHash(of: hashes)
    }
}
