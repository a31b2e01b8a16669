import JSONDocuments
import OpenAIProtocol
import Testing

/// Every field with every strange value: an answer or a 400, never anything else.
@Suite("Fields of a completion request")
struct FieldTableTests {
    @Test("get an answer or a 400 in the one shape, and leave nothing behind")
    func table() async throws {
        try await TestServer.run { server in
            let canary = #"{"prompt":"Once","max_tokens":8,"temperature":0,"logprobs":1}"#
            let before = try await server.client.post("/v1/completions", canary)
            for field in FieldValues.completions {
                for value in FieldValues.strange {
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
