import ArgumentParser
import Inference
import Logging
import Serving
import TextGeneration

/// `martlet serve`: the OpenAI-compatible server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a model over HTTP with the OpenAI API.",
        discussion: """
            Example:
              martlet serve MODEL
              curl http://127.0.0.1:8000/v1/completions -H 'Content-Type: application/json' \\
                   -d '{"model": "MODEL", "prompt": "Once upon a time", "max_tokens": 32}'

            Stop it with Ctrl-C: requests in flight are finished first.
            """
    )

    @OptionGroup var model: ModelOptions

    @OptionGroup var trace: TraceOptions

    @OptionGroup var chat: ChatOptions

    @Option(help: "Address to listen on; 0.0.0.0 is every network of this machine.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on.")
    var port = 8000

    @Option(help: "Name clients call the model by. Default: the folder as given.")
    var servedModelName: String?

    @Option(help: "Key that clients must send as 'Authorization: Bearer KEY'; may be repeated.")
    var apiKey: [String] = []

    @Option(
        help:
            "Where sampling defaults come from: auto reads generation_config.json, vllm does not."
    )
    var generationConfig = "auto"

    @Option(help: "Seconds that requests in flight may take after SIGTERM.")
    var shutdownTimeout = 30

    func validate() throws {
        try model.requireFolder()
        guard (0...65535).contains(port) else {
            throw ValidationError("--port must be from 0 to 65535, not \(port).")
        }
        guard ["auto", "vllm"].contains(generationConfig) else {
            throw ValidationError("--generation-config is auto or vllm, not '\(generationConfig)'.")
        }
    }

    func run() async throws {
        var configuration = ServerConfiguration(
            host: host,
            port: port,
            apiKeys: apiKey,
            shutdownTimeoutSeconds: shutdownTimeout
        )
        chat.apply(to: &configuration)
        let logger = Logger(label: "martlet")
        let metrics = ServingMetrics(modelName: servedModelName ?? model.folder)
        // Before anything is loaded: it fits, or it is refused here with the numbers.
        StandardError.write(try InspectCommand.report(model.configuration) + "\n")
        let languageModel = try await model.load(
            name: servedModelName,
            chatTemplate: try chat.template(),
            usesGenerationConfig: generationConfig == "auto",
            observer: metrics,
            trace: try trace.open()
        )
        let engine = languageModel.engine
        StandardError.write("\(engine.loadReport)\n")
        StandardError.write("device \(engine.deviceName)\n")
        let server = CompletionServer(
            model: languageModel,
            metrics: metrics,
            configuration: configuration,
            logger: logger
        )
        try await server.run()
        engine.shutDown()
        await engine.waitUntilStopped()
    }
}
