import FoundationEssentials
import ModelHub
import TestData
import Testing

@Suite("A proxy")
struct ProxyTests {
    @Test(
        "is named by the usual variables",
        arguments: [
            ([:], nil), (["HTTPS_PROXY": ""], nil), (["HTTP_PROXY": "http://p:1"], nil),
            (["HTTPS_PROXY": "http://p:3128"], "p 3128"), (["https_proxy": "p:3128"], "p 3128"),
            (["HTTPS_PROXY": "http://p/"], "p 80"), (["ALL_PROXY": "http://all:1"], "all 1"),
            (["HTTPS_PROXY": "http://user:word@p:1", "ALL_PROXY": "http://all:1"], "p 1"),
        ] as [([String: String], String?)]
    )
    func variables(environment: [String: String], proxy: String?) throws {
        let found = try HubProxy(environment: environment)
        #expect(found.map { "\($0.host) \($0.port)" } == proxy)
    }

    @Test(
        "of another kind is refused, without its password in the message",
        arguments: ["socks5://user:word@p:1", "https://user:word@p:1", "http://", "http://p:99999"]
    )
    func otherKinds(text: String) {
        let error = #expect(throws: HubError.self) {
            try HubConfiguration(environment: ["HTTPS_PROXY": text])
        }
        #expect(error?.description.contains("word") == false)
        #expect(error?.description.contains("http://HOST:PORT") == true)
    }

    @Test(
        "has exceptions",
        arguments: [
            ("", "https://hub.example", true), ("hub.example", "https://hub.example", false),
            ("hub.example", "https://cdn.hub.example", false),
            (".hub.example", "https://cdn.hub.example", false),
            ("*.hub.example", "https://cdn.hub.example", false),
            ("hub.example:443", "https://hub.example", false),
            ("HUB.example, other", "https://hub.example", false),
            ("hub.example", "https://xhub.example", true), ("*", "https://hub.example", false),
            ("other,hub", "https://hub.example", true), ("", "http://hub.example", false),
            ("", "https://127.0.0.1", false), ("", "https://localhost:8080", false),
        ]
    )
    func exceptions(list: String, address: String, isServed: Bool) throws {
        let environment = ["HTTPS_PROXY": "http://p:1", "NO_PROXY": list]
        let proxy = try #require(try HubProxy(environment: environment))
        #expect(proxy.serves(try #require(URL(string: address))) == isServed)
    }

    @Test("is asked to connect, and sees host and port alone")
    func connect() async throws {
        let folder = try TemporaryFolder()
        let proxy = try await FakeHub.start { _, _ in .status("502 Bad Gateway") }
        let address = proxy.address.replacing("http://", with: "http://user:word@")
        let client = try proxy.client(
            folder,
            [
                "HF_ENDPOINT": "https://hub.example", "HF_TOKEN": "hf_secret",
                "HTTPS_PROXY": address,
            ]
        )
        let error = await #expect(throws: HubError.self) {
            try await client.pull(try ModelName("org/tiny")) { _ in }
        }
        guard case .unreachable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("word") == false)
        #expect(proxy.requests.count == 5)
        for request in proxy.requests {
            #expect(request.text.hasPrefix("CONNECT hub.example:443 HTTP/1.1\r\n"))
            #expect(!request.text.contains("hf_secret"))
            #expect(!request.text.contains("org/tiny"))
            // user:word
            #expect(request.headers["proxy-authorization"] == "Basic dXNlcjp3b3Jk")
        }
        try await proxy.stop()
    }
}
