package import Compute

/// A note beside a file of packed weights: when the files it was made of were last touched.
///
/// As long as they have the same times, their content need not be read to know it. The file itself
/// is never written to again, since others may be reading it.
package struct PackedWeightsNote {
    private let path: String
    private let bytes: [UInt8]

    /// What the note has to say.
    package init(path: String, sources: SourceFiles, sourceHash: ContentHash) {
        self.path = path + ".sources"
        bytes = Array("\(sourceHash.rawValue)\n\(sources.times)".utf8)
    }

    /// Whether it says that.
    package var isWritten: Bool {
        guard let file = try? FileBytes(path: path) else { return false }
        return (try? file.readAll(limit: bytes.count)) == bytes
    }

    /// Writes it.
    package func write() throws(WeightCacheError) {
        let output = try FileOutput(path: path, byteCount: bytes.count)
        try output.write(bytes, at: 0)
        try output.commit()
    }
}
