import Serving
import Testing

/// What keeps web pages from using a server on the visitor's machine.
@Suite("Browsers")
struct BrowserTests {
    @Test("a server on the loopback answers to its own names only")
    func hosts() async throws {
        try await TestServer.run(server: { $0.allowedHosts = ["models.example.org"] }) { server in
            for (host, status) in [
                ("localhost", 200), ("localhost:8000", 200), ("LOCALHOST", 200), ("127.0.0.1", 200),
                ("127.0.0.1:1", 200), ("[::1]:8000", 200), ("[::1]", 200), ("localhost.", 200),
                ("models.example.org:443", 200), ("evil.example.org", 403),
                ("localhost.evil.org", 403), ("127.0.0.1.evil.org:8000", 403), ("[::2]", 403),
                ("example.org:127.0.0.1", 403),
            ] {
                for path in ["/v1/models", "/health", "/nothing"] {
                    let answer = try await server.client.send("GET", path, headers: ["Host": host])
                    let expected = status == 200 && path == "/nothing" ? 404 : status
                    #expect(answer?.status == expected, "\(host) \(path)")
                }
            }
        }
    }

    @Test("on the network, names are checked only if they are given")
    func networkHosts() {
        let open = HostCheck(listeningOn: "0.0.0.0", allowing: [])
        #expect(open.allows("anything:1") && open.allows(nil))
        let closed = HostCheck(listeningOn: "0.0.0.0", allowing: ["a.example"])
        #expect(closed.allows("A.example:8000") && closed.allows("localhost"))
        #expect(!closed.allows("b.example") && !closed.allows(""))
        #expect(HostCheck(listeningOn: "127.0.0.1", allowing: ["*"]).allows("b.example"))
        #expect(HostCheck(listeningOn: "fe80::1", allowing: ["x"]).allows("[fe80::1]:80"))
    }

    private static let preflight = [
        "Origin": "https://chat.example.org", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type,x-stainless-os",
    ]

    @Test("no page may read answers unless it is named")
    func noOrigins() async throws {
        try await TestServer.run(server: { $0.apiKeys = ["a-key"] }) { server in
            for method in ["GET", "OPTIONS"] {
                let answer = try await server.client.send(
                    method,
                    "/v1/models",
                    headers: Self.preflight
                )
                #expect(answer?.status == 401)
                let names = answer?.headers.keys.filter { $0.hasPrefix("access-control") }
                #expect(names == [])
            }
        }
    }

    @Test("a named page may, after asking without a key, and no other")
    func origins() async throws {
        try await TestServer.run(
            server: {
                $0.apiKeys = ["a-key"]
                $0.allowedOrigins = ["https://chat.example.org"]
            }
        ) { server in
            // The same for what exists and what does not.
            for path in ["/v1/models", "/v1/completions", "/nothing", "/metrics"] {
                let asked = try await server.client.send("OPTIONS", path, headers: Self.preflight)
                #expect(asked?.status == 204 && asked?.body == [])
                let headers = asked?.headers
                #expect(headers?["access-control-allow-origin"] == "https://chat.example.org")
                #expect(headers?["access-control-allow-methods"] == "GET, HEAD, POST")
                #expect(
                    headers?["access-control-allow-headers"]
                        == Self.preflight["Access-Control-Request-Headers"]
                )
                #expect(headers?["access-control-allow-credentials"] == nil)
            }
            let read = try await server.client.send(
                "GET",
                "/v1/models",
                headers: ["Origin": "https://chat.example.org", "Authorization": "Bearer a-key"]
            )
            #expect(read?.status == 200)
            #expect(read?.headers["access-control-allow-origin"] == "https://chat.example.org")
            #expect(read?.headers["vary"] == "Origin")
            let keyless = try await server.client.send(
                "GET",
                "/v1/models",
                headers: ["Origin": "https://chat.example.org"]
            )
            #expect(keyless?.status == 401)
            var other = Self.preflight
            other["Origin"] = "https://evil.example.org"
            let refused = try await server.client.send("OPTIONS", "/v1/models", headers: other)
            #expect(refused?.status == 403)
            #expect(refused?.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test("with * every page may")
    func allOrigins() async throws {
        try await TestServer.run(server: { $0.allowedOrigins = ["*"] }) { server in
            let asked = try await server.client.send("OPTIONS", "/x", headers: Self.preflight)
            #expect(asked?.status == 204)
            #expect(asked?.headers["access-control-allow-origin"] == "*")
            // An OPTIONS that is no question of a browser's is a method like any other.
            let plain = try await server.client.send("OPTIONS", "/v1/models")
            #expect(plain?.status == 405)
        }
    }
}
