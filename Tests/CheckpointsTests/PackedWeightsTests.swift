import Checkpoints
import Compute
import TestData
import Testing

@Suite("Files of packed weights")
struct PackedWeightsTests {
    private let folder: TemporaryFolder
    private let device: CPUDevice
    private let matrix: Matrix
    private let numbers: [Float] = [1, -2, 0.5, .infinity, -0.0]
    private let source = ContentHash(rawValue: 0x0123_4567_89ab_cdef)
    private var path: String { folder.path + "/weights" }

    init() throws {
        folder = try TemporaryFolder()
        device = try CPUDevice(threadCount: 2)
        matrix = try Self.emptyMatrix(on: device)
        device.pack(
            bytes: (0..<300 * 50 * 4).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) },
            of: .float32,
            firstRow: 0,
            rowCount: 300,
            into: matrix
        )
    }

    private static func emptyMatrix(on device: CPUDevice) throws -> Matrix {
        try device.makeMatrix(rowCount: 300, columnCount: 50, elementType: .float32)
    }

    private func layout(_ summary: String = "as stored\n") throws -> PackedWeightsLayout {
        let byteCount = Matrix.byteCount(rowCount: 300, columnCount: 50, elementType: .float32)
        return try #require(
            PackedWeightsLayout(
                summary: summary,
                entries: [
                    .init(name: "a.weight", summary: "[300, 50] float32", byteCount: byteCount),
                    .init(name: "b.weight", summary: "[5] float32", byteCount: 20),
                ]
            )
        )
    }

    private func write() throws -> [UInt8] {
        let writer = try PackedWeightsWriter(path: path, layout: try layout())
        try matrix.withPackedBytes { bytes throws(WeightCacheError) in try writer.append(bytes) }
        try writer.append(numbers)
        try writer.finish(sourceHash: source)
        return try TestData.bytes(path)
    }

    private func hash(_ matrix: Matrix) -> ContentHash {
        matrix.withPackedBytes { ContentHash(inPieces: $0) }
    }

    /// Whether a file is taken for what was written, and if so which of its entries are.
    private func accepted(_ bytes: [UInt8]) throws -> [Bool] {
        try folder.write(bytes, as: "weights")
        guard let file = try? PackedWeightsFile(path: path, layout: layout()) else { return [] }
        let read = try Self.emptyMatrix(on: device)
        let isMatrix = file.read("a.weight", into: read, on: device)
        if isMatrix { #expect(hash(read) == hash(matrix)) }
        let vector = file.numbers("b.weight", count: 5)
        if let vector { #expect(vector.map(\.bitPattern) == numbers.map(\.bitPattern)) }
        return [isMatrix, vector != nil]
    }

    @Test("what is read is what was written")
    func roundTrip() throws {
        let bytes = try write()
        #expect(bytes.count == 4096 + 304 * 50 * 4 + 20)
        #expect(try accepted(bytes) == [true, true])
        let file = try PackedWeightsFile(path: path, layout: layout())
        #expect(file.sourceHash == source)
        #expect(file.numbers("a.weight", count: 5) == nil)
        #expect(file.numbers("c.weight", count: 5) == nil)
        #expect(!file.read("b.weight", into: try Self.emptyMatrix(on: device), on: device))
    }

    @Test("no byte of the head may change")
    func head() throws {
        let bytes = try write()
        for offset in 0..<4096 {
            var changed = bytes
            changed[offset] ^= UInt8(1 << (offset % 8))
            #expect(try accepted(changed) == [], "byte \(offset)")
        }
    }

    @Test("a changed byte of an entry costs that entry")
    func entries() throws {
        let bytes = try write()
        let end = bytes.count - 20
        for offset in Array(stride(from: 4096, to: end, by: 97)) + Array(end..<bytes.count) {
            var changed = bytes
            changed[offset] ^= 0x10
            #expect(try accepted(changed) == [offset >= end, offset < end], "byte \(offset)")
        }
    }

    @Test("a file of another length is refused")
    func lengths() throws {
        let bytes = try write()
        for count in Array(0..<50) + [4095, 4096, 4097, bytes.count - 20, bytes.count - 1] {
            #expect(try accepted(Array(bytes[..<count])) == [], "\(count) bytes")
        }
        #expect(try accepted(bytes + [0]) == [])
    }

    @Test("every refusal says why")
    func reasons() throws {
        let bytes = try write()
        func reason(_ bytes: [UInt8], _ summary: String = "as stored\n") throws -> String {
            try folder.write(bytes, as: "weights")
            do {
                _ = try PackedWeightsFile(path: path, layout: try layout(summary))
                return "none"
            } catch let error as WeightCacheError {
                return error.description.replacing("'\(path)' is not used: ", with: "")
            }
        }
        var version = bytes
        version[8] += 1
        #expect(try reason(version) == "another version of the program made it.")
        var memory = bytes
        memory[12] += 1
        #expect(try reason(memory) == "another version of the program made it.")
        var head = bytes
        head[33] += 1
        #expect(try reason(head) == "its head is damaged.")
        #expect(try reason(bytes, "rounded\n") == "it is of another model, or made otherwise.")
        #expect(try reason(Array("no".utf8)) == "it is no file of packed weights.")
        #expect(try reason(Array(bytes.dropLast())) == "it has 64915 bytes, expected 64916.")
        #expect(throws: WeightCacheError.absent(path: path + "x")) {
            _ = try PackedWeightsFile(path: path + "x", layout: try layout())
        }
    }

    @Test("sizes that cannot be added up are no layout")
    func overflow() {
        let entry = PackedWeightsLayout.Entry(name: "a", summary: "", byteCount: .max)
        #expect(PackedWeightsLayout(summary: "", entries: [entry]) == nil)
    }
}
