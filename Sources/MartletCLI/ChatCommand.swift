import ArgumentParser
import Compute
import FoundationEssentials
import Inference
import SystemPackage
import TerminalChat
import TextGeneration

/// `martlet chat`: a conversation on the terminal, with a model here or on a server.
struct ChatCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Talk with a model on the terminal.",
        discussion: """
            Examples:
              martlet chat
              martlet chat MODEL "What is a martlet?"
              martlet chat --url http://127.0.0.1:8000/v1
              martlet chat MODEL < questions.txt > answers.txt

            On a terminal, /help shows the commands and keys; Ctrl-C ends an answer, Ctrl-D leaves.
            Elsewhere each line of standard input is a question. With a question on the command \
            line, or --prompt, that one is answered. The exit code is 1 if an answer failed.

            With --url any server with OpenAI's API answers, and MODEL is the name of its model; \
            without MODEL the first one it has. What was typed is kept in \
            $XDG_STATE_HOME/martlet/history (~/.local/state), for this user alone to read. \
            NO_COLOR switches colours off.
            """
    )

    @OptionGroup var model: ModelOptions

    @Argument(help: "A question: it is answered, and the program leaves.")
    var question: String?

    @Option(help: "The same, as an option.")
    var prompt: String?

    @Option(help: "What the model is told to be before the conversation.")
    var system: String?

    @Option(help: "0 takes the likeliest token; higher is more varied. Default: the model's own.")
    var temperature: String?

    @Option(help: "Keep the smallest set of tokens with this much probability.")
    var topP: String?

    @Option(help: "Keep the K likeliest tokens; 0 keeps all.")
    var topK: String?

    @Option(help: "Longest answer in tokens. Default: what the context leaves.")
    var maxTokens: HumanInteger?

    @Flag(help: "Do not keep what is typed.")
    var noHistory = false

    @OptionGroup(title: "A server in place of a model here") var server: ServerChatOptions

    @OptionGroup(title: "Conversations") var chat: ChatOptions

    func validate() throws {
        if question != nil && prompt != nil {
            throw ValidationError("There are two questions: the last argument and --prompt.")
        }
        _ = try settings()
    }

    func run() async throws {
        guard let url = server.url else { return try await runHere() }
        let backend = try await server.backend(url, modelName: model.given ?? "")
        try await converse(with: backend)
    }

    private func runHere() async throws {
        let found = try await model.found()
        let languageModel = try await found.load(
            name: model.folder,
            chatTemplate: try chat.template()
        )
        // Without a chat template every question would fail; that is to be known at once.
        _ = try languageModel.chatFormat()
        let backend = LocalChat(languageModel, reasoningParser: chat.reasoningParser)
        var failure: (any Error)?
        do {
            try await converse(with: backend)
        } catch {
            failure = error
        }
        languageModel.engine.shutDown()
        await languageModel.engine.waitUntilStopped()
        if let failure { throw failure }
    }

    /// The numbers given on the command line.
    private func settings() throws -> ChatSettings {
        var settings = ChatSettings()
        for (name, text) in [
            ("temperature", temperature), ("top_p", topP), ("top_k", topK),
            ("max_tokens", maxTokens.map { "\($0.value)" }),
        ] {
            guard let text else { continue }
            if let problem = settings.set(name, to: text) { throw ValidationError(problem) }
        }
        return settings
    }

    // MARK: - The conversation

    private func converse(with backend: any ChatBackend) async throws {
        let session = ChatSession(
            modelName: backend.name,
            contextLength: backend.contextLength,
            system: system,
            settings: try settings()
        )
        if let question = question ?? prompt {
            var chat = plainChat(session, backend)
            guard await chat.ask(question) else { throw ExitCode.failure }
        } else if Environment.isDumb || !ProcessTerminal.isTerminal(0)
            || !ProcessTerminal.isTerminal(1)
        {
            var chat = plainChat(session, backend)
            guard await chat.run({ readLine() }) else { throw ExitCode.failure }
        } else {
            await converseOnTerminal(session, backend)
        }
    }

    private func plainChat(_ session: ChatSession, _ backend: any ChatBackend) -> PlainChat {
        let isTerminal = ProcessTerminal.isTerminal(1) && !Environment.isDumb
        return PlainChat(
            session: session,
            backend: backend,
            files: DiskFiles(),
            output: PlainChat.Output(
                write: { Self.write($0) },
                note: { StandardError.write($0 + "\n") },
                columns: isTerminal ? ProcessTerminal.windowSize.columns : nil,
                isStyled: isTerminal && Environment.hasColour
            )
        )
    }

    private func converseOnTerminal(_ session: ChatSession, _ backend: any ChatBackend) async {
        guard let terminal = ProcessTerminal(output: { Self.write($0) }) else { return }
        defer { terminal.giveBack() }
        let path = noHistory ? nil : History.path(environment: Environment.variables)
        let console = ChatConsole(
            session: session,
            notice: backend.notice,
            history: History(path: path, files: DiskFiles()),
            files: DiskFiles(),
            size: terminal.size,
            isStyled: Environment.hasColour
        )
        let (events, post) = AsyncStream.makeStream(of: ChatEvent.self)
        NamedThread.start(name: "keys") { terminal.readEvents { post.yield($0) } }
        var driver = ChatDriver(
            console: console,
            screen: terminal,
            backend: backend,
            events: events,
            post: post
        )
        _ = await driver.run()
    }

    /// What goes wrong here, such as a closed pipe, has nobody left to be told.
    private static func write(_ bytes: [UInt8]) {
        _ = try? FileDescriptor.standardOutput.writeAll(bytes)
    }
}

/// What the environment says about the terminal.
private enum Environment {
    static var variables: [String: String] { ProcessInfo.processInfo.environment }

    /// A terminal that obeys no commands.
    static var isDumb: Bool { ["", "dumb"].contains(variables["TERM"] ?? "") }

    /// See no-color.org.
    static var hasColour: Bool { (variables["NO_COLOR"] ?? "").isEmpty }
}
