import Inference
import OpenAIProtocol
import TestData
import Testing

/// The requests of testdata/api and the answers they must get.
@Suite(.enabled(if: TestData.isPresent)) struct GoldenAPIFixtures {
    @Test("every fixture gets its status and shape, and the server stays healthy")
    func fixtures() async throws {
        let folder = TestData.path("gguf/tiny-qwen2-hf")
        try await TestServer.run(folder: folder, engine: { $0.maxModelLength = 256 }) { server in
            for fixture in try APIFixture.all() {
                let answer = try await server.client.send(
                    fixture.method,
                    fixture.path,
                    headers: fixture.headers,
                    body: fixture.body(model: "tiny")
                )
                fixture.check(try #require(answer, "\(fixture.id) got no answer"))
                let health = try await server.client.send("GET", "/health")
                #expect(health?.status == 200, "after \(fixture.id)")
            }
            #expect(await server.isEmptied())
        }
    }
}
