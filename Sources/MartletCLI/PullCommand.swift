import ArgumentParser
import ModelHub

/// `martlet pull`: a model from the hub into the cache.
struct PullCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull",
        abstract: "Download a model into the cache that the Python tools use as well.",
        discussion: """
            Example: martlet pull ORG/NAME@REVISION

            Only what is needed to serve the model is downloaded; Ctrl-C stops it, and what was \
            stopped goes on where it was. Variables: HF_TOKEN, HF_HOME, HF_HUB_CACHE, \
            HF_ENDPOINT, HF_HUB_OFFLINE, HTTPS_PROXY.
            """
    )

    @Argument(help: "The model's name: ORG/NAME or ORG/NAME@REVISION; a few are NAME alone.")
    var model: String

    @Option(
        name: .customLong("file"),
        help: "Only this file, such as one GGUF file of several; may be repeated."
    )
    var files: [String] = []

    @Flag(help: "Ask no hub: fail if the model is not in the cache.")
    var offline = false

    func validate() throws {
        _ = try ModelName(model)
    }

    func run() async throws {
        let name = try ModelName(model)
        let client = try HubAccess.client(isOffline: offline)
        let path = try await HubAccess.withBar(name) { [files] bar in
            try await client.pull(name, files: files) { bar.show($0.share) }
        }
        print(path)
    }
}
