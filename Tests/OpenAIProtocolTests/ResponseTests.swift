import JSONDocuments
import OpenAIProtocol
import Testing

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("Responses")
struct ResponseTests {
    @Test("an error has OpenAI's shape")
    func error() {
        let error = APIError.badRequest("`n` must be \"1\".", param: "n")
        let json =
            #"{"error":{"message":"`n` must be \"1\".","#
            + #""type":"BadRequestError","param":"n","code":400}}"#
        #expect(text(error.encoded()) == json)
        let overloaded = APIError(status: 429, message: "Full.", retryAfterSeconds: 3)
        #expect(
            text(overloaded.encoded())
                == #"{"error":{"message":"Full.","type":"RateLimitError","param":null,"code":429}}"#
        )
    }

    @Test("a whole answer carries usage and all fields of a choice")
    func whole() {
        var choice = CompletionChoice(index: 1)
        choice.text = "a"
        choice.finishReason = "stop"
        choice.stopReason = .token(7)
        choice.tokenIDs = [3]
        choice.promptLogprobs = [
            nil, [PromptLogprob(tokenID: 5, logprob: -0.5, rank: 1, decodedToken: "x")],
        ]
        let response = CompletionResponse(
            id: "cmpl-1",
            created: 9,
            model: "m",
            choices: [choice],
            usage: Usage(promptTokens: 2, completionTokens: 1, cachedTokens: 0),
            isChunk: false
        )
        #expect(
            text(response.encoded()) == """
                {"id":"cmpl-1","object":"text_completion","created":9,"model":"m","choices":[\
                {"index":1,"text":"a","logprobs":null,"finish_reason":"stop","stop_reason":7,\
                "token_ids":[3],"prompt_logprobs":[null,\
                {"5":{"logprob":-0.5,"rank":1,"decoded_token":"x"}}]}],\
                "usage":{"prompt_tokens":2,"total_tokens":3,"completion_tokens":1,\
                "prompt_tokens_details":{"cached_tokens":0}},"system_fingerprint":null}
                """
        )
    }

    @Test("a chunk without usage has no usage")
    func chunk() {
        let response = CompletionResponse(
            id: "c",
            created: 9,
            model: "m",
            choices: [],
            usage: nil,
            isChunk: true
        )
        #expect(
            text(EventStream.frame(response.encoded())) == """
                data: {"id":"c","object":"text_completion","created":9,"model":"m","choices":[]}


                """
        )
    }

    @Test("log-probabilities are finite, and no token is named twice")
    func logprobs() throws {
        var logprobs = CompletionLogprobs()
        logprobs.append(token: "a", textOffset: 0, logprob: nil, top: [])
        logprobs.append(
            token: "b",
            textOffset: 1,
            logprob: -.infinity,
            top: [.init(token: "c", logprob: -0.25), .init(token: "b", logprob: -2)]
        )
        var choice = CompletionChoice(index: 0)
        choice.logprobs = logprobs
        let response = CompletionResponse(
            id: "c",
            created: 9,
            model: "m",
            choices: [choice],
            usage: nil,
            isChunk: true
        )
        let read = try JSONParser.parse(response.encoded())["choices"]?[0]?["logprobs"]
        let expected = try JSONParser.parse(
            Array(
                #"""
                {"text_offset":[0,1],"token_logprobs":[null,-9999.0],"tokens":["a","b"],
                 "top_logprobs":[null,{"b":-9999.0,"c":-0.25}]}
                """#.utf8
            )
        )
        #expect(read == expected)
    }

    @Test("a model card names its limit")
    func models() throws {
        let card = ModelCard(id: "m", created: 1, root: "/m", maxModelLength: 8)
        let list = try JSONParser.parse(ModelCard.encoded(list: [card]))
        #expect(list["object"]?.string == "list")
        #expect(list["data"]?[0]?["max_model_len"]?.integer == 8)
        #expect(list["data"]?[0]?["permission"]?[0]?["allow_logprobs"]?.bool == true)
    }

    @Test("tokenize and detokenize read and answer")
    func tokenize() throws {
        let request = try TokenizeRequest(
            body: Array(#"{"prompt":"a","add_special_tokens":false}"#.utf8)
        )
        #expect(request.content == .text("a") && !request.addSpecialTokens)
        let answer = TokenizeResponse(tokens: [1, 2], tokenStrings: nil, maxModelLength: 8)
        #expect(
            text(answer.encoded())
                == #"{"count":2,"max_model_len":8,"tokens":[1,2],"token_strs":null}"#
        )
        #expect(try DetokenizeRequest(body: Array(#"{"tokens":[1]}"#.utf8)).tokens == [1])
        let error = #expect(throws: APIError.self) {
            try DetokenizeRequest(body: Array(#"{"tokens":"a"}"#.utf8))
        }
        #expect(error?.param == "tokens")
    }
}
