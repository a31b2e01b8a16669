import JSONDocuments
import Serving
import OpenAIProtocol
import Testing

@Suite("Routes")
struct RouteTests {
    @Test(
        "errors have one shape",
        arguments: [
            ("GET", "/v1/nothing", 404), ("POST", "/v1/nothing", 404), ("GET", "//v1/models", 404),
            ("GET", "/page", 404), ("GET", "/v1/models/nope", 404), ("GET", "/v1/completions", 405),
            ("PUT", "/v1/completions", 405), ("DELETE", "/v1/completions", 405),
            ("OPTIONS", "/v1/completions", 405), ("POST", "/v1/models", 405),
            ("POST", "/v1/completions", 400), ("GET", "/v1/../../etc/passwd", 404),
        ]
    )
    func shape(method: String, path: String, status: Int) async throws {
        try await TestServer.run { server in
            let answer = try #require(try await server.client.send(method, path))
            #expect(answer.status == status)
            #expect(answer.headers["content-type"] == "application/json")
            let error = answer.json?["error"]
            #expect(error?["message"]?.string?.isEmpty == false)
            #expect(error?["type"]?.string?.hasSuffix("Error") == true)
            #expect(error?["code"]?.integer == Int64(status))
            #expect(error?.object?.map(\.name) == ["message", "type", "param", "code"])
        }
    }

    @Test("the small routes answer")
    func smallRoutes() async throws {
        try await TestServer.run { server in
            let client = server.client
            for path in ["/health", "/ping", "/health/live", "/health/ready"] {
                let answer = try #require(try await client.send("GET", path))
                #expect(answer.status == 200 && answer.body.isEmpty)
            }
            let models = try await client.send("GET", "/v1/models/")
            #expect(models?.json?["data"]?[0]?["id"]?.string == "tiny")
            #expect(models?.json?["data"]?[0]?["max_model_len"]?.integer == 512)
            let model = try await client.send("GET", "/v1/models/t%69ny?x=1")
            #expect(model?.json?["id"]?.string == "tiny")
            #expect(try await client.send("GET", "/version")?.json?["version"]?.string != nil)
            #expect(try await client.send("GET", "/load")?.json?["server_load"]?.integer == 0)
            let head = try await client.send("HEAD", "/v1/models")
            #expect(head?.status == 200 && head?.body.isEmpty == true)
        }
    }

    @Test("tokens come back as the text they were made of")
    func tokenize() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.post(
                "/tokenize",
                #"{"prompt":"Once","add_special_tokens":false,"return_token_strs":true}"#
            )
            let tokens = try #require(answer?.json?["tokens"]?.array)
            #expect(answer?.json?["count"]?.integer == Int64(tokens.count))
            #expect(answer?.json?["token_strs"]?.array?.count == tokens.count)
            let list = tokens.compactMap(\.integer).map(String.init).joined(separator: ",")
            let back = try await server.client.post("/detokenize", #"{"tokens":[\#(list)]}"#)
            #expect(back?.json?["prompt"]?.string == "Once")
            let unknown = try await server.client.post("/detokenize", #"{"tokens":[99999]}"#)
            #expect(unknown?.json?["error"]?["param"]?.string == "tokens")
        }
    }

