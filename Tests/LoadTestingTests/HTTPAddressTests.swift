import LoadTesting
import Testing

@Suite("Server addresses")
struct HTTPAddressTests {
    @Test(
        "host, port and path are found",
        arguments: [
            ("http://localhost", "localhost", 80, ""),
            ("http://localhost:8000", "localhost", 8000, ""),
            ("http://10.0.0.1:8000/", "10.0.0.1", 8000, ""),
            ("http://a.b/v1", "a.b", 80, ""),
            ("HTTP://a.b:1/models/x/v1/", "a.b", 1, "/models/x"),
            ("http://[::1]:8000/v1", "::1", 8000, ""),
            ("http://[fe80::1]", "fe80::1", 80, ""),
        ]
    )
    func parts(text: String, host: String, port: Int, path: String) throws {
        let address = try HTTPAddress(text)
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.basePath == path)
    }

    @Test(
        "what cannot be used is refused",
        arguments: [
            "https://a", "localhost:8000", "", "http://", "http://:80", "http://a:0",
            "http://a:65536", "http://a:b", "http://[::1", "http://[::1]x", "http://a b",
            "http://u@a", "http://a?b", "http://a#b", "ftp://a", "http://a\r\nx: y",
        ]
    )
    func refused(text: String) {
        #expect(throws: LoadTestError.self) { try HTTPAddress(text) }
    }

    @Test("https gets a sentence of its own")
    func https() {
        let error = #expect(throws: LoadTestError.self) { try HTTPAddress("https://a:8000") }
        #expect(error?.description.contains("https is not supported") == true)
    }
}
