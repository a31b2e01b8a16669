import FoundationEssentials
import ModelHub
import Synchronization
import TestData
import Testing

@Suite("Pulling a model")
struct PullTests {
    let folder: TemporaryFolder
    let tiny: ModelName
    let model = FakeModel.tiny

    init() throws {
        folder = try TemporaryFolder()
        tiny = try ModelName("org/tiny")
    }

    var cachePath: String { folder.path + "/hf/hub/models--org--tiny" }

    func read(_ path: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: path)))
    }

    @Test("the cache is laid out as the Python tools do it")
    func layout() async throws {
        let hub = try await FakeHub.start()
        let shares = Mutex<[HubProgress]>([])
        let path = try await hub.client(folder).pull(tiny) { progress in
            shares.withLock { $0.append(progress) }
        }
        #expect(path == cachePath + "/snapshots/" + FakeModel.commit)
        let needed = ["config.json", "model.safetensors", "tokenizer.json"]
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == needed)
        for name in needed {
            let link = try FileManager.default.destinationOfSymbolicLink(
                atPath: path + "/" + name
            )
            #expect(link == "../../blobs/" + model.blob(name))
            #expect(try read(path + "/" + name) == model.bytes(name))
        }
        #expect(try read(cachePath + "/refs/main") == Array(FakeModel.commit.utf8))
        let blobs = try FileManager.default.contentsOfDirectory(atPath: cachePath + "/blobs")
        #expect(blobs.sorted() == needed.map { model.blob($0) }.sorted())
        #expect(shares.withLock { $0.map(\.share).max() } == 1)
        try await hub.stop()
    }

    @Test("what is there is not downloaded again")
    func second() async throws {
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        let first = try await client.pull(tiny) { _ in }
        #expect(hub.fileRequests.count == 3)
        #expect(try await client.pull(tiny) { _ in } == first)
        #expect(hub.fileRequests.count == 3)
        let count = hub.requests.count
        #expect(try await client.folder(of: tiny) { _ in } == first)
        #expect(hub.requests.count == count)
        try await hub.stop()
    }

    @Test("a cut connection is resumed")
    func cut() async throws {
        let weights = model.bytes("model.safetensors")
        let cuts = Mutex(3)
        let hub = try await FakeHub.start { request, _ in
            guard request.path.hasSuffix("safetensors"),
                cuts.withLock({ left in
                    left -= 1
                    return left >= 0
                })
            else { return nil }
            let start = request.offset ?? 0
            let range = "Content-Range: bytes \(start)-\(weights.count - 1)/\(weights.count)"
            return FakeHub.Answer(
                status: start > 0 ? "206 Partial Content" : "200 OK",
                headers: [range],
                body: Array(weights.dropFirst(start).prefix(50_000)),
                length: weights.count - start,
                closes: true
            )
        }
        let path = try await hub.client(folder).pull(tiny) { _ in }
        #expect(try read(path + "/model.safetensors") == weights)
        #expect(hub.fileRequests.filter { $0.path.hasSuffix("safetensors") }.count == 4)
        try await hub.stop()
    }

    /// Leaves a partial file as a download that was stopped does.
    func leavePartial(_ bytes: [UInt8]) throws {
        try FileManager.default.createDirectory(
            atPath: cachePath + "/blobs",
            withIntermediateDirectories: true
        )
        let name = model.blob("model.safetensors") + ".incomplete"
        try Data(bytes).write(to: URL(filePath: cachePath + "/blobs/" + name))
    }

    @Test("a download that was stopped goes on where it was")
    func resume() async throws {
        let hub = try await FakeHub.start()
        try leavePartial(Array(model.bytes("model.safetensors").prefix(123_456)))
        let path = try await hub.client(folder).pull(tiny) { _ in }
        #expect(try read(path + "/model.safetensors") == model.bytes("model.safetensors"))
        let requests = hub.fileRequests.filter { $0.path.hasSuffix("safetensors") }
        #expect(requests.map { $0.headers["range"] } == ["bytes=123456-"])
        try await hub.stop()
    }

    @Test("a server that ignores the range is read from the beginning")
    func ignoredRange() async throws {
        let weights = model.bytes("model.safetensors")
        let hub = try await FakeHub.start { request, _ in
            request.offset == nil ? nil : FakeHub.Answer(body: weights)
        }
        try leavePartial(Array(weights.prefix(123_456)))
        let path = try await hub.client(folder).pull(tiny) { _ in }
        #expect(try read(path + "/model.safetensors") == weights)
        try await hub.stop()
    }

    @Test("a page of another length does not cost what is there", arguments: [0, 1, 5000])
    func loginPage(count: Int) async throws {
        let weights = model.bytes("model.safetensors")
        let hub = try await FakeHub.start { request, index in
            request.offset != nil && index < 4
                ? FakeHub.Answer(body: [UInt8](repeating: 0x3C, count: count)) : nil
        }
        try leavePartial(Array(weights.prefix(123_456)))
        var configuration = try hub.configuration(folder)
        configuration.parallelCount = 1
        let client = HubClient(configuration)
        let error = await #expect(throws: HubError.self) { try await client.pull(tiny) { _ in } }
        #expect(
            error == .wrongSize(file: "model.safetensors", expected: 300_000, got: count)
        )
        let path = try await client.pull(tiny) { _ in }
        #expect(try read(path + "/model.safetensors") == weights)
        let ranges = hub.requests.filter { $0.path.hasSuffix("safetensors") }.map(\.offset)
        #expect(ranges == [123_456, 123_456])
        try await hub.stop()
    }

    @Test("a partial file with other bytes is thrown away", arguments: [1000, 300_000, 300_001])
    func garbage(count: Int) async throws {
        let hub = try await FakeHub.start()
        try leavePartial([UInt8](repeating: 0xAA, count: count))
        let path = try await hub.client(folder).pull(tiny) { _ in }
        #expect(try read(path + "/model.safetensors") == model.bytes("model.safetensors"))
        try await hub.stop()
    }

    @Test("an index says which weights there are")
    func shards() async throws {
        let names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
        let map = "{\"weight_map\": {\"a\": \"\(names[0])\", \"b\": \"\(names[1])\"}}"
        let sharded = FakeModel(files: [
            ("config.json", Array("{}".utf8), false), ("tokenizer.json", Array("{}".utf8), false),
            ("model.safetensors.index.json", Array(map.utf8), false),
            (names[0], [1, 2, 3], true), (names[1], [4, 5], true),
            ("consolidated.safetensors", [6], true),
        ])
        let hub = try await FakeHub.start(sharded)
        let client = try hub.client(folder)
        let path = try await client.pull(tiny) { _ in }
        let expected = ["config.json"] + names + ["model.safetensors.index.json", "tokenizer.json"]
        #expect(try FileManager.default.contentsOfDirectory(atPath: path).sorted() == expected)
        #expect(client.cache.snapshot(of: tiny) == path)
        try FileManager.default.removeItem(
            atPath: cachePath + "/blobs/" + sharded.blob(names[1])
        )
        #expect(client.cache.snapshot(of: tiny) == nil)
        #expect(try await client.folder(of: tiny) { _ in } == path)
        #expect(client.cache.snapshot(of: tiny) == path)
        try await hub.stop()
    }

    @Test("of GGUF files one is chosen")
    func packed() async throws {
        let packed = FakeModel(files: [
            ("config.json", Array("{}".utf8), false),
            ("tiny-Q4.gguf", [1, 2, 3], true), ("tiny-Q8.gguf", [4, 5, 6], true),
        ])
        let hub = try await FakeHub.start(packed)
        let client = try hub.client(folder)
        let files = ["tiny-Q4.gguf", "tiny-Q8.gguf"]
        await #expect(throws: HubError.noWeights(model: "org/tiny", files: files)) {
            try await client.pull(tiny) { _ in }
        }
        let path = try await client.pull(tiny, files: ["tiny-Q4.gguf"]) { _ in }
        #expect(try FileManager.default.contentsOfDirectory(atPath: path) == ["tiny-Q4.gguf"])
        #expect(client.cache.snapshot(of: tiny) == path)
        await #expect(throws: HubError.noFile("../x.gguf", model: "org/tiny")) {
            try await client.pull(tiny, files: ["../x.gguf"]) { _ in }
        }
        try await hub.stop()
    }
}
