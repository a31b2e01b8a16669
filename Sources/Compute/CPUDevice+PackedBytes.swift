// Bytes from files: into matrices as they are, and hashed.
extension CPUDevice {
    /// Fills weights with bytes that ``Matrix/withPackedBytes(_:)`` once lent, on all threads.
    public func readPacked(
        into matrix: Matrix,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash? {
        let base = unsafe matrix.memory.base
        return hashPieces(byteCount: matrix.memory.byteCount) { _, piece in
            unsafe readPiece(piece, at: base + piece.lowerBound, read)
        }
    }

    /// Hashes bytes in pieces, on all threads; nil also if there is no memory for the pieces.
    public func hash(
        byteCount: Int,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash? {
        let pieceByteCount = ContentHash.pieceByteCount
        let buffers = try? Memory(
            byteCount: pool.threadCount * pieceByteCount,
            purpose: "reading files"
        )
        guard let buffers else { return nil }
        return hashPieces(byteCount: byteCount) { worker, piece in
            unsafe readPiece(piece, at: buffers.base + worker * pieceByteCount, read)
        }
    }

    private func readPiece(
        _ piece: Range<Int>,
        at address: UnsafeMutableRawPointer,
        _ read: (_ offset: Int, _ bytes: inout MutableRawSpan) -> Bool
    ) -> ContentHash? {
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: address, count: piece.count)
        var bytes = unsafe buffer.mutableBytes
        guard read(piece.lowerBound, &bytes) else { return nil }
        return ContentHash(bytes.bytes)
    }

    /// The hash of the pieces' hashes; nil if one of them is nil.
    private func hashPieces(
        byteCount: Int,
        _ body: (_ worker: Int, _ piece: Range<Int>) -> ContentHash?
    ) -> ContentHash? {
        let length = ContentHash.pieceByteCount
        let count = byteCount / length + (byteCount % length > 0 ? 1 : 0)
        var hashes = [ContentHash?](repeating: nil, count: count)
        unsafe hashes.withUnsafeMutableBufferPointer { hashes in
            // Each index belongs to one call.
            let results = unsafe hashes
            pool.run(count) { worker, index in
                let start = index * length
                unsafe results[index] = body(worker, start..<min(byteCount, start + length))
            }
        }
        let found = hashes.compactMap { $0 }
        return found.count == count ? ContentHash(of: found) : nil
    }
}
