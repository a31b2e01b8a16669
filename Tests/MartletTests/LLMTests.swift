import FoundationEssentials
import Martlet
import TestData
import Testing

/// The library as a program uses it, on the tiny random model of the repository.
@Suite("LLM")
struct LLMTests {
    private static let folder = TestData.packageRoot + "/Examples/tiny-random"
    private static let prompts = ["Hello, my name is", "The capital of France is", "One"]

    private func llm() async throws -> LLM {
        try await LLM(model: Self.folder) {
            $0.keyValueMemoryBytes = 4 << 20
            $0.threadCount = 1
        }
    }

    @Test("outputs come in the order of the prompts, with ids, reasons and counts")
    func order() async throws {
        let parameters = SamplingParameters(temperature: 0, maxTokens: 12, ignoreEOS: true)
        let llm = try await llm()
        let together = try await llm.generate(Self.prompts, parameters)
        #expect(together.map(\.prompt) == Self.prompts.map { .text($0) })
        for (prompt, output) in zip(Self.prompts, together) {
            let alone = try await llm.generate([prompt], parameters)
            #expect(alone[0].text == output.text)
            #expect(output.outputs[0].tokenIDs.count == 12)
            #expect(output.outputs[0].finishReason == .length)
            #expect(output.outputs[0].metrics.promptTokenCount == output.promptTokenIDs.count)
        }
    }

    @Test("more prompts than the queue holds are all answered")
    func manyPrompts() async throws {
        let llm = try await LLM(model: Self.folder) {
            $0.keyValueMemoryBytes = 4 << 20
            $0.threadCount = 1
            $0.maxQueuedRequests = 2
        }
        let prompts = (0..<40).map { "Prompt number \($0)" }
        let outputs = try await llm.generate(
            prompts,
            SamplingParameters(temperature: 0, maxTokens: 3, ignoreEOS: true)
        )
        #expect(outputs.map(\.prompt) == prompts.map { .text($0) })
    }

    @Test("n answers with log-probabilities; the same seed gives the same answers")
    func samples() async throws {
        let llm = try await llm()
        var parameters = SamplingParameters(temperature: 1, maxTokens: 10, n: 3, logprobs: 2)
        parameters.seed = 7
        parameters.ignoreEOS = true
        let first = try await llm.generate(["Once"], parameters)[0]
        let second = try await llm.generate(["Once"], parameters)[0]
        #expect(first.outputs.map(\.tokenIDs) == second.outputs.map(\.tokenIDs))
        #expect(Set(first.outputs.map(\.tokenIDs)).count == 3)
        #expect(first.outputs.allSatisfy { ($0.cumulativeLogprob ?? 1) < 0 })
        #expect(first.outputs.allSatisfy { $0.tokens.allSatisfy { $0.top.count == 2 } })
    }

    @Test("a stream gives the text of the whole answer, and stops at a stop string")
    func streams() async throws {
        let llm = try await llm()
        var parameters = SamplingParameters(temperature: 0, maxTokens: 40, ignoreEOS: true)
        let whole = try await llm.generate(["Hello"], parameters)[0].text
        var text = ""
        for try await delta in try llm.stream("Hello", parameters) { text += delta.text }
        #expect(text == whole)
        let middle = String(whole.dropFirst(whole.count / 2).prefix(2))
        try #require(!middle.isEmpty)
        parameters.stop = [middle]
        let stopped = try await llm.generate(["Hello"], parameters)[0]
        #expect(!stopped.text.contains(middle))
        #expect(whole.hasPrefix(stopped.text))
        #expect(stopped.outputs[0].stopReason == .string(middle))
        #expect(stopped.outputs[0].finishReason == .stop)
    }

    @Test("a wrong prompt or parameter is refused before anything is computed")
    func refusals() async throws {
        let llm = try await llm()
        await #expect(throws: TextGenerationError.self) {
            try await llm.generate([.tokenIDs([1_000_000])])
        }
        await #expect(throws: TextGenerationError.self) {
            try await llm.generate(["a"], SamplingParameters(temperature: -1))
        }
        #expect(llm.languageModel.engine.status.isIdle)
    }

    @Test("a folder that is no model is refused with what to do")
    func wrongFolder() async throws {
        await #expect(throws: (any Error).self) { try await LLM(model: "/nowhere") }
    }
}

/// Trained models of the test data, through the library: text in, text out.
@Suite("Golden stories", .enabled(if: TestData.isPresent, "no test data folder"))
struct GoldenStoriesTests {
    struct GoldenFile: Decodable {
        struct Case: Decodable {
            var prompt: String?
            var prompt_ids: [Int32]
            var greedy_ids: [Int32]
            var completion_text: String?
        }
        var cases: [Case]
    }

    /// Folders with a tokenizer and texts in their golden file.
    static let folders = TestData.names(in: "").filter { name in
        ["config.json", "golden.json", "tokenizer.json", "model.safetensors"].allSatisfy {
            TestData.exists(TestData.path(name + "/" + $0))
        }
    }

    @Test("greedy completions are the golden texts, all prompts at once", arguments: folders)
    func completions(name: String) async throws {
        let golden = try JSONDecoder().decode(
            GoldenFile.self,
            from: Data(TestData.bytes(TestData.path(name + "/golden.json")))
        )
        let cases = golden.cases.filter { $0.prompt != nil && $0.completion_text != nil }
        let llm = try await LLM(model: TestData.path(name)) {
            $0.keyValueMemoryBytes = 64 << 20
            $0.threadCount = 1
        }
        var parameters = SamplingParameters(temperature: 0, ignoreEOS: true)
        parameters.maxTokens = cases.map(\.greedy_ids.count).max()
        let outputs = try await llm.generate(cases.compactMap(\.prompt), parameters)
        for (golden, output) in zip(cases, outputs) {
            #expect(output.promptTokenIDs == golden.prompt_ids, "\(name): prompt tokens")
            let answer = output.outputs[0]
            #expect(
                Array(answer.tokenIDs.prefix(golden.greedy_ids.count)) == golden.greedy_ids,
                "\(name): \(golden.prompt ?? "")"
            )
            if answer.tokenIDs.count == golden.greedy_ids.count {
                #expect(answer.text == golden.completion_text)
            }
        }
    }
}
