import FoundationEssentials
import ModelHub
import Synchronization
import TestData
import Testing

@Suite("A cache that several use at once")
struct SharedCacheTests {
    let folder: TemporaryFolder
    let tiny: ModelName
    let model = FakeModel.tiny

    init() throws {
        folder = try TemporaryFolder()
        tiny = try ModelName("org/tiny")
    }

    /// Bytes of the files that are not the weights.
    var smallByteCount: Int {
        model.bytes("config.json").count + model.bytes("tokenizer.json").count
    }

    @Test("many pulls of one model at once bring each file once", arguments: [2, 8])
    func together(count: Int) async throws {
        let hub = try await FakeHub.start()
        let paths = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                // Clients that share nothing but the folder.
                let client = try hub.client(folder)
                group.addTask { [tiny] in try await client.pull(tiny) { _ in } }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        let path = try #require(paths.first)
        #expect(paths.count == 1)
        let names = ["config.json", "model.safetensors", "tokenizer.json"]
        for name in names {
            let bytes = FileManager.default.contents(atPath: path + "/" + name)
            #expect(bytes == Data(model.bytes(name)))
        }
        let asked = hub.fileRequests.compactMap { $0.path.split(separator: "/").last }
        #expect(asked.sorted() == names.map { Substring($0) })
        let blobs = folder.path + "/hf/hub/models--org--tiny/blobs"
        #expect(try FileManager.default.contentsOfDirectory(atPath: blobs).count == 3)
        try await hub.stop()
    }

    @Test("who waits takes over when the other is stopped")
    func takeOver() async throws {
        let weights = model.bytes("model.safetensors")
        let hub = try await FakeHub.start { request, _ in
            request.path.hasSuffix("safetensors") && request.offset == nil
                ? CancelTests.stalled(weights, from: 0, count: 123_456) : nil
        }
        let first = StoppableTask()
        let second = try hub.configuration(folder)
        let isSecondWaiting = Mutex(false)
        var waiting = second
        waiting.pause = { [pause = second.pause] delay in
            // The first is stopped only once the second has found it at work.
            if isSecondWaiting.withLock({ was in
                defer { was = true }
                return !was
            }) {
                first.stop()
            }
            try await pause(delay)
        }
        let client = try hub.client(folder)
        let other = HubClient(waiting)
        let started = AsyncStream.makeStream(of: Void.self)
        let task = first.start { [tiny, small = smallByteCount] in
            try await client.pull(tiny) { progress in
                if progress.doneByteCount == 123_456 + small { started.continuation.finish() }
            }
        }
        for await _ in started.stream {}
        let path = try await other.pull(tiny) { _ in }
        await #expect(throws: HubError.cancelled) { try await task.value }
        #expect(FileManager.default.contents(atPath: path + "/model.safetensors") == Data(weights))
        let ranges = hub.requests.filter { $0.path.hasSuffix("safetensors") }.map(\.offset)
        #expect(ranges == [nil, 123_456])
        try await hub.stop()
    }

    @Test("what is being downloaded is not removed")
    func removal() async throws {
        let weights = model.bytes("model.safetensors")
        let hub = try await FakeHub.start { request, _ in
            request.path.hasSuffix("safetensors")
                ? CancelTests.stalled(weights, from: 0, count: 1000) : nil
        }
        let client = try hub.client(folder)
        let task = StoppableTask()
        let started = AsyncStream.makeStream(of: Void.self)
        let pull = task.start { [tiny, small = smallByteCount] in
            try await client.pull(tiny) { progress in
                if progress.doneByteCount == 1000 + small { started.continuation.finish() }
            }
        }
        for await _ in started.stream {}
        let path = folder.path + "/hf/hub/models--org--tiny"
        #expect(throws: HubError.busy(path: path)) { try client.cache.remove(tiny) }
        #expect(throws: HubError.busy(path: path)) {
            try client.cache.removePartialFiles(of: tiny)
        }
        task.stop()
        await #expect(throws: HubError.cancelled) { try await pull.value }
        #expect(try client.cache.removePartialFiles(of: tiny) == 1000)
        try client.cache.remove(tiny)
        #expect(!FileManager.default.fileExists(atPath: path))
        try await hub.stop()
    }

    @Test("the locks are those of the Python tools")
    func locks() async throws {
        let hub = try await FakeHub.start()
        _ = try await hub.client(folder).pull(tiny) { _ in }
        let locks = folder.path + "/hf/hub/.locks/models--org--tiny"
        let names = ["config.json", "model.safetensors", "tokenizer.json"]
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: locks).sorted()
                == names.map { model.blob($0) + ".lock" }.sorted()
        )
        try await hub.stop()
    }
}
