import Serving
import TextGeneration
import Scheduling
import TestData
import Inference
import Testing

@Suite("Shutdown", .serialized)
struct ShutdownTests {
    private func withServer(
        timeoutSeconds: Int,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try SlowModel.folder()
        try await TestServer.run(
            folder: folder.path,
            engine: {
                $0.loadFormat = .dummy
                $0.keyValueMemoryBytes = 64 << 20
            },
            server: { $0.shutdownTimeoutSeconds = timeoutSeconds },
            body
        )
    }

    private static func post(_ body: String) -> String {
        TestClient.head("POST", "/v1/completions", bodyByteCount: body.utf8.count) + body
    }

    @Test("what is in flight is finished")
    func drains() async throws {
        try await withServer(timeoutSeconds: 600) { server in
            let body = #"{"prompt":[5],"max_tokens":100,"ignore_eos":true,"stream":true}"#
            let answer = try await server.client.connect { connection in
                try await connection.send(Self.post(body))
                #expect(await server.settle { $0.statistics.running == 1 })
                await server.startShutdown()
                #expect(await server.settle { $0.isDraining })
                return HTTPAnswer(try await connection.receiveAll())
            }
            let frames = try #require(answer).frames
            #expect(frames.count == 101)
            #expect(frames.last == "[DONE]")
        }
    }

    @Test("new requests get a 503 and health says so")
    func refuses() async throws {
        try await withServer(timeoutSeconds: 600) { server in
            server.model.engine.startDraining()
            let refused = try await server.client.post("/v1/completions", #"{"prompt":[5]}"#)
            #expect(refused?.status == 503)
            #expect(refused?.headers["retry-after"] != nil)
            for path in ["/health", "/ping", "/health/ready"] {
                #expect(try await server.client.send("GET", path)?.status == 503)
            }
            #expect(try await server.client.send("GET", "/health/live")?.status == 200)
        }
    }

    @Test("what takes too long ends with an error frame", arguments: [false, true])
    func aborts(stream: Bool) async throws {
        try await withServer(timeoutSeconds: 0) { server in
            let body = #"{"prompt":[5],"max_tokens":3000,"ignore_eos":true,"stream":\#(stream)}"#
            let answer = try await server.client.connect { connection in
                try await connection.send(Self.post(body))
                #expect(await server.settle { $0.statistics.running == 1 })
                await server.startShutdown()
                return HTTPAnswer(try await connection.receiveAll())
            }
            if stream {
                let frames = try #require(answer).frames
                #expect(frames.last == "[DONE]")
                #expect(frames.dropLast().last?.contains(#""code":503"#) == true)
            } else {
                #expect(answer?.status == 503)
            }
        }
    }

    @Test("a port that is taken is named")
    func portTaken() async throws {
        try await TestServer.run { server in
            let port = server.client.port
            await #expect(throws: ServerError.addressInUse(host: "127.0.0.1", port: port)) {
                try await TestServer.run(server: { $0.port = port }) { _ in }
            }
        }
    }
}
