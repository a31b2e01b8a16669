import ArgumentParser
import Inference
import Sampling
import SystemPackage
import TextGeneration

/// `martlet generate`: one prompt, the answer on standard output as it is written.
struct GenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Complete a prompt on the terminal.",
        discussion: "Example: martlet generate MODEL --prompt \"Once upon a time\" --max-tokens 64"
    )

    @OptionGroup var model: ModelOptions

    @OptionGroup var trace: TraceOptions

    @Option(help: "The text to go on from.")
    var prompt: String

    @Option(help: "Most tokens to write.")
    var maxTokens = HumanInteger(256)

    @Option(help: "0 is greedy; higher is more varied. Default: the model's own.")
    var temperature: Float?

    @Option(help: "Keep the smallest set of tokens with this much probability.")
    var topP: Float?

    @Option(help: "Keep the K likeliest tokens; 0 keeps all.")
    var topK: Int?

    @Option(help: "Text that ends the answer; may be repeated.")
    var stop: [String] = []

    @Flag(help: "Do not end at the end-of-sequence token.")
    var ignoreEos = false

    @Flag(help: "Print times and token counts to standard error.")
    var stats = false

    func run() async throws {
        let model = try await self.model.found()
        let languageModel = try await model.load(trace: try trace.open())
        var parameters = languageModel.defaults
        parameters.maxTokens = maxTokens.value
        parameters.temperature = temperature ?? parameters.temperature
        parameters.topP = topP ?? parameters.topP
        parameters.topK = topK ?? parameters.topK
        parameters.stop = stop
        parameters.ignoreEOS = ignoreEos
        parameters.seed = model.seed
        let request = TextRequest(prompt: .text(prompt), parameters: parameters)
        let stream = try languageModel.generate(
            request,
            promptTokenIDs: try languageModel.promptTokenIDs(request)
        )
        for try await delta in stream {
            try FileDescriptor.standardOutput.writeAll(delta.text.utf8)
            if let end = delta.end, stats { report(end.metrics) }
        }
        try FileDescriptor.standardOutput.writeAll("\n".utf8)
        languageModel.engine.shutDown()
        await languageModel.engine.waitUntilStopped()
    }

    private func report(_ metrics: RequestMetrics) {
        let decodeSeconds = metrics.totalSeconds - metrics.firstTokenSeconds
        let rate = Double(max(metrics.outputTokenCount - 1, 0)) / max(decodeSeconds, 1e-9)
        StandardError.write(
            """
            \n\(metrics.promptTokenCount) prompt tokens, first token after \
            \(Self.milliseconds(metrics.firstTokenSeconds)) ms; \(metrics.outputTokenCount) tokens \
            at \((rate * 10).rounded() / 10) tokens/s
            """
        )
    }

    private static func milliseconds(_ seconds: Double) -> Double {
        (seconds * 10_000).rounded() / 10
    }
}
