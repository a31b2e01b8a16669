import Martlet

let llm = try await LLM(model: CommandLine.arguments.dropFirst().first ?? "Examples/tiny-random")
let prompts = ["Hello, my name is", "The capital of France is"]
for output in try await llm.generate(prompts, SamplingParameters(temperature: 0.8, topP: 0.95)) {
    print(output.text)
}
