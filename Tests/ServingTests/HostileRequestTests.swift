import JSONDocuments
import Serving
import Testing

/// Requests that are none, byte by byte over a real socket.
@Suite("Hostile requests")
struct HostileRequestTests {
    private static func head(_ lines: [String]) -> String {
        (["GET /version HTTP/1.1", "Host: localhost"] + lines).joined(separator: "\r\n")
            + "\r\n\r\n"
    }

    /// Sends all of it, whatever comes back meanwhile, and reads the answer to its end.
    private static func answer(_ server: TestServer, _ text: String) async throws -> HTTPAnswer? {
        try await server.client.connect { connection in
            // The server may have closed before everything was sent.
            try? await connection.send(text)
            return HTTPAnswer(try await connection.receiveAll())
        }
    }

    @Test("what the limits refuse gets its status in the shape of all errors, and is cut off")
    func limits() async throws {
        let long = String(repeating: "x", count: 8200)
        let lines = (0..<101).map { "X-\($0): 1" }
        try await TestServer.run { server in
            for (text, status) in [
                (Self.head(lines), 431),
                (Self.head(["X-Long: " + String(repeating: "y", count: 1 << 20)]), 431),
                (Self.head((0..<5).map { "X-\($0): " + long }), 431),
                ("GET /\(long) HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
                ("GET /?\(long) HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
                ("NONSENSE\r\n\r\n", 400),
                ("GET / HTTP/9.9\r\nHost: localhost\r\n\r\n", 400),
                ("GET /version HTTP/1.1\r\nHost: localhost\r\nBad Header: 1\r\n\r\n", 400),
                (Self.head(["Content-Length: 1", "Content-Length: 2"]), 400),
                (Self.head(["Content-Length: -1"]), 400),
                (Self.head(["Content-Length: 1", "Transfer-Encoding: chunked"]), 400),
                ("\u{16}\u{03}\u{01}\u{02}\u{00}\u{01}", 400),
            ] {
                let answer = try await Self.answer(server, text)
                #expect(answer?.status == status, "\(text.prefix(60))")
                #expect(answer?.headers["connection"] == "close", "\(text.prefix(60))")
                #expect(answer?.json?["error"]?["code"]?.integer == Int64(status))
            }
            #expect(try await server.client.send("GET", "/version")?.status == 200)
        }
    }

    @Test("a hundred headers and a target of 8 KiB are fine")
    func withinLimits() async throws {
        try await TestServer.run { server in
            let lines = (0..<97).map { "X-\($0): 1" } + ["Connection: close"]
            let many = try await Self.answer(server, Self.head(lines))
            #expect(many?.status == 200)
            let target = "/version?" + String(repeating: "x", count: 8000)
            let long = try await server.client.send("GET", target)
            #expect(long?.status == 200)
        }
    }

    @Test("a broken body ends its request with a 400")
    func brokenChunk() async throws {
        try await TestServer.run { server in
            let answer = try await Self.answer(
                server,
                "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "5\r\n{\"pro\r\nzz\r\n"
            )
            #expect(answer?.status == 400)
            #expect(await server.isEmptied())
        }
    }

    @Test("nesting beyond 64 levels and members named twice are refused")
    func nesting() async throws {
        try await TestServer.run { server in
            for body in [
                #"{"prompt":"a","x":"# + String(repeating: "[", count: 100_000),
                #"{"prompt":"a","x":"# + String(repeating: "[", count: 64)
                    + String(repeating: "]", count: 64) + "}",
                #"{"prompt":"a","prompt":"b"}"#,
            ] {
                let answer = try await server.client.post("/tokenize", body)
                #expect(answer?.status == 400, "\(body.prefix(40))")
            }
            let deep =
                #"{"prompt":"a","x":"# + String(repeating: "[", count: 63)
                + String(repeating: "]", count: 63) + "}"
            #expect(try await server.client.post("/tokenize", deep)?.status == 200)
        }
    }

    @Test("a head that does not come to its end gets a 408")
    func slowHead() async throws {
        try await TestServer.run(server: { $0.headTimeoutSeconds = 1 }) { server in
            let answer = try await Self.answer(server, "GET /version HTTP/1.1\r\nHost: loc")
            #expect(answer?.status == 408)
        }
    }

    @Test("a body that does not come to its end gets a 408")
    func slowBody() async throws {
        try await TestServer.run(server: { $0.bodyTimeoutSeconds = 1 }) { server in
            let text = TestClient.head("POST", "/tokenize", bodyByteCount: 500) + "{\"prompt"
            let answer = try await Self.answer(server, text)
            #expect(answer?.status == 408)
        }
    }
}
