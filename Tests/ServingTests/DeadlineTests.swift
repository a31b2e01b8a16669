import Inference
import JSONDocuments
import OpenAIProtocol
import Scheduling
import Serving
import TestData
import Testing

/// Requests that take too long; the model is slow enough for a second to be much too short.
@Suite("Deadlines", .serialized)
struct DeadlineTests {
    private static let body = #""prompt":[5],"max_tokens":4000,"ignore_eos":true"#

    private func withServer(
        _ configure: (inout ServerConfiguration) -> Void,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try SlowModel.folder()
        try await TestServer.run(
            folder: folder.path,
            engine: {
                $0.loadFormat = .dummy
                $0.maxRunningRequests = 1
                $0.keyValueMemoryBytes = 64 << 20
            },
            server: configure,
            body
        )
    }

    @Test("a request that takes too long ends with a 504 and frees its blocks")
    func whole() async throws {
        try await withServer {
            $0.requestTimeoutSeconds = 1.5
        } _: { server in
            let answer = try await server.client.post("/v1/completions", "{\(Self.body)}")
            #expect(answer?.status == 504)
            #expect(answer?.json?["error"]?["type"]?.string == "TimeoutError")
            #expect(await server.isEmptied())
        }
    }

    @Test("a stream that takes too long ends with an error frame")
    func stream() async throws {
        try await withServer {
            $0.requestTimeoutSeconds = 1.5
        } _: { server in
            let answer = try await server.client.post(
                "/v1/completions",
                "{\(Self.body),\"stream\":true}"
            )
            #expect(answer?.status == 200)
            #expect(answer?.frames.last == "[DONE]")
            #expect(answer?.chunks.last?["error"]?["code"]?.integer == 504)
            #expect(await server.isEmptied())
        }
    }

    @Test("a request that is not begun in time gets a 503 and a time to come back")
    func queue() async throws {
        try await withServer {
            $0.queueTimeoutSeconds = 1.5
        } _: { server in
            try await server.client.connect { first in
                let request = "{\(Self.body)}"
                try await first.send(
                    TestClient.head(
                        "POST",
                        "/v1/completions",
                        bodyByteCount: request.utf8.count
                    ) + request
                )
                #expect(await server.settle { $0.statistics.running == 1 })
                let second = try await server.client.post("/v1/completions", request)
                #expect(second?.status == 503)
                #expect(second?.headers["retry-after"] != nil)
                // The first has begun in time and goes on.
                #expect(await server.settle { $0.unfinishedRequestCount == 1 })
            }
            #expect(await server.isEmptied())
        }
    }
}
