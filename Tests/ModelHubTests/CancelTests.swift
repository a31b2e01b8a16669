import FoundationEssentials
import ModelHub
import Synchronization
import TestData
import Testing

/// A task that is stopped from inside what it does.
final class StoppableTask: Sendable {
    private let task = Mutex<Task<String, any Error>?>(nil)
    private let isStopped = Mutex(false)

    /// Starts the work; if it was to be stopped already, it begins stopped.
    func start(_ work: @escaping @Sendable () async throws -> String) -> Task<String, any Error> {
        let started = Task { try await work() }
        task.withLock { $0 = started }
        if isStopped.withLock({ $0 }) { started.cancel() }
        return started
    }

    func stop() {
        isStopped.withLock { $0 = true }
        task.withLock { $0 }?.cancel()
    }
}

@Suite("A pull that is stopped")
struct CancelTests {
    let folder: TemporaryFolder
    let tiny: ModelName
    let model = FakeModel.tiny

    init() throws {
        folder = try TemporaryFolder()
        tiny = try ModelName("org/tiny")
    }

    var partialByteCount: Int {
        let blob = model.blob("model.safetensors")
        let path = "\(folder.path)/hf/hub/models--org--tiny/blobs/\(blob).incomplete"
        return FileManager.default.contents(atPath: path)?.count ?? 0
    }

    /// An answer that sends some of the weights and then waits for ever.
    static func stalled(_ bytes: [UInt8], from offset: Int, count: Int) -> FakeHub.Answer {
        let range = "Content-Range: bytes \(offset)-\(bytes.count - 1)/\(bytes.count)"
        return FakeHub.Answer(
            status: offset > 0 ? "206 Partial Content" : "200 OK",
            headers: [range],
            body: Array(bytes.dropFirst(offset).prefix(count)),
            length: bytes.count - offset
        )
    }

    @Test("in the middle of a file: the connection is closed, the rest is asked for next time")
    func middle() async throws {
        let weights = model.bytes("model.safetensors")
        let hub = try await FakeHub.start { request, _ in
            guard request.path.hasSuffix("safetensors") else { return nil }
            // Twice some bytes, the third time the rest.
            let offset = request.offset ?? 0
            return offset >= 200_000
                ? nil : Self.stalled(weights, from: offset, count: 100_000)
        }
        let client = try hub.client(folder)
        let small = model.bytes("config.json").count + model.bytes("tokenizer.json").count
        for round in 1...2 {
            let stoppable = StoppableTask()
            // The bytes of files that are there are not counted again.
            let done = 100_000 * round + (round == 1 ? small : 0)
            let task = stoppable.start { [tiny] in
                try await client.pull(tiny) { if $0.doneByteCount == done { stoppable.stop() } }
            }
            await #expect(throws: HubError.cancelled) { try await task.value }
            #expect(partialByteCount == 100_000 * round)
            #expect(client.cache.snapshot(of: tiny) == nil)
            let last = hub.requests.lastIndex { $0.path.hasSuffix("safetensors") }
            try await hub.waitUntilClosed(try #require(last))
        }
        let path = try await client.pull(tiny) { _ in }
        #expect(FileManager.default.contents(atPath: path + "/model.safetensors") == Data(weights))
        let ranges = hub.requests.filter { $0.path.hasSuffix("safetensors") }.map(\.offset)
        #expect(ranges == [nil, 100_000, 200_000])
        try await hub.stop()
    }

    @Test("at any request, before it is answered", arguments: 0..<4)
    func request(number: Int) async throws {
        let stoppable = StoppableTask()
        let hub = try await FakeHub.start { [model] request, index in
            guard index == number else { return nil }
            stoppable.stop()
            // Never answered in full.
            let name = request.path.split(separator: "/").last.map(String.init) ?? ""
            return FakeHub.Answer(length: request.isFile ? model.bytes(name).count : 1000)
        }
        var configuration = try hub.configuration(folder)
        configuration.parallelCount = 1
        let client = HubClient(configuration)
        let task = stoppable.start { [tiny] in try await client.pull(tiny) { _ in } }
        await #expect(throws: HubError.cancelled) { try await task.value }
        #expect(hub.requests.count == number + 1)
        try await hub.waitUntilClosed(number)
        #expect(client.cache.snapshot(of: tiny) == nil)
        _ = try await client.pull(tiny) { _ in }
        #expect(client.cache.snapshot(of: tiny) != nil)
        try await hub.stop()
    }

    @Test("while it waits to ask again")
    func pause() async throws {
        let hub = try await FakeHub.start { _, _ in .status("503 Service Unavailable") }
        let stoppable = StoppableTask()
        var configuration = try hub.configuration(folder)
        configuration.pause = { _ in
            stoppable.stop()
            // For ever, or until it is cancelled.
            let (stream, continuation) = AsyncStream<Void>.makeStream()
            for await _ in stream {}
            continuation.finish()
            try Task.checkCancellation()
        }
        let client = HubClient(configuration)
        let task = stoppable.start { [tiny] in try await client.pull(tiny) { _ in } }
        await #expect(throws: HubError.cancelled) { try await task.value }
        #expect(try folder.listing() == [])
        try await hub.stop()
    }

    @Test("before it begins")
    func before() async throws {
        let hub = try await FakeHub.start()
        let client = try hub.client(folder)
        let stoppable = StoppableTask()
        stoppable.stop()
        let gate = Mutex(false)
        let task = stoppable.start { [tiny] in
            while !Task.isCancelled { await Task.yield() }
            gate.withLock { $0 = true }
            return try await client.pull(tiny) { _ in }
        }
        await #expect(throws: HubError.cancelled) { try await task.value }
        #expect(gate.withLock { $0 })
        #expect(try folder.listing() == [])
        try await hub.stop()
    }
}
