import JSONDocuments
import OpenAIProtocol
import Scheduling
import TestData
import Inference
import Testing
import TextGeneration

/// Clients that go away; the model is slow enough to be interrupted in every phase.
@Suite("A client that goes away", .serialized)
struct DisconnectTests {
    private static let long = #""max_tokens":3000,"ignore_eos":true"#
    private static let longPrompt =
        "[" + (0..<2000).map { "\(2 + $0 % 2000)" }.joined(separator: ",") + "]"

    private func withServer(
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let folder = try SlowModel.folder()
        try await TestServer.run(
            folder: folder.path,
            engine: {
                $0.loadFormat = .dummy
                $0.maxRunningRequests = 1
                $0.maxTokensPerStep = 16
                $0.keyValueMemoryBytes = 64 << 20
            },
            body
        )
    }

    private static func post(_ body: String) -> String {
        TestClient.head("POST", "/v1/completions", bodyByteCount: body.utf8.count) + body
    }

    @Test("frees its blocks while its answer is written", arguments: [false, true])
    func decode(stream: Bool) async throws {
        try await withServer { server in
            try await server.client.connect { connection in
                try await connection.send(
                    Self.post(#"{"prompt":[5,6],\#(Self.long),"stream":\#(stream)}"#)
                )
                #expect(await server.settle { $0.statistics.computedTokens > 4 })
            }
            #expect(await server.isEmptied())
            #expect(server.model.engine.status.statistics.computedTokens < 3000)
        }
    }

    @Test("frees its blocks while its prompt is read", arguments: [false, true])
    func prefill(stream: Bool) async throws {
        try await withServer { server in
            try await server.client.connect { connection in
                try await connection.send(
                    Self.post(
                        #"{"prompt":\#(Self.longPrompt),"max_tokens":9,"stream":\#(stream)}"#
                    )
                )
                #expect(await server.settle { $0.statistics.blocksUsed > 0 })
            }
            #expect(await server.isEmptied())
            #expect(server.model.engine.status.statistics.computedTokens < 2000)
        }
    }

    @Test("leaves the queue", arguments: [false, true])
    func queued(stream: Bool) async throws {
        try await withServer { server in
            try await server.client.connect { first in
                try await first.send(Self.post(#"{"prompt":[5],\#(Self.long)}"#))
                #expect(await server.settle { $0.statistics.running == 1 })
                try await server.client.connect { second in
                    try await second.send(
                        Self.post(#"{"prompt":[6],\#(Self.long),"stream":\#(stream)}"#)
                    )
                    #expect(await server.settle { $0.unfinishedRequestCount == 2 })
                }
                #expect(await server.settle { $0.unfinishedRequestCount == 1 })
                #expect(server.model.engine.status.statistics.running == 1)
            }
            #expect(await server.isEmptied())
        }
    }

    @Test("ends all continuations of its request")
    func severalChoices() async throws {
        try await withServer { server in
            try await server.client.connect { connection in
                try await connection.send(
                    Self.post(#"{"prompt":[[5],[6]],"n":2,\#(Self.long),"stream":true}"#)
                )
                #expect(await server.settle { $0.unfinishedRequestCount == 4 })
            }
            #expect(await server.isEmptied())
        }
    }

    @Test("half-way through its body is forgotten")
    func halfBody() async throws {
        try await withServer { server in
            try await server.client.connect { connection in
                try await connection.send(
                    TestClient.head("POST", "/v1/completions", bodyByteCount: 500) + "{\"prompt"
                )
            }
            #expect(try await server.client.send("GET", "/health")?.status == 200)
            #expect(await server.isEmptied())
        }
    }

    @Test("a full queue refuses with a time to come back")
    func overload() async throws {
        let folder = try SlowModel.folder()
        try await TestServer.run(
            folder: folder.path,
            engine: {
                $0.loadFormat = .dummy
                $0.maxRunningRequests = 1
                $0.maxQueuedRequests = 1
                $0.keyValueMemoryBytes = 64 << 20
            }
        ) { server in
            try await server.client.connect { first in
                try await first.send(Self.post(#"{"prompt":[5],\#(Self.long)}"#))
                #expect(await server.settle { $0.statistics.running == 1 })
                try await server.client.connect { second in
                    try await second.send(Self.post(#"{"prompt":[6],\#(Self.long)}"#))
                    #expect(await server.settle { $0.queuedRequestCount == 1 })
                    let third = try await server.client.post(
                        "/v1/completions",
                        #"{"prompt":[7]}"#
                    )
                    #expect(third?.status == 429)
                    let seconds = third?.headers["retry-after"].flatMap { Int($0) }
                    #expect(seconds.map { (1...60).contains($0) } == true)
                    #expect(third?.json?["error"]?["type"]?.string == "RateLimitError")
                }
            }
            #expect(await server.isEmptied())
            let text = try await server.client.send("GET", "/metrics")?.text
            #expect(text?.contains("vllm:admission_rejections_total{") == true)
        }
    }
}
