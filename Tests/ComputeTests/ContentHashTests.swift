import Compute
import TestData
import Testing

@Suite("Hashes of content")
struct ContentHashTests {
    private func bytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
        var random = TestRandom(seed: seed)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next() >> 32) }
    }

    private func inPieces(_ bytes: [UInt8]) -> ContentHash {
        unsafe ContentHash(inPieces: bytes.span.bytes)
    }

    @Test("a changed bit changes the hash, wherever it is", arguments: [1, 8, 63, 64, 65, 200])
    func bits(count: Int) {
        let original = bytes(count)
        var hashes: Set<ContentHash> = [ContentHash(original)]
        for bit in 0..<count * 8 {
            var changed = original
            changed[bit / 8] ^= 1 << (bit % 8)
            hashes.insert(ContentHash(changed))
        }
        #expect(hashes.count == 1 + count * 8)
    }

    @Test("zeros of different lengths, and words in another order, have different hashes")
    func lengths() {
        let zeros = Set((0..<300).map { ContentHash([UInt8](repeating: 0, count: $0)) })
        #expect(zeros.count == 300)
        let words = bytes(128)
        let orders = (0..<16).map { Array(words[($0 * 8)...] + words[..<($0 * 8)]) }
        #expect(Set(orders.map { ContentHash($0) }).count == 16)
    }

    @Test("the bits of a hash are those of the format")
    func fixed() {
        // Changing the hash means raising the version of the files that have it in them.
        #expect(ContentHash([]).rawValue == 0xa06f_ea11_3447_ce7b)
        #expect(ContentHash(Array("martlet".utf8)).rawValue == 0x0b7e_1d8c_331d_e8a2)
    }

    @Test("threads change nothing", arguments: [1, 2, 5], [0, 1, 262_144, 262_145, 1_000_000])
    func threads(threadCount: Int, byteCount: Int) throws {
        let content = bytes(byteCount, seed: 7)
        let device = try CPUDevice(threadCount: threadCount)
        let hash = device.hash(byteCount: byteCount) { offset, bytes in
            for index in 0..<bytes.byteCount {
                bytes.storeBytes(of: content[offset + index], toByteOffset: index, as: UInt8.self)
            }
            return true
        }
        #expect(hash == inPieces(content))
        let failed = device.hash(byteCount: byteCount) { offset, _ in offset > 0 }
        #expect(byteCount == 0 || failed == nil)
    }

    @Test("a matrix filled with the bytes of another is that matrix", arguments: [1, 2, 5])
    func matrices(threadCount: Int) throws {
        let device = try CPUDevice(threadCount: threadCount)
        let shape = (rows: 1000, columns: 603)
        let made = try device.makeMatrix(
            rowCount: shape.rows,
            columnCount: shape.columns,
            elementType: .float32
        )
        device.pack(
            bytes: bytes(shape.rows * shape.columns * 4),
            of: .float32,
            firstRow: 0,
            rowCount: shape.rows,
            into: made
        )
        let stored = made.withPackedBytes { bytes in
            (0..<bytes.byteCount).map {
                unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)
            }
        }
        let filled = try device.makeMatrix(
            rowCount: shape.rows,
            columnCount: shape.columns,
            elementType: .float32
        )
        let hash = device.readPacked(into: filled) { offset, bytes in
            for index in 0..<bytes.byteCount {
                bytes.storeBytes(of: stored[offset + index], toByteOffset: index, as: UInt8.self)
            }
            return true
        }
        #expect(hash == inPieces(stored))
        #expect(hash == filled.withPackedBytes { ContentHash(inPieces: $0) })
        #expect(device.readPacked(into: filled) { offset, _ in offset != 262_144 } == nil)
    }
}
