import Inference
import Sampling
import Scheduling
import TestData
import Testing

@Suite("Engine snapshot")
struct EngineSnapshotTests {
    private static func engine() async throws -> Engine {
        var configuration = EngineConfiguration(
            modelFolder: TestData.packageRoot + "/Examples/tiny-random"
        )
        configuration.keyValueMemoryBytes = 4 << 20
        configuration.threadCount = 1
        return try await Engine.start(configuration)
    }

    @Test("it counts what was done, and holds nothing once all have ended")
    func totals() async throws {
        let engine = try await Self.engine()
        #expect(await engine.snapshot()?.totals == EngineTotals())
        var parameters = SamplingParameters()
        parameters.maxTokens = 6
        parameters.ignoreEOS = true
        let request = GenerationRequest(promptTokenIDs: [5, 6, 7], parameters: parameters)
        for await _ in try engine.generate(request) {}
        let snapshot = try #require(await engine.snapshot())
        #expect(snapshot.totals.promptTokenCount == 3)
        #expect(snapshot.totals.generatedTokenCount == 6)
        #expect(snapshot.totals.finishedRequestCount == 1)
        #expect(snapshot.scheduler.running == [])
        #expect(snapshot.scheduler.statistics.blocksUsed == 0)
    }

    @Test("everybody who looks gets an answer, also while the engine stops and after")
    func stopping() async throws {
        let engine = try await Self.engine()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<64 {
                group.addTask {
                    if index == 32 { engine.shutDown() }
                    _ = await engine.snapshot()
                }
            }
        }
        await engine.waitUntilStopped()
        #expect(await engine.snapshot() == nil)
    }
}
