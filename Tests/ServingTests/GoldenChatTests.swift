import JSONDocuments
import TestData
import Testing

/// Conversations of the model folders that come with some, end to end.
@Suite("Golden chats", .enabled(if: TestData.isPresent))
struct GoldenChatTests {
    static let folders = TestData.names(in: "gguf").map { "gguf/" + $0 }
        .filter { TestData.exists(TestData.path($0 + "/e2e.json")) }

    @Test("prompt, tokens and greedy answer are the reference's", arguments: folders)
    func conversations(folder: String) async throws {
        let path = TestData.path(folder)
        let file = try JSONParser.parse(TestData.bytes(path + "/e2e.json"))
        let cases = try #require(file["cases"]?.array)
        try await TestServer.run(folder: path) { server in
            for each in cases {
                var body = try #require(each.object)
                body.append(JSONMember("return_token_ids", .bool(true)))
                var writer = JSONWriter()
                writer.value(.object(body))
                let text = String(decoding: writer.bytes, as: UTF8.self)
                let prompt = try await server.client.post("/apply-template", text)?.json
                #expect(prompt?["prompt"] == each["prompt_text"])
                let tokens = try await server.client.post("/tokenize", text)?.json
                #expect(tokens?["tokens"] == each["prompt_ids"])
                let answer = try await server.client.post("/v1/chat/completions", text)?.json
                let choice = answer?["choices"]?[0]
                #expect(choice?["message"]?["content"] == each["content"])
                #expect(choice?["finish_reason"] == each["finish_reason"])
                #expect(choice?["token_ids"] == each["generated_ids"])
                #expect(choice?["prompt_token_ids"] == each["prompt_ids"])
            }
        }
    }
}
