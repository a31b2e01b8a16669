import Architectures
import Checkpoints
import Compute
import FoundationEssentials
import TestData
import Testing

/// The tiny model, loaded again and again from a copy of its folder.
@Suite("Weights kept for the next start")
struct WeightCacheTests {
    private let model: TemporaryFolder
    private let caches: TemporaryFolder
    private static let weightFile = "model.safetensors"

    init() throws {
        model = try TemporaryFolder()
        caches = try TemporaryFolder()
        for name in ["config.json", Self.weightFile] {
            try model.write(try TestData.bytes(TinyModelTests.folder + "/" + name), as: name)
        }
    }

    private func cache(folder: String? = nil, variant: String = "int4") throws -> WeightCache {
        WeightCache(
            folder: folder ?? caches.path,
            model: model.path,
            sourcePaths: [model.path + "/config.json"]
                + (try Checkpoint(folder: model.path).openWeights().filePaths),
            variant: variant
        )
    }

    /// Loads the model and returns the logits of a prompt.
    private func load(
        _ cache: WeightCache?,
        quantization: WeightQuantization? = .int4
    ) throws -> [[UInt32]] {
        let model = try TestModel(
            Checkpoint(folder: model.path),
            threadCount: 2,
            quantization: quantization,
            cache: cache
        )
        return bits(model.run([5, 60, 7, 300, 9], at: 0, blocks: model.blocks()))
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: caches.path).sorted()
    }

    private func cacheFile() throws -> String {
        let name = try #require(try files().first { $0.hasSuffix(".weights") })
        return caches.path + "/" + name
    }

    private func isRead(_ cache: WeightCache) -> Bool {
        if case .read = cache.outcome { true } else { false }
    }

    private func isWritten(_ cache: WeightCache) -> Bool {
        if case .written = cache.outcome { true } else { false }
    }

    @Test(
        "the second start has the bits of the first",
        arguments: [nil, .int4, .int8] as [WeightQuantization?]
    )
    func roundTrip(quantization: WeightQuantization?) throws {
        let plain = try load(nil, quantization: quantization)
        let first = try cache()
        #expect(try load(first, quantization: quantization) == plain)
        let path = try cacheFile()
        let byteCount = try TestData.bytes(path).count
        #expect(first.outcome == .written(path: path, byteCount: byteCount))
        for _ in 0..<2 {
            let next = try cache()
            #expect(try load(next, quantization: quantization) == plain)
            #expect(next.outcome == .read(path: path))
            #expect(next.notices == [])
        }
        #expect(try files().count == 2)
    }

    @Test("progress rises from 0 to 1, the first time and the second")
    func progress() throws {
        for isFirst in [true, false] {
            var steps: [Double] = []
            let cache = try cache()
            let checkpoint = try Checkpoint(folder: model.path)
            _ = try ArchitectureRegistry.make(
                checkpoint.description,
                weights: checkpoint.openWeights(),
                cache: cache,
                device: CPUDevice(threadCount: 1),
                maxTokensPerStep: 4,
                progress: { steps.append($0) }
            )
            #expect(isRead(cache) == !isFirst)
            #expect(steps.first == 0)
            #expect(steps.last == 1)
            #expect(steps == steps.sorted())
        }
    }

    @Test("ways of rounding have files of their own")
    func variants() throws {
        _ = try load(try cache(variant: "a"))
        let other = try cache(variant: "b")
        _ = try load(other)
        #expect(isWritten(other))
        let int8 = try cache(variant: "a")
        _ = try load(int8, quantization: .int8)
        #expect(isWritten(int8))
        #expect(try files().count == 6)
    }

    @Test("another byte in a weight file makes everything anew")
    func changed() throws {
        let before = try load(try cache())
        var bytes = try TestData.bytes(model.path + "/" + Self.weightFile)
        // The exponent of some weight.
        bytes[bytes.count - 4_001] ^= 1
        try model.write(bytes, as: Self.weightFile)
        let plain = try load(nil)
        #expect(plain != before)
        for isFirst in [true, false] {
            let cache = try cache()
            #expect(try load(cache) == plain)
            #expect(isRead(cache) == !isFirst)
            #expect(cache.notices.count == (isFirst ? 1 : 0))
        }
        #expect(try files().count == 2)
    }

    @Test("files that were only touched are recognized by their content")
    func touched() throws {
        let before = try load(try cache())
        let note = try cacheFile() + ".sources"
        let times = try TestData.bytes(note)
        // The same bytes, but another file: other times.
        try model.write(
            try TestData.bytes(model.path + "/" + Self.weightFile),
            as: Self.weightFile
        )
        for _ in 0..<2 {
            let cache = try cache()
            #expect(try load(cache) == before)
            #expect(isRead(cache))
        }
        #expect(try TestData.bytes(note) != times)
        // Without the note, or with a wrong one, too.
        for bytes in [[], times, times + [0], [UInt8](repeating: 255, count: times.count)] {
            try caches.write(bytes, as: String(note.dropFirst(caches.path.count + 1)))
            let cache = try cache()
            #expect(try load(cache) == before)
            #expect(isRead(cache))
        }
    }

    @Test("a damaged file is made anew, whatever was read before it showed")
    func damaged() throws {
        let plain = try load(try cache())
        let path = try cacheFile()
        let name = String(path.dropFirst(caches.path.count + 1))
        let whole = try TestData.bytes(path)
        var damaged: [[UInt8]] = [[], Array(whole.dropLast()), whole + [1]]
        for offset in [0, 9, 13, 17, 25, 33, 41, 4_000, whole.count / 2, whole.count - 1] {
            damaged.append(whole)
            damaged[damaged.count - 1][offset] ^= 4
        }
        for bytes in damaged {
            try caches.write(bytes, as: name)
            let cache = try cache()
            #expect(try load(cache) == plain)
            #expect(isWritten(cache))
            #expect(cache.notices.count == 1)
            #expect(try TestData.bytes(path) == whole)
        }
    }

    @Test("starts at the same time do not disturb one another")
    func together() async throws {
        let plain = try load(nil)
        let results = try await withThrowingTaskGroup(of: [[UInt32]].self) { group in
            for _ in 0..<6 {
                group.addTask { try load(try cache()) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == Array(repeating: plain, count: 6))
        let last = try cache()
        #expect(try load(last) == plain)
        #expect(isRead(last))
        #expect(try files().filter { $0.hasSuffix(".partial") } == [])
    }

    @Test("where nothing can be kept the model is loaded all the same")
    func unwritable() throws {
        let file = try caches.write([1], as: "plain")
        let cache = try cache(folder: file + "/below")
        #expect(try load(cache) == load(nil))
        #expect(cache.outcome == .unused)
        #expect(cache.notices.count == 1)
    }

    @Test("weights of no file are not kept")
    func dummies() throws {
        let cache = WeightCache(
            folder: caches.path,
            model: model.path,
            sourcePaths: DummyWeights(seed: 1, elementType: .bfloat16).filePaths,
            variant: ""
        )
        _ = try load(cache)
        #expect(cache.outcome == .unused)
        #expect(try files() == [])
    }
}
