internal import CMachine

/// A 64-bit hash of bytes, which tells content that an accident changed; see content_hash.c.
///
/// It is no defence against somebody who changes files in order to deceive.
public struct ContentHash: Sendable, Hashable {
    /// Bytes of a piece, where large content is hashed piece by piece.
    public static let pieceByteCount = 256 << 10

    /// The bits of the hash.
    public let rawValue: UInt64

    /// Takes the bits of a hash that was made before.
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    /// Hashes bytes as one piece.
    public init(_ bytes: RawSpan) {
        rawValue = unsafe bytes.withUnsafeBytes {
            unsafe cm_content_hash($0.baseAddress, $0.count)
        }
    }

    /// Hashes an array of bytes as one piece.
    public init(_ bytes: [UInt8]) {
        unsafe self.init(bytes.span.bytes)
    }

    /// The hash of a whole: the hash of the hashes of its parts.
    public init(of parts: [ContentHash]) {
        let values = parts.map(\.rawValue)
        unsafe self.init(values.span.bytes)
    }

    /// Hashes bytes in pieces of ``pieceByteCount``.
    public init(inPieces bytes: RawSpan) {
        let starts = stride(from: 0, to: bytes.byteCount, by: Self.pieceByteCount)
        self.init(
            of: starts.map { start in
                let end = min(bytes.byteCount, start + Self.pieceByteCount)
                return ContentHash(bytes.extracting(start..<end))
            }
        )
    }
}