    @Test("metrics carry vLLM's names and count what was done")
    func metrics() async throws {
        try await TestServer.run { server in
            _ = try await server.client.post(
                "/v1/completions",
                #"{"prompt":[5,6,7],"max_tokens":4,"ignore_eos":true}"#
            )
            #expect(await server.isEmptied())
            let text = try #require(try await server.client.send("GET", "/metrics")).text
            let labels = #"{model_name="tiny",engine="0""#
            for line in [
                "vllm:num_requests_running\(labels)} 0.0",
                "vllm:num_requests_waiting\(labels)} 0.0",
                "vllm:kv_cache_usage_perc\(labels)} 0.0",
                "vllm:generation_tokens_total\(labels)} 4.0",
                "vllm:prompt_tokens_total\(labels)} 3.0",
                "vllm:request_success_total\(labels),finished_reason=\"length\"} 1.0",
                "vllm:time_to_first_token_seconds_count\(labels)} 1.0",
                "vllm:inter_token_latency_seconds_count\(labels)} 3.0",
                "vllm:request_prompt_tokens_bucket\(labels),le=\"5.0\"} 1.0",
                "martlet:kv_cache_slots_allocated\(labels)} 0.0",
            ] {
                #expect(text.contains("\n" + line + "\n"), "\(line)")
            }
            #expect(text.contains("vllm:cache_config_info\(labels),block_size=\"16\""))
            #expect(
                text.contains(
                    #"http_requests_total{handler="/v1/completions",method="POST",status="2xx"} 1"#
                )
            )
        }
    }

    @Test("a harmless request id is echoed, any other replaced")
    func requestIDs() async throws {
        try await TestServer.run { server in
            let given = try await server.client.post(
                "/v1/completions",
                #"{"prompt":"a","max_tokens":1}"#,
                headers: ["X-Request-Id": "abc-1"]
            )
            #expect(given?.headers["x-request-id"] == "abc-1")
            #expect(given?.json?["id"]?.string == "cmpl-abc-1")
            for bad in [String(repeating: "x", count: 129), "a b"] {
                let answer = try await server.client.send(
                    "GET",
                    "/health",
                    headers: ["X-Request-Id": bad]
                )
                #expect(answer?.headers["x-request-id"]?.count == 32)
            }
        }
    }

    @Test("bodies that are too large or compressed are refused")
    func bodies() async throws {
        try await TestServer.run(server: { $0.maxBodyByteCount = 1000 }) { server in
            let long = Array(repeating: UInt8(ascii: " "), count: 1001)
            #expect(try await server.client.send("POST", "/tokenize", body: long)?.status == 413)
            let chunked = try await server.client.connect { connection in
                try await connection.send(
                    "POST /tokenize HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                )
                let piece = "1f4\r\n" + String(repeating: " ", count: 500) + "\r\n"
                for _ in 0..<10 { try await connection.send(piece) }
                try await connection.send("0\r\n\r\n")
                return HTTPAnswer(try await connection.receiveAll())?.status
            }
            #expect(chunked == 413)
            let compressed = try await server.client.post(
                "/tokenize",
                "{}",
                headers: ["Content-Encoding": "gzip"]
            )
            #expect(compressed?.status == 415)
        }
    }

    @Test("a client that asks before sending its body is answered")
    func expectContinue() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.connect { connection in
                let body = #"{"prompt":"a"}"#
                try await connection.send(
                    TestClient.head(
                        "POST",
                        "/tokenize",
                        ["Expect": "100-continue"],
                        bodyByteCount: body.utf8.count
                    )
                )
                let interim = try await connection.receive()
                #expect(interim?.starts(with: "HTTP/1.1 100".utf8) == true)
                try await connection.send(body)
                return HTTPAnswer(try await connection.receiveAll())?.status
            }
            #expect(answer == 200)
        }
    }

    @Test("a connection serves one request after the other, completions too")
    func keepAlive() async throws {
        try await TestServer.run { server in
            let statuses = try await server.client.connect { connection in
                let body = #"{"prompt":[5],"max_tokens":2,"ignore_eos":true}"#
                let request =
                    "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\n"
                    + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
                var count = 0
                for _ in 0..<3 {
                    try await connection.send(request)
                    var bytes: [UInt8] = []
                    while let more = try await connection.receive() {
                        bytes += more
                        if bytes.last == UInt8(ascii: "}") { break }
                    }
                    if HTTPAnswer(bytes)?.status == 200 { count += 1 }
                }
                return count
            }
            #expect(statuses == 3)
        }
    }
}
