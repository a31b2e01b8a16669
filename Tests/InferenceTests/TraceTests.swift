import FoundationEssentials
import Inference
import Sampling
import Synchronization
import TestData
import Testing

/// What the engine tells about its time.
@Suite("Trace")
struct TraceTests {
    /// Keeps what it is given.
    private final class Recording: TraceSink {
        let events = Mutex<[TraceEvent]>([])
        let batches = Mutex<[Int]>([])
        let dropped = Mutex<Int?>(nil)

        func write(_ events: [TraceEvent]) {
            self.events.withLock { $0 += events }
            batches.withLock { $0.append(events.count) }
        }

        func finish(droppedCount: Int) {
            dropped.withLock { $0 = droppedCount }
        }
    }

    private func request(_ prompt: [Int32], maxTokens: Int) -> GenerationRequest {
        var parameters = SamplingParameters()
        parameters.temperature = 0
        parameters.maxTokens = maxTokens
        parameters.ignoreEOS = true
        return GenerationRequest(promptTokenIDs: prompt, parameters: parameters)
    }

    /// Runs three requests that start together and stops the engine.
    private func traceThreeRequests(_ sink: any TraceSink) async throws {
        var configuration = EngineConfiguration(
            modelFolder: TestData.packageRoot + "/Examples/tiny-random"
        )
        configuration.keyValueMemoryBytes = 4 << 20
        configuration.threadCount = 1
        configuration.trace = sink
        let engine = try await Engine.start(configuration)
        let generations = try engine.generate(together: [
            request([5, 6, 7], maxTokens: 4), request([8, 9], maxTokens: 4),
            request([4], maxTokens: 2),
        ])
        for generation in generations { for await _ in generation {} }
        engine.shutDown()
        await engine.waitUntilStopped()
    }

