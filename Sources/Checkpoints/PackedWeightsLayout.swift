import Compute

/// Where everything stands in a file of packed weights.
///
/// It follows from the model and its checkpoint alone. A file is only used if its head says the
/// same, byte for byte, so no number of the file is ever used as a place or a size.
///
///     0     8 bytes   "MARTLETW"
///     8     UInt32    version of this format
///     12    UInt32    version of the weights' layout in memory
///     16    UInt64    bytes of the head
///     24    UInt64    hash of the head, taken with these eight bytes zero
///     32    UInt64    hash of the source files
///     40    UInt64s   hash of each entry
///           text      how the weights were made, the source files, the entries; then zeros up to a
///                     multiple of 4096
///           entries   one after another, without gaps
///
/// Numbers are little-endian. Hashes are those of ``Compute/ContentHash``.
package struct PackedWeightsLayout {
    /// Weights that are read in one piece.
    package struct Entry {
        /// The tensors of the checkpoint they are made from.
        package let name: String
        /// Their format and shape.
        package let summary: String
        /// Their size in memory and in the file.
        package let byteCount: Int

        /// Describes an entry; its name is its own.
        package init(name: String, summary: String, byteCount: Int) {
            self.name = name
            self.summary = summary
            self.byteCount = byteCount
        }
    }

    static let magic = Array("MARTLETW".utf8)
    static let formatVersion: UInt32 = 1
    /// To be raised when panels change, or what fills them: rounding, decoding, joining.
    static let memoryVersion: UInt32 = 1
    static let textStart = 40

    package let entries: [Entry]
    /// Where each entry lies in the file.
    let ranges: [Range<Int>]
    let text: [UInt8]
    let headByteCount: Int
    package let byteCount: Int

    /// Lays out a file; nil if it would have more bytes than can be counted.
    ///
    /// - Parameters:
    ///   - summary: how the weights are made and of which files, in whole lines.
    ///   - entries: in the order they are best read in.
    package init?(summary: String, entries: [Entry]) {
        self.entries = entries
        var text = summary
        for entry in entries { text += "\(entry.byteCount) \(entry.summary) \(entry.name)\n" }
        self.text = Array(text.utf8)
        let length = Self.textStart + 8 * entries.count + self.text.count
        headByteCount = (length + 4095) / 4096 * 4096
        var end = headByteCount
        var ranges: [Range<Int>] = []
        for entry in entries {
            let (next, overflow) = end.addingReportingOverflow(entry.byteCount)
            if overflow || entry.byteCount < 0 { return nil }
            ranges.append(end..<next)
            end = next
        }
        self.ranges = ranges
        byteCount = end
    }

    /// The head of a file with this layout.
    func head(sourceHash: ContentHash, hashes: [ContentHash]) -> [UInt8] {
        var head = Self.magic
        head.append(UInt64(Self.formatVersion) | UInt64(Self.memoryVersion) << 32)
        head.append(UInt64(headByteCount))
        head.append(UInt64(0))
        head.append(sourceHash.rawValue)
        for hash in hashes { head.append(hash.rawValue) }
        head += text
        head += [UInt8](repeating: 0, count: headByteCount - head.count)
        var hash: [UInt8] = []
        hash.append(ContentHash(head).rawValue)
        head.replaceSubrange(24..<32, with: hash)
        return head
    }
}

extension [UInt8] {
    /// Eight bytes as a number, the lowest first.
    func number(at offset: Int) -> UInt64 {
        self[offset..<offset + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Appends eight bytes, the lowest first.
    fileprivate mutating func append(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
