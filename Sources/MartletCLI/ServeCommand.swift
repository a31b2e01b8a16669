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
              martlet serve
              curl http://127.0.0.1:8000/v1/completions -H 'Content-Type: application/json' \\
                   -d '{"prompt": "Once upon a time", "max_tokens": 64}'

            Its page is at http://127.0.0.1:8000. Without MODEL it serves martlet-mini, the small
            demonstration model that is part of the program.

            Stop it with Ctrl-C: requests in flight are finished first.
            """
    )

    @OptionGroup var model: ModelOptions

    @OptionGroup var trace: TraceOptions

    @OptionGroup(title: "Conversations") var chat: ChatOptions

    @OptionGroup(title: "Access") var access: AccessOptions

    @OptionGroup(title: "Server") var limits: ServerLimitOptions

    @Option(help: "Address to listen on; 0.0.0.0 is every network of this machine: needs a key.")
    var host = "127.0.0.1"

    @Option(help: "Port to listen on.")
    var port = 8000

    @Option(help: "Name clients call the model by. Default: the folder or name as given.")
    var servedModelName: String?

    @Option(
        help:
            "Where sampling defaults come from: auto reads generation_config.json, vllm does not."
    )
    var generationConfig = "auto"

    func validate() throws {
        guard (0...65535).contains(port) else {
            throw ValidationError("--port must be from 0 to 65535, not \(port).")
        }
        guard ["auto", "vllm"].contains(generationConfig) else {
            throw ValidationError("--generation-config is auto or vllm, not '\(generationConfig)'.")
        }
    }

    func run() async throws {
        var configuration = ServerConfiguration(host: host, port: port)
        try access.apply(to: &configuration)
        limits.apply(to: &configuration)
        chat.apply(to: &configuration)
        let template = try chat.template()
        try CompletionServer.check(configuration)
        let name = servedModelName ?? self.model.folder
        let model = try await self.model.found()
        let metrics = ServingMetrics(modelName: name)
        // Before anything is loaded: it fits, or it is refused here with the numbers.
        StandardError.write(try InspectCommand.report(model.configuration) + "\n")
        let sink = try trace.open()
        let server = CompletionServer(
            metrics: metrics,
            configuration: configuration,
            logger: limits.logger,
            onListening: { [host] port in
                let name = host == "0.0.0.0" || host == "::" ? "localhost" : host
                let address = name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
                StandardError.write(
                    "http://\(address)/ is a page to talk to the model, "
                        + "http://\(address)/v1 the API\n"
                )
            }
        ) { [model, name, generationConfig] in
            let languageModel = try await model.load(
                name: name,
                chatTemplate: template,
                usesGenerationConfig: generationConfig == "auto",
                observer: metrics,
                trace: sink
            )
            StandardError.write("\(languageModel.engine.loadReport)\n")
            StandardError.write("device \(languageModel.engine.deviceName)\n")
            return languageModel
        }
        try await server.run()
    }
}
