import HTTPTypes
import OpenAIProtocol
import Serving
import Testing

/// Every route with every method, without a key, with a wrong one and with each of the right ones.
@Suite("Key matrix")
struct KeyMatrixTests {
    private static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    private static let keys = ["the-first-key-of-two", "the-second-key"]

    /// Headers that must not let anybody in.
    private static let wrong: [[String: String]] = [
        [:], ["Authorization": ""], ["Authorization": "Bearer"], ["Authorization": "Bearer "],
        ["Authorization": "Bearer the-first-key-of-tw"],
        ["Authorization": "Bearer the-first-key-of-two!"],
        ["Authorization": "Bearer THE-FIRST-KEY-OF-TWO"],
        ["Authorization": "the-first-key-of-two"],
        ["Authorization": "Basic the-first-key-of-two"],
        ["Authorization": "Bearer " + String(repeating: "k", count: 300)],
        ["X-Api-Key": ""], ["X-Api-Key": "wrong"], ["X-Api-Key": "Bearer the-second-key"],
        ["Api-Key": "the-second-key"], ["Cookie": "key=the-second-key"],
    ]

    private static let right: [[String: String]] = [
        ["Authorization": "Bearer the-first-key-of-two"],
        ["Authorization": "bearer  the-second-key"],
        ["X-Api-Key": "the-second-key"],
        ["Authorization": "Bearer wrong", "X-Api-Key": "the-first-key-of-two"],
    ]

    private static func path(_ route: Route) -> String {
        route.rawValue.replacing("{model}", with: "tiny").replacing("{file}", with: "index.html")
    }

    @Test(
        "only the probes and the page are open, whatever the method, and all else is the same 401"
    )
    func matrix() async throws {
        try await TestServer.run(server: { $0.apiKeys = Self.keys }) { server in
            for route in Route.allCases {
                for method in Self.methods {
                    let path = Self.path(route)
                    for headers in Self.wrong {
                        let answer = try await server.client.send(method, path, headers: headers)
                        let status = try #require(answer).status
                        let isOpen = [.health, .ping, .live, .ready, .page, .pageFile].contains(
                            route
                        )
                        #expect(
                            isOpen ? [200, 405].contains(status) : status == 401,
                            "\(method) \(path) \(headers): \(status)"
                        )
                        if status == 401, method != "HEAD" { Self.checkRefusal(answer) }
                    }
                    for headers in Self.right {
                        let answer = try await server.client.send(method, path, headers: headers)
                        let status = try #require(answer).status
                        let hasMethod = route.methods.contains { $0.rawValue == method }
                        #expect(status != 401 && status < 500, "\(method) \(path): \(status)")
                        #expect((status == 405) == !hasMethod, "\(method) \(path): \(status)")
                    }
                }
            }
        }
    }

    private static func checkRefusal(_ answer: HTTPAnswer?) {
        let body = APIError(
            status: 401,
            message: "Send a valid key as 'Authorization: Bearer KEY'."
        ).encoded()
        #expect(answer?.body == body)
        #expect(answer?.headers["www-authenticate"] == "Bearer")
    }

    @Test("what does not exist needs a key as well")
    func unknownPath() async throws {
        try await TestServer.run(server: { $0.apiKeys = Self.keys }) { server in
            for path in [
                "/page", "/nothing", "/v1", "/health/", "/health/x", "//health", "/metrics/x",
            ] {
                let status = try await server.client.send("GET", path)?.status
                #expect(status == (path == "/health/" ? 200 : 401), "\(path)")
                let known = try await server.client.send("GET", path, headers: Self.right[0])
                #expect(known?.status == (path == "/health/" ? 200 : 404), "\(path)")
            }
        }
    }

    @Test("without keys nobody needs one")
    func noKeys() async throws {
        try await TestServer.run { server in
            for route in Route.allCases where route.methods.contains(.get) {
                let answer = try await server.client.send("GET", Self.path(route))
                #expect(answer?.status == 200, "\(route)")
            }
        }
    }

    @Test("keys are told apart, and only whole ones count")
    func index() {
        let keys = APIKeys(["a", "", "bb", String(repeating: "c", count: 256)])
        func index(_ key: String) -> Int? { keys.index(authorization: nil, apiKey: key) }
        #expect(index("a") == 0)
        #expect(index("bb") == 1)
        #expect(index(String(repeating: "c", count: 256)) == 2)
        for wrong in ["", "b", "bbb", "a\0", "aa", String(repeating: "c", count: 257)] {
            #expect(index(wrong) == nil)
        }
        #expect(keys.index(authorization: nil, apiKey: nil) == nil)
        #expect(APIKeys([]).isEmpty)
    }

    @Test("keys that no header can carry are named by their number")
    func badKeys() throws {
        for (key, fault) in [
            ("", "is empty"), ("a b", "has a character other than visible ASCII"),
            ("schlüssel", "has a character other than visible ASCII"),
            (String(repeating: "k", count: 257), "has more than 256 bytes"),
        ] {
            var configuration = ServerConfiguration()
            configuration.apiKeys = ["fine", key]
            #expect(throws: ServerError.badKey(number: 2, fault: fault)) {
                try CompletionServer.check(configuration)
            }
        }
    }

    @Test("connections leave descriptors for all else")
    func descriptors() {
        #expect(StartCheck.connectionLimit(1024, descriptorLimit: nil) == 1024)
        #expect(StartCheck.connectionLimit(1024, descriptorLimit: 20_000) == 1024)
        #expect(StartCheck.connectionLimit(1024, descriptorLimit: 1024) == 896)
        #expect(StartCheck.connectionLimit(1024, descriptorLimit: 128) == 0)
    }

    @Test(
        "without a key only the loopback is listened on, unless that is wanted",
        arguments: [
            ("127.0.0.1", true), ("127.1.2.3", true), ("localhost", true), ("::1", true),
            ("0.0.0.0", false), ("::", false), ("192.168.1.2", false), ("127.0.0.1.evil", false),
            ("example.org", false), ("127.0.0", false),
        ]
    )
    func exposure(host: String, isLoopback: Bool) throws {
        var configuration = ServerConfiguration(host: host)
        if isLoopback {
            try CompletionServer.check(configuration)
        } else {
            #expect(throws: ServerError.keyMissing(host: host)) {
                try CompletionServer.check(configuration)
            }
        }
        configuration.allowsUnauthenticated = true
        try CompletionServer.check(configuration)
        configuration.allowsUnauthenticated = false
        configuration.apiKeys = ["key"]
        try CompletionServer.check(configuration)
    }
}
