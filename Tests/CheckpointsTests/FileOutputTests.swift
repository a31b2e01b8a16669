import Checkpoints
import FoundationEssentials
import TestData
import Testing

@Suite("Files that appear when they are whole")
struct FileOutputTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/a/b/file" }

    init() throws { folder = try TemporaryFolder() }

    private func content() -> [UInt8]? { try? TestData.bytes(path) }

    private var names: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/a/b")) ?? [])
            .sorted()
    }

    @Test("a file appears with its last byte, for its owner alone")
    func appears() throws {
        do {
            let output = try FileOutput(path: path, byteCount: 6)
            try output.write([4, 5, 6], at: 3)
            try output.write([1, 2, 3], at: 0)
            #expect(names == ["file.partial"])
            try output.commit()
        }
        #expect(names == ["file"])
        #expect(content() == [1, 2, 3, 4, 5, 6])
    }

    @Test("what is let go of leaves nothing, and what was there stays")
    func letGo() throws {
        let first = try FileOutput(path: path, byteCount: 1)
        try first.write([1], at: 0)
        try first.commit()
        do {
            let second = try FileOutput(path: path, byteCount: 2)
            try second.write([2, 2], at: 0)
        }
        #expect(names == ["file"])
        #expect(content() == [1])
    }

    @Test("one at a time writes a file; a second is turned away and disturbs nothing")
    func busy() throws {
        let first = try FileOutput(path: path, byteCount: 2)
        try first.write([1, 2], at: 0)
        #expect(throws: WeightCacheError.busy(path: path)) {
            _ = try FileOutput(path: path, byteCount: 1)
        }
        #expect(names == ["file.partial"])
        try first.commit()
        #expect(content() == [1, 2])
    }

    @Test("what a process left behind when it died is written over")
    func leftBehind() throws {
        _ = try FileOutput(path: path, byteCount: 0)
        let partial = try folder.write([9, 9, 9, 9], as: "a/b/file.partial")
        let output = try FileOutput(path: path, byteCount: 2)
        try output.write([1, 2], at: 0)
        try output.commit()
        #expect(content() == [1, 2])
        #expect(!TestData.exists(partial))
    }

    @Test("a folder that cannot be is an error")
    func unwritable() throws {
        let file = try folder.write([1], as: "plain")
        #expect(throws: WeightCacheError.self) {
            _ = try FileOutput(path: file + "/below", byteCount: 1)
        }
    }

    @Test("more than the disk has is refused before anything is written")
    func full() throws {
        #expect(throws: WeightCacheError.self) {
            _ = try FileOutput(path: path, byteCount: 1 << 60)
        }
        #expect(names == [])
    }
}
