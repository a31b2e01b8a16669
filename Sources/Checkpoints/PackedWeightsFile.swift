package import Compute
import FoundationEssentials

/// Packed weights in a file, to be read into memory as they are.
package final class PackedWeightsFile {
    /// The hash of the files the weights were made from.
    package let sourceHash: ContentHash
    private let file: FileBytes
    private let layout: PackedWeightsLayout
    private let hashes: [ContentHash]
    private let indices: [String: Int]
    /// The system was asked to read the file up to here.
    private var prefetchEnd: Int

    /// Bytes that the system reads ahead of what is asked for.
    private static let window = 64 << 20

    /// Opens a file and checks all of its head.
    ///
    /// - Throws: ``WeightCacheError/absent(path:)`` or
    ///   ``WeightCacheError/unusable(path:reason:)``.
    package init(path: String, layout: PackedWeightsLayout) throws(WeightCacheError) {
        guard FileManager.default.fileExists(atPath: path) else { throw .absent(path: path) }
        func unusable(_ reason: String) -> WeightCacheError {
            .unusable(path: path, reason: reason)
        }
        var head = [UInt8](repeating: 0, count: layout.headByteCount)
        do {
            file = try FileBytes(path: path)
            try file.read(at: 0, count: min(file.byteCount, head.count), into: &head)
        } catch {
            throw unusable("\(error)")
        }
        guard head.starts(with: PackedWeightsLayout.magic) else {
            throw unusable("it is no file of packed weights")
        }
        let versions = head.number(at: 8)
        guard UInt32(truncatingIfNeeded: versions) == PackedWeightsLayout.formatVersion,
            UInt32(truncatingIfNeeded: versions >> 32) == PackedWeightsLayout.memoryVersion
        else { throw unusable("another version of the program made it") }
        guard file.byteCount == layout.byteCount else {
            throw unusable("it has \(file.byteCount) bytes, expected \(layout.byteCount)")
        }
        let count = layout.entries.count
        let sourceHash = ContentHash(rawValue: head.number(at: 32))
        let start = PackedWeightsLayout.textStart
        let hashes = (0..<count).map {
            ContentHash(rawValue: head.number(at: start + 8 * $0))
        }
        // What was read has to be what would be written: nothing in it is taken on trust.
        guard head == layout.head(sourceHash: sourceHash, hashes: hashes) else {
            let isOther = !head[(start + 8 * count)...].starts(with: layout.text)
            throw unusable(
                isOther ? "it is of another model, or made otherwise" : "its head is damaged"
            )
        }
        self.layout = layout
        self.sourceHash = sourceHash
        self.hashes = hashes
        indices = Dictionary(
            zip(layout.entries.map(\.name), 0..<count),
            uniquingKeysWith: { first, _ in first }
        )
        prefetchEnd = layout.headByteCount
        prefetch(from: prefetchEnd)
    }

    /// Reads an entry into the memory of a matrix; false if it is not what was written.
    package func read(_ name: String, into matrix: Matrix, on device: any Device) -> Bool {
        guard let index = indices[name] else { return false }
        let range = layout.ranges[index]
        guard matrix.withPackedBytes({ $0.byteCount }) == range.count else { return false }
        prefetch(from: range.upperBound)
        let hash = device.readPacked(into: matrix) { offset, bytes in
            (try? file.read(at: range.lowerBound + offset, into: &bytes)) != nil
        }
        return hash == hashes[index]
    }

    /// Reads an entry of float32 numbers; nil if it is not what was written.
    package func numbers(_ name: String, count: Int) -> [Float]? {
        guard let index = indices[name] else { return nil }
        let range = layout.ranges[index]
        guard range.count == count * 4 else { return nil }
        var bytes = [UInt8](repeating: 0, count: range.count)
        do {
            try file.read(at: range.lowerBound, count: range.count, into: &bytes)
        } catch {
            return nil
        }
        var hash: ContentHash?
        var numbers: [Float] = []
        bytes.withBytes(0..<bytes.count) { bytes in
            hash = ContentHash(inPieces: bytes)
            numbers = (0..<count).map { Float(bitPattern: bytes.uint32(at: 4 * $0)) }
        }
        return hash == hashes[index] ? numbers : nil
    }

    private func prefetch(from offset: Int) {
        let end = min(layout.byteCount, offset + Self.window)
        guard end > prefetchEnd else { return }
        file.prefetch(prefetchEnd..<end)
        prefetchEnd = end
    }
}

/// Writes a file of packed weights.
package final class PackedWeightsWriter {
    private let output: FileOutput
    private let layout: PackedWeightsLayout
    private var hashes: [ContentHash] = []

    /// Begins a file; nothing of it is at `path` before ``finish(sourceHash:)``.
    package init(path: String, layout: PackedWeightsLayout) throws(WeightCacheError) {
        output = try FileOutput(path: path, byteCount: layout.byteCount)
        self.layout = layout
    }

    /// Writes the next entry.
    package func append(_ bytes: RawSpan) throws(WeightCacheError) {
        let range = layout.ranges[hashes.count]
        precondition(bytes.byteCount == range.count, "the entry has another size than planned")
        try output.write(bytes, at: range.lowerBound)
        hashes.append(ContentHash(inPieces: bytes))
    }

    /// Writes the next entry, float32 numbers.
    package func append(_ numbers: [Float]) throws(WeightCacheError) {
        let bytes = numbers.flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> UInt32(8 * $0)) }
        }
        let range = layout.ranges[hashes.count]
        precondition(bytes.count == range.count, "the entry has another size than planned")
        try output.write(bytes, at: range.lowerBound)
        bytes.withBytes(0..<bytes.count) { hashes.append(ContentHash(inPieces: $0)) }
    }

    /// Writes the head and gives the file its name.
    package func finish(sourceHash: ContentHash) throws(WeightCacheError) {
        precondition(hashes.count == layout.entries.count, "an entry is missing")
        try output.write(layout.head(sourceHash: sourceHash, hashes: hashes), at: 0)
        try output.commit()
    }
}
