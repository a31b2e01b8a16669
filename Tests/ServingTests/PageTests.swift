import Assets
import Inference
import JSONDocuments
import Scheduling
import Serving
import Testing

/// The page and what it reads of the engine.
@Suite("Page")
struct PageTests {
    @Test("it is there without a key, may load nothing from elsewhere, and leads nowhere else")
    func files() async throws {
        try await TestServer.run(server: { $0.apiKeys = ["a-key"] }) { server in
            let page = try #require(try await server.client.send("GET", "/"))
            #expect(page.status == 200)
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(
                page.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true
            )
            #expect(page.headers["x-content-type-options"] == "nosniff")
            #expect(page.body == Asset.named("page/index.html")?.bytes)
            for asset in Asset.all where asset.path.hasPrefix("page/") {
                let answer = try await server.client.send("GET", "/" + asset.path)
                #expect(answer?.status == 200, "\(asset.path)")
                #expect(answer?.body == asset.bytes, "\(asset.path)")
            }
            for name in [
                "", "nothing.js", "../martlet-mini/config.json", "..%2fmartlet-mini%2fconfig.json",
                "index.html/", "INDEX.HTML", "./index.html",
            ] {
                let answer = try await server.client.send("GET", "/page/" + name)
                let isFile = name == "index.html/"
                #expect(answer?.status == (isFile ? 200 : name.isEmpty ? 401 : 404), "\(name)")
            }
        }
    }

    @Test("the engine shows its blocks and counters")
    func engine() async throws {
        try await TestServer.run(engine: { $0.maxRunningRequests = 1 }) { server in
            let idle = try #require(try await server.client.send("GET", "/engine")?.json)
            #expect(idle["running"] == .array([]) && idle["waiting"] == .array([]))
            #expect(idle["model"]?.string == "tiny")
            #expect(idle["blocks"]?["tokens_per_block"]?.integer == 16)
            let prompt = (2..<40).map { "\($0)" }.joined(separator: ",")
            let body = #"{"prompt":[\#(prompt)],"max_tokens":8,"ignore_eos":true}"#
            for _ in 0..<2 {
                #expect(try await server.client.post("/v1/completions", body)?.status == 200)
            }
            let after = try #require(try await server.client.send("GET", "/engine")?.json)
            #expect(after["totals"]?["generated_tokens"]?.integer == 16)
            #expect(after["totals"]?["prompt_tokens"]?.integer == 44)
            #expect(after["totals"]?["cached_prompt_tokens"]?.integer == 32)
            #expect(after["totals"]?["finished_requests"]?.integer == 2)
            #expect(after["blocks"]?["used"]?.integer == 0)
            #expect(after["blocks"]?["cached"]?[0] == .array([.integer(0), .integer(2)]))
        }
    }
}
