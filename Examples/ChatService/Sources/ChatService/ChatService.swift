import ArgumentParser
import Conversations
import Hummingbird
import Logging
import MartletClient
import ServiceLifecycle
import UnixSignals

/// Keeps conversations, and has a model server answer.
@main
struct ChatService: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ChatService",
        abstract: "Conversations with a model, kept in SQLite.",
        discussion: """
            The key of the model server is taken from MODEL_API_KEY, for arguments can be seen by \
            everyone on a machine. This service asks nobody for a key: put it behind what knows \
            your users.
            """
    )

    @Option(help: "Where to listen.")
    var host = "127.0.0.1"

    @Option(help: "The port to listen on.")
    var port = 8080

    @Option(help: "The file with the conversations; it is made if it is missing.")
    var database = "conversations.sqlite"

    @Option(help: "Where the model server's API begins. Otherwise MODEL_URL, or port 8000 here.")
    var modelURL: String?

    @Option(help: "The model's name; the server's first unless said.")
    var model: String?

    @Option(help: "The most tokens of an answer.")
    var maxAnswerTokens = 1024

    @Option(help: "How long answers may go on after SIGTERM, in seconds.")
    var shutdownTimeout = 30

    func run() async throws {
        let environment = Environment()
        let server = ModelServer(
            modelURL ?? environment.get("MODEL_URL") ?? "http://127.0.0.1:8000/v1",
            apiKey: environment.get("MODEL_API_KEY")
        )
        let routes = ConversationRoutes(
            store: try ConversationStore(path: database),
            model: ChatModel(server: server, name: model, maxAnswerTokens: maxAnswerTokens)
        )
        let logger = Logger(label: "ChatService")
        let application = Application(
            router: routes.router(),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger
        )
        // The first signal: no new requests, answers are finished. When the time is up they are cut
        // off, and what has come of them is stored as interrupted.
        var configuration = ServiceGroupConfiguration(
            services: [application],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(shutdownTimeout)
        try await ServiceGroup(configuration: configuration).run()
    }
}