    @Test("every step has its phases inside, in order and without overlap")
    func nests() async throws {
        let recording = Recording()
        try await traceThreeRequests(recording)
        #expect(recording.dropped.withLock { $0 } == 0)
        let events = recording.events.withLock { $0 }.filter { !$0.name.isPartOfRequest }
        let steps = events.filter { $0.name == .step && $0.arguments[0] > 0 }
        #expect(
            steps.map(\.arguments) == [[6, 3, 6, 3], [3, 3, 0, 3], [2, 2, 0, 2], [2, 2, 0, 2]]
        )
        for step in steps {
            let inside = events.filter { $0 != step && $0.isInside(step) }
            let phases = inside.filter { !$0.name.isDeviceOperation }.sorted {
                $0.start < $1.start
            }
            #expect(
                phases.map(\.name) == [
                    .drain, .publish, .plan, .prepare, .forward, .head, .sampling, .apply,
                    .deliver, .publish, .observe,
                ]
            )
            for (phase, next) in zip(phases, phases.dropFirst()) {
                #expect(phase.start + phase.duration <= next.start)
            }
            for operation in inside where operation.name.isDeviceOperation {
                let parents = phases.filter { operation.isInside($0) }.map(\.name)
                #expect(parents == [.forward] || parents == [.head])
            }
            let linear = inside.filter { $0.name == .linear }
            #expect(linear.count % 4 == 1, "four products a layer, and the head")
            #expect(linear.last?.arguments[0] == step.arguments[3])
        }
    }

    @Test("every request has its wait, its prompt and its answer, one after the other")
    func requests() async throws {
        let recording = Recording()
        try await traceThreeRequests(recording)
        let events = recording.events.withLock { $0 }.filter(\.name.isPartOfRequest)
        for (request, tokens) in [(UInt64(1), (3, 4)), (2, (2, 4)), (3, (1, 2))] {
            let own = events.filter { $0.request == request }
            #expect(own.map(\.name) == [.queued, .prefill, .decode])
            #expect(own.map { Int($0.arguments[0]) } == [tokens.0, tokens.0, tokens.1])
            for (part, next) in zip(own, own.dropFirst()) {
                #expect(part.start + part.duration == next.start)
            }
        }
    }

    @Test("the buffer is handed on when it is full, and beyond the limit events are counted")
    func bounds() {
        let recording = Recording()
        let trace = Trace(sink: recording, bufferCount: 4, limit: 10)
        for _ in 0..<13 {
            trace.begin(.plan)
            trace.end()
        }
        trace.finish()
        // Handing on is an event, too, but does not count.
        #expect(recording.batches.withLock { $0 } == [4, 4, 4, 1])
        let names = recording.events.withLock { $0 }.map(\.name)
        #expect(names.filter { $0 == .plan }.count == 10)
        #expect(names.filter { $0 == .writeTrace }.count == 3)
        #expect(recording.dropped.withLock { $0 } == 3)
    }

    @Test("slices that are open at the end are closed")
    func closes() {
        let recording = Recording()
        let trace = Trace(sink: recording)
        trace.begin(.step)
        trace.begin(.drain)
        trace.annotateStep([1, 2, 3, 4])
        trace.finish()
        let events = recording.events.withLock { $0 }
        #expect(events.map(\.name) == [.drain, .step])
        #expect(events.map(\.arguments) == [.zero, [1, 2, 3, 4]])
    }

    // MARK: - Sinks

    @Test("the timeline is JSON that Perfetto reads")
    func json() throws {
        let bytes = Mutex<[UInt8]>([])
        let timeline = ChromeTrace { piece in bytes.withLock { $0 += piece } }
        timeline.write([
            TraceEvent(.linear, start: 1_234, duration: 50, arguments: [9, 64, 32, 0]),
            TraceEvent(.step, start: 1_000, duration: 2_000_007, arguments: [9, 9, 0, 9]),
        ])
        timeline.write([TraceEvent(.queued, request: 7, start: 5, duration: 1)])
        timeline.finish(droppedCount: 2)
        let text = String(decoding: bytes.withLock { $0 }, as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(
            lines[4]
                == #"{"name":"linear [64, 32]","cat":"device","ph":"X","pid":1,"tid":1,"#
                + #""ts":1.234,"dur":0.050,"args":{"rows":9,"outputs":64,"inputs":32}},"#
        )
        #expect(lines[5].contains(#""ts":1.000,"dur":2000.007,"args":{"tokens":9,"requests":9,"#))
        #expect(lines[6].contains(#""thread_name","ph":"M","pid":2,"tid":7"#))
        struct Event: Decodable {
            let name: String
            let ph: String
        }
        let events = try JSONDecoder().decode([Event].self, from: Data(text.utf8))
        #expect(events.map(\.ph) == ["M", "M", "M", "X", "X", "M", "X", "i"])
        #expect(events.last?.name == "2 events were too many and are not here")
    }

    @Test("a whole run is one JSON array")
    func wholeRun() async throws {
        let bytes = Mutex<[UInt8]>([])
        try await traceThreeRequests(ChromeTrace { piece in bytes.withLock { $0 += piece } })
        struct Event: Decodable {
            let name: String
        }
        let data = Data(bytes.withLock { $0 })
        let events = try JSONDecoder().decode([Event].self, from: data)
        #expect(events.filter { $0.name == "step" }.count >= 4)
    }

    @Test("a profile gives each phase what it took of its own")
    func profile() {
        let profile = StepProfile()
        profile.write([
            TraceEvent(.idle, start: 0, duration: 50),
            TraceEvent(.plan, start: 100, duration: 10),
            TraceEvent(.norm, start: 112, duration: 20),
            TraceEvent(.linear, start: 140, duration: 100),
            TraceEvent(.forward, start: 110, duration: 140),
            TraceEvent(.writeTrace, start: 250, duration: 1000),
        ])
        profile.write([
            TraceEvent(.linear, start: 1250, duration: 30),
            TraceEvent(.head, start: 1250, duration: 32),
            TraceEvent(.sampling, start: 1282, duration: 5),
            TraceEvent(.decode, request: 3, start: 0, duration: 1290),
            TraceEvent(.step, start: 90, duration: 1210, arguments: [2, 2, 0, 2]),
            TraceEvent(.step, start: 1300, duration: 10),
        ])
        var expected = StepTimes()
        expected.total = 210
        expected.device = 150
        expected.phases = [.plan: 10, .forward: 20, .head: 2, .sampling: 5]
        expected.tokenCount = 2
        expected.requestCount = 2
        #expect(profile.steps == [expected])
        #expect(profile.steps.map(\.isDecode) == [true])
    }
}

extension TraceEvent {
    fileprivate func isInside(_ other: TraceEvent) -> Bool {
        start >= other.start && start + duration <= other.start + other.duration
    }
}
