import HTTPTypes
import Inference
import Logging
import OpenAIProtocol
import Serving
import ServiceLifecycle
import Testing
import TextGeneration

/// A server whose model comes when the test says so.
@Suite("Loading")
struct LoadingTests {
    private struct LoadingError: Error {}

    private static func logger() -> Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    @Test("it listens meanwhile, is alive and not ready, and then serves")
    func loading() async throws {
        let (ports, portOutput) = AsyncStream.makeStream(of: Int.self)
        let (releases, release) = AsyncStream.makeStream(of: Void.self)
        let metrics = ServingMetrics(modelName: "tiny")
        let server = CompletionServer(
            metrics: metrics,
            configuration: ServerConfiguration(port: 0, apiKeys: ["a-key"]),
            logger: Self.logger(),
            onListening: { portOutput.yield($0) }
        ) {
            for await _ in releases {}
            var engine = EngineConfiguration(modelFolder: TestServer.tinyModel)
            engine.keyValueMemoryBytes = 32 << 20
            return try await LanguageModel.load(engine, name: "tiny", observer: metrics)
        }
        let group = ServiceGroup(
            configuration: .init(services: [server.service()], logger: Self.logger())
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var iterator = ports.makeAsyncIterator()
            let client = TestClient(port: try #require(await iterator.next()))
            try await Self.checkWhileLoading(client)
            release.finish()
            var isReady = false
            for _ in 0..<100_000 where !isReady {
                isReady = try await client.send("GET", "/health/ready")?.status == 200
            }
            #expect(isReady)
            let answer = try await client.post(
                "/v1/completions",
                #"{"prompt":"Once","max_tokens":2}"#,
                headers: ["Authorization": "Bearer a-key"]
            )
            #expect(answer?.status == 200)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private static func checkWhileLoading(_ client: TestClient) async throws {
        let key = ["Authorization": "Bearer a-key"]
        for route in Route.allCases {
            let method = route.methods[0].rawValue
            let path = route.rawValue.replacing("{model}", with: "tiny")
                .replacing("{file}", with: "index.html")
            let isThere = [.live, .page, .pageFile].contains(route)
            let answer = try await client.send(method, path, headers: key)
            #expect(answer?.status == (isThere ? 200 : 503), "\(route)")
            guard !isThere else { continue }
            #expect(answer?.headers["retry-after"] != nil)
            if !route.isOpen {
                #expect(try await client.send(method, path)?.status == 401, "\(route)")
            }
        }
    }

    @Test("a model that cannot be loaded ends the server with the reason")
    func failure() async throws {
        let server = CompletionServer(
            metrics: ServingMetrics(modelName: "tiny"),
            configuration: ServerConfiguration(port: 0),
            logger: Self.logger()
        ) {
            throw LoadingError()
        }
        await #expect(throws: LoadingError.self) { try await server.run() }
    }

    @Test("metrics have a port of their own if that is wanted, and keep their place")
    func metricsPort() async throws {
        try await TestServer.run(
            server: {
                $0.apiKeys = ["a-key"]
                $0.metricsPort = 0
            }
        ) { server in
            let client = try #require(server.metricsClient)
            let own = try await client.send("GET", "/metrics")
            #expect(own?.status == 200)
            #expect(own?.text.contains("vllm:num_requests_running") == true)
            #expect(try await client.send("HEAD", "/metrics")?.status == 200)
            #expect(try await client.send("POST", "/metrics")?.status == 405)
            #expect(try await client.send("GET", "/v1/models")?.status == 404)
            let evil = try await client.send("GET", "/metrics", headers: ["Host": "evil.org"])
            #expect(evil?.status == 403)
            let main = server.client
            #expect(try await main.send("GET", "/metrics")?.status == 401)
            let key = ["Authorization": "Bearer a-key"]
            #expect(try await main.send("GET", "/metrics", headers: key)?.status == 200)
        }
    }
}
