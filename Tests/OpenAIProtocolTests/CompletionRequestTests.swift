import OpenAIProtocol
import Testing

private func request(_ body: String) throws(APIError) -> CompletionRequest {
    try CompletionRequest(body: Array(body.utf8))
}

@Suite("CompletionRequest")
struct CompletionRequestTests {
    @Test("a prompt comes in four forms")
    func prompts() throws {
        #expect(try request(#"{"prompt":"a"}"#).prompt == .texts(["a"]))
        #expect(try request(#"{"prompt":["a","b"]}"#).prompt == .texts(["a", "b"]))
        #expect(try request(#"{"prompt":[1,2.0]}"#).prompt == .tokenIDs([[1, 2]]))
        #expect(try request(#"{"prompt":[[1],[2,3]]}"#).prompt == .tokenIDs([[1], [2, 3]]))
    }

    @Test("fields keep their values")
    func fields() throws {
        let read = try request(
            #"""
            {"model":"m","prompt":"a","temperature":0,"top_p":0.5,"top_k":-1,"min_p":0.1,"n":2,
             "max_tokens":3.0,"min_tokens":1,"seed":-1,"stop":"x","stop_token_ids":[4],"logprobs":0,
             "logit_bias":{"5":-100},"presence_penalty":1,"frequency_penalty":-1,"echo":true,
             "repetition_penalty":1.2,"ignore_eos":true,"skip_special_tokens":false,"stream":true,
             "include_stop_str_in_output":true,"allowed_token_ids":[1],"return_token_ids":true,
             "stream_options":{"include_usage":true,"continuous_usage_stats":null},
             "add_special_tokens":false,"return_tokens_as_token_ids":true,"user":"u","best_of":2,
             "truncate_prompt_tokens":-1,"cache_salt":"s","request_id":"r","frobnicate":{"a":[]}}
            """#
        )
        var sampling = SamplingFields()
        (sampling.temperature, sampling.topP, sampling.topK, sampling.minP) = (0, 0.5, -1, 0.1)
        (sampling.n, sampling.maxTokens, sampling.minTokens, sampling.seed) = (2, 3, 1, -1)
        (sampling.stop, sampling.stopTokenIDs, sampling.logprobs) = (["x"], [4], 0)
        (sampling.logitBias, sampling.allowedTokenIDs) = ([5: -100], [1])
        (sampling.presencePenalty, sampling.frequencyPenalty) = (1, -1)
        (sampling.repetitionPenalty, sampling.ignoreEOS) = (1.2, true)
        (sampling.skipSpecialTokens, sampling.includeStopStringInOutput) = (false, true)
        #expect(read.sampling == sampling)
        #expect(read.echo && !read.addSpecialTokens)
        var options = RequestOptions()
        (options.model, options.stream, options.returnTokenIDs) = ("m", true, true)
        (options.streamOptions.includeUsage, options.returnTokensAsTokenIDs) = (true, true)
        (options.truncatePromptTokens, options.cacheSalt, options.requestID) = (-1, "s", "r")
        #expect(read.options == options)
    }

    @Test("null is the same as absent, in every field")
    func nulls() throws {
        let names = [
            "model", "temperature", "top_p", "top_k", "min_p", "n", "max_tokens", "min_tokens",
            "seed", "stop", "stop_token_ids", "logprobs", "prompt_logprobs", "logit_bias", "echo",
            "presence_penalty", "frequency_penalty", "repetition_penalty", "ignore_eos", "stream",
            "skip_special_tokens", "include_stop_str_in_output", "allowed_token_ids", "suffix",
            "return_token_ids", "stream_options", "add_special_tokens", "response_format", "user",
            "return_tokens_as_token_ids", "best_of", "truncate_prompt_tokens", "truncation_side",
            "cache_salt", "request_id", "use_beam_search", "prompt_embeds", "structured_outputs",
            "priority", "length_penalty", "bad_words", "kv_transfer_params", "vllm_xargs",
        ]
        let body = #"{"prompt":"a","# + names.map { "\"\($0)\":null" }.joined(separator: ",") + "}"
        #expect(try request(body) == (try request(#"{"prompt":"a"}"#)))
    }

    @Test(
        "a wrong type is a 400 that names the field",
        arguments: [
            ("prompt", "5"), ("prompt", "{}"), ("prompt", "[]"), ("prompt", #"["a",5]"#),
            ("prompt", "[1,\"a\"]"), ("prompt", "[-1]"), ("prompt", "[1.5]"), ("prompt", "[[1],2]"),
            ("prompt", "[2147483648]"), ("model", "5"), ("echo", #""x?""#), ("n", "1.5"),
            ("n", #""2""#), ("max_tokens", "1e21"), ("max_tokens", "[]"), ("temperature", "[]"),
            ("seed", #""x""#), ("stop", "5"), ("stop", "[5]"), ("stop_token_ids", "[-1]"),
            ("logit_bias", "[1]"), ("logit_bias", #"{"a":1}"#), ("stream", #""maybe""#),
            ("stream_options", "true"), ("user", "5"), ("truncation_side", #""middle""#),
            ("truncate_prompt_tokens", "-2"), ("cache_salt", #""""#), ("response_format", "5"),
        ]
    )
    func wrongTypes(field: String, value: String) {
        let prompt = field == "prompt" ? "" : #""prompt":"a","#
        let error = #expect(throws: APIError.self) {
            try request("{\(prompt)\"\(field)\":\(value)}")
        }
        #expect(error?.status == 400)
        #expect(error?.param == field)
    }

    @Test(
        "a field we do not have is refused by name",
        arguments: [
            ("suffix", #"" end""#), ("use_beam_search", "true"), ("prompt_embeds", #""x""#),
            ("best_of", "3"), ("logits_processors", #"["x"]"#), ("chat_template", #""x""#),
            ("bad_words", #"["x"]"#), ("priority", "1"), ("length_penalty", "2"),
            ("stream_options", #"{"include_usage":true}"#), ("kv_transfer_params", "{}"),
        ]
    )
    func refused(field: String, value: String) {
        let error = #expect(throws: APIError.self) {
            try request("{\"prompt\":\"a\",\"\(field)\":\(value)}")
        }
        #expect(error?.status == 400)
        #expect(error?.param == field)
    }

    @Test("a prompt that is missing is named", arguments: ["{}", #"{"prompt":null}"#])
    func promptMissing(body: String) {
        let error = #expect(throws: APIError.self) { try request(body) }
        #expect(error?.param == "prompt")
    }

    @Test("a body that is no object is a 400", arguments: ["", "[1,2]", "null", "5", "{", "\"a\""])
    func notAnObject(body: String) {
        let error = #expect(throws: APIError.self) { try request(body) }
        #expect(error?.status == 400)
    }
}
