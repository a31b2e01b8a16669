import Martlet
import TestData
import Testing

@Suite("Conversations in this process")
struct ChatTests {
    private func model() async throws -> LLM {
        try await LLM(
            model: TestData.packageRoot + "/Examples/tiny-chat",
            configure: {
                $0.threadCount = 1
                $0.keyValueMemoryBytes = 8 << 20
            }
        )
    }

    @Test("an answer and its stream are the same, and a form is kept")
    func chat() async throws {
        let llm = try await model()
        var parameters = SamplingParameters(temperature: 1, seed: 3)
        parameters.maxTokens = 12
        let messages = [Conversation.Message.system("Be brief."), .user("Hi")]
        let output = try await llm.chat(messages, parameters)
        #expect(!output.text.isEmpty)
        let stream = try llm.chatStream(Conversation(messages: messages), parameters)
        #expect(try await stream.result().text == output.text)
        let held = try await llm.chat(messages, parameters, form: .choice(["yes", "no"]))
        #expect(["yes", "no"].contains(held.text))
    }

    @Test("vectors have length 1")
    func embed() async throws {
        let vectors = try await model().embed(["a martlet", "a bird that never lands"])
        #expect(vectors.count == 2 && vectors[0] != vectors[1])
        for vector in vectors {
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
        }
    }
}
