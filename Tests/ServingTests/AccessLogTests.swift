import InMemoryLogging
import Inference
import Logging
import Serving
import Testing

@Suite("Access log")
struct AccessLogTests {
    /// What a server logged while `body` ran.
    private func entries(
        _ configure: (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws -> [InMemoryLogHandler.Entry] {
        let handler = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in handler }
        // Everything, from the libraries too.
        logger.logLevel = .trace
        try await TestServer.run(server: configure, logger: logger, body)
        return handler.entries
    }

    @Test("a request leaves one line, and nothing of what was said in it")
    func line() async throws {
        let all = try await entries {
            $0.apiKeys = ["the-other-key", "the-secret-key"]
        } _: { server in
            for stream in [false, true] {
                let fields = #""max_tokens":3,"ignore_eos":true,"stream":\#(stream)"#
                let answer = try await server.client.post(
                    "/v1/completions?password=hidden",
                    #"{"prompt":"confidential",\#(fields)}"#,
                    headers: [
                        "Authorization": "Bearer the-secret-key", "X-Request-Id": "abc-\(stream)",
                    ]
                )
                #expect(answer?.status == 200)
            }
        }
        let lines = all.filter { $0.message == "request" }
        #expect(lines.count == 2)
        for (line, stream) in zip(lines, [false, true]) {
            #expect(line.level == .info)
            #expect(line.metadata["method"] == "POST")
            #expect(line.metadata["route"] == "/v1/completions")
            #expect(line.metadata["status"] == "200")
            #expect(line.metadata["id"] == "abc-\(stream)")
            #expect(line.metadata["key"] == "1")
            #expect(line.metadata["output_tokens"] == "3")
            #expect(line.metadata["prompt_tokens"] != nil)
            #expect(line.metadata["seconds"] != nil)
        }
        #expect(all.contains { $0.level < .info })
        let text = all.map { "\($0.message) \($0.metadata)" }.joined(separator: "\n")
        for secret in ["confidential", "the-secret-key", "the-other-key", "hidden"] {
            #expect(!text.contains(secret))
        }
    }

    @Test("what clients make up comes out as one harmless line")
    func injection() async throws {
        let all = try await entries { server in
            for headers in [
                ["X-Request-Id": "a b"], ["X-Request-Id": "a;b\"c"], ["X-Request-Id": "a\tb"],
                ["X-Request-Id": String(repeating: "x", count: 2000)],
            ] {
                _ = try await server.client.send("GET", "/nothing%0Ahere", headers: headers)
            }
            _ = try await server.client.send("PROPFIND", "/coffee")
            _ = try await server.client.send("GET", "/health")
        }
        let lines = all.filter { $0.message == "request" && $0.level == .info }
        #expect(lines.count == 5)
        for line in lines {
            #expect(line.metadata["route"] == "none")
            #expect("\(line.metadata["id"] ?? "")".count == 32)
        }
        #expect(lines.last?.metadata["method"] == "other")
    }

    @Test("printing a configuration or its keys shows no key")
    func printing() {
        let configuration = ServerConfiguration(apiKeys: ["the-secret-key"])
        let keys = APIKeys(configuration.apiKeys)
        for text in [
            "\(configuration)", String(reflecting: configuration), "\([configuration])",
            "\(keys)", String(reflecting: keys), "\([keys])",
        ] {
            #expect(!text.contains("secret") && !text.contains("116, 104, 101"))
        }
    }

    @Test("it can be turned off")
    func off() async throws {
        let all = try await entries {
            $0.accessLog = false
        } _: { server in
            _ = try await server.client.send("GET", "/version")
        }
        #expect(!all.contains { $0.message == "request" })
    }
}
