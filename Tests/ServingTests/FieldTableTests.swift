import JSONDocuments
import OpenAIProtocol
import Testing

/// Every field with every strange value: an answer or a 400, never anything else.
@Suite("Fields of a completion request")
struct FieldTableTests {
    private static let fields = [
        "model", "prompt", "echo", "frequency_penalty", "logit_bias", "logprobs", "max_tokens",
        "n", "presence_penalty", "seed", "stop", "stream", "stream_options", "suffix",
        "temperature", "top_p", "user", "use_beam_search", "top_k", "min_p", "best_of",
        "repetition_penalty", "length_penalty", "stop_token_ids", "include_stop_str_in_output",
        "ignore_eos", "min_tokens", "skip_special_tokens", "spaces_between_special_tokens",
        "truncate_prompt_tokens", "truncation_side", "allowed_token_ids", "prompt_logprobs",
        "add_special_tokens", "response_format", "structured_outputs", "priority", "request_id",
        "return_tokens_as_token_ids", "return_token_ids", "cache_salt", "bad_words",
    ]

    private static let values = [
        "null", "true", "false", #""""#, #""x""#, #""\u0000""#, "-1", "0", "1", "2", "1.5", "-0.0",
        "1e-300", "2147483647", "2147483648", "9223372036854775807", "-9223372036854775808",
        "9223372036854775808", "1e308", "-1e308", "[]", "{}", "[[]]", "[null]", "[0]", "[-1]",
        "[319]", "[320]", "[1e18]", #"["a"]"#, #"[""]"#, #"["a",1]"#, #"{"1":1}"#, #"{"320":1}"#,
        #"{"-1":1}"#, #"{"1":1e308}"#, #"{"type":"text"}"#, #"{"include_usage":1}"#,
        "\"" + String(repeating: "y", count: 5000) + "\"",
        "[" + Array(repeating: "\"z\"", count: 2000).joined(separator: ",") + "]",
        "[" + Array(repeating: "7", count: 5000).joined(separator: ",") + "]",
    ]

    @Test("get an answer or a 400 in the one shape, and leave nothing behind")
    func table() async throws {
        try await TestServer.run { server in
            let canary = #"{"prompt":"Once","max_tokens":8,"temperature":0,"logprobs":1}"#
            let before = try await server.client.post("/v1/completions", canary)
            for field in Self.fields {
                for value in Self.values {
                    let prompt = field == "prompt" ? "" : #""prompt":[5,6],"#
                    let limit = field == "max_tokens" ? "" : #""max_tokens":2,"#
                    let body = "{\(prompt)\(limit)\"\(field)\":\(value)}"
                    let answer = try await server.client.post("/v1/completions", body)
                    let isRight =
                        switch answer?.status {
                        case 200: true
                        case 400: answer?.json?["error"]?["message"]?.string != nil
                        // A name that is not the model's.
                        case 404: field == "model"
                        default: false
                        }
                    #expect(
                        isRight,
                        "\(field): \(value.prefix(50)): \(answer?.text.prefix(200) ?? "nothing")"
                    )
                }
            }
            #expect(await server.isEmptied())
            let after = try await server.client.post("/v1/completions", canary)
            #expect(after?.json?["choices"] == before?.json?["choices"])
        }
    }
}
