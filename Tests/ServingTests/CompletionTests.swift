import JSONDocuments
import TestData
import Inference
import OpenAIProtocol
import Testing

@Suite("Completions over HTTP")
struct CompletionTests {
    private let greedy = #""temperature":0,"max_tokens":8,"ignore_eos":true"#

    @Test("a whole answer has text, reason and bill")
    func whole() async throws {
        try await TestServer.run { server in
            let answer = try #require(
                try await server.client.post(
                    "/v1/completions",
                    #"{"model":"tiny","prompt":"Once upon",\#(greedy)}"#
                )
            )
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            let json = try #require(answer.json)
            #expect(json["object"]?.string == "text_completion")
            #expect(json["id"]?.string?.hasPrefix("cmpl-") == true)
            let choice = json["choices"]?[0]
            #expect(choice?["finish_reason"]?.string == "length")
            #expect(choice?["text"]?.string?.isEmpty == false)
            #expect(json["usage"]?["completion_tokens"]?.integer == 8)
            #expect(await server.isEmptied())
        }
    }

    @Test("a stream says the same as the whole, then [DONE]")
    func stream() async throws {
        try await TestServer.run { server in
            let fields = #""prompt":"Once upon",\#(greedy),"logprobs":2,"return_token_ids":true"#
            let whole = try await server.client.post("/v1/completions", "{\(fields)}")?.json
            let streamed = try #require(
                try await server.client.post(
                    "/v1/completions",
                    "{\(fields),\"stream\":true,\"stream_options\":{\"include_usage\":true}}"
                )
            )
            #expect(streamed.headers["content-type"]?.hasPrefix("text/event-stream") == true)
            #expect(streamed.frames.last == "[DONE]")
            let chunks = streamed.chunks
            #expect(Set(chunks.compactMap { $0["id"]?.string }).count == 1)
            let choices = chunks.compactMap { $0["choices"]?[0] }
            let choice = whole?["choices"]?[0]
            let text = choices.compactMap { $0["text"]?.string }.joined()
            #expect(text == choice?["text"]?.string)
            let ids = choices.flatMap { $0["token_ids"]?.array ?? [] }
            #expect(ids == choice?["token_ids"]?.array)
            for list in ["tokens", "text_offset", "token_logprobs", "top_logprobs"] {
                let joined = choices.flatMap { $0["logprobs"]?[list]?.array ?? [] }
                #expect(joined == choice?["logprobs"]?[list]?.array, "\(list)")
            }
            #expect(choices.last?["finish_reason"]?.string == "length")
            #expect(chunks.first?["usage"] == .null)
            #expect(chunks.last?["usage"]?["completion_tokens"]?.integer == 8)
            #expect(chunks.last?["choices"] == .array([]))
        }
    }

    @Test("choices of several prompts stand in their order", arguments: [false, true])
    func severalPrompts(stream: Bool) async throws {
        try await TestServer.run { server in
            let answer = try #require(
                try await server.client.post(
                    "/v1/completions",
                    #"""
                    {"prompt":[[5,6,7],[8,9]],"n":2,"seed":3,"max_tokens":4,"ignore_eos":true,
                     "return_token_ids":true,"stream":\#(stream)}
                    """#
                )
            )
            let choices =
                stream
                ? answer.chunks.compactMap { $0["choices"]?[0] }
                : answer.json?["choices"]?.array ?? []
            #expect(Set(choices.compactMap { $0["index"]?.integer }) == [0, 1, 2, 3])
            for choice in choices {
                guard let prompt = choice["prompt_token_ids"]?.array else { continue }
                let index = try #require(choice["index"]?.integer)
                #expect(prompt.count == (index < 2 ? 3 : 2))
            }
            if !stream {
                #expect(answer.json?["usage"]?["prompt_tokens"]?.integer == 5)
                #expect(answer.json?["usage"]?["completion_tokens"]?.integer == 16)
            }
        }
    }

    @Test("an echo scores the prompt and may add nothing")
    func echo() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.post(
                "/v1/completions",
                #"{"prompt":"Once upon","echo":true,"logprobs":1,"max_tokens":0,"temperature":0}"#
            )
            let choice = try #require(answer?.json?["choices"]?[0])
            #expect(choice["text"]?.string == "Once upon")
            let logprobs = try #require(choice["logprobs"]?["token_logprobs"]?.array)
            #expect(logprobs.first == .null)
            #expect(logprobs.dropFirst().allSatisfy { $0.number.map { $0 <= 0 } == true })
            #expect(choice["logprobs"]?["tokens"]?.array?.count == logprobs.count)
            #expect(choice["logprobs"]?["text_offset"]?[0]?.integer == 0)
            #expect(answer?.json?["usage"]?["completion_tokens"]?.integer == 0)
        }
    }

    @Test("a stop string ends the text before itself and is named")
    func stop() async throws {
        try await TestServer.run { server in
            let whole = try await server.client.post(
                "/v1/completions",
                #"{"prompt":"Once upon",\#(greedy)}"#
            )
            let text = try #require(whole?.json?["choices"]?[0]?["text"]?.string)
            let stop = String(text.suffix(1))
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("prompt", "Once upon")
                writer.member("stop", stop)
                writer.name("temperature")
                writer.integer(0)
                writer.member("ignore_eos", true)
            }
            let answer = try await server.client.send(
                "POST",
                "/v1/completions",
                body: writer.bytes
            )
            let choice = try #require(answer?.json?["choices"]?[0])
            #expect(choice["finish_reason"]?.string == "stop")
            #expect(choice["stop_reason"]?.string == stop)
            let before = text.ranges(of: stop).first.map { String(text[..<$0.lowerBound]) }
            #expect(choice["text"]?.string == before)
        }
    }

    @Test("prompt log-probabilities have one entry per token, the first null")
    func promptLogprobs() async throws {
        try await TestServer.run { server in
            let answer = try await server.client.post(
                "/v1/completions",
                #"{"prompt":[5,6,7],"prompt_logprobs":1,"max_tokens":1}"#
            )
            let entries = try #require(
                answer?.json?["choices"]?[0]?["prompt_logprobs"]?.array
            )
            #expect(entries.count == 3 && entries[0] == .null)
            #expect(entries[1]["6"]?["rank"]?.integer.map { $0 >= 1 } == true)
        }
    }

    @Test("cached prompt tokens are on the bill")
    func cachedTokens() async throws {
        try await TestServer.run { server in
            let prompt = (0..<100).map { "\(5 + $0)" }.joined(separator: ",")
            let body = #"{"prompt":[\#(prompt)],"max_tokens":1}"#
            _ = try await server.client.post("/v1/completions", body)
            let answer = try await server.client.post("/v1/completions", body)
            let usage = answer?.json?["usage"]
            #expect(usage?["prompt_tokens_details"]?["cached_tokens"]?.integer == 96)
        }
    }

    @Test("a model without a tokenizer takes token ids and names tokens by id")
    func tokenIDsOnly() async throws {
        let folder = try SlowModel.folder()
        try await TestServer.run(folder: folder.path, engine: { $0.loadFormat = .dummy }) {
            let answer = try await $0.client.post(
                "/v1/completions",
                #"{"prompt":[5,6],"max_tokens":2,"logprobs":1}"#
            )
            let tokens = answer?.json?["choices"]?[0]?["logprobs"]?["tokens"]?.array ?? []
            #expect(tokens.count == 2)
            #expect(tokens.allSatisfy { $0.string?.hasPrefix("token_id:") == true })
            let refused = try await $0.client.post("/v1/completions", #"{"prompt":"a"}"#)
            #expect(refused?.status == 400)
            #expect(refused?.json?["error"]?["param"]?.string == "prompt")
        }
    }
}
