import ArgumentParser

/// The command line: `martlet serve`, `chat`, `generate`, `pull`, `inspect`, `doctor`, `bench`.
@main
struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Serves language models to many users at once, on the CPU.",
        discussion: """
            Start here:
              martlet serve                    a page and the OpenAI API, on port 8000
              martlet chat                     a conversation on the terminal
              martlet generate --prompt "Hi"   one answer on the terminal
              martlet inspect MODEL            what a model is, and how much memory it takes
              martlet doctor                   what this machine has, and what to change

            The first four take a MODEL: a folder as downloaded from Hugging Face, a .gguf file,
            or a name there, ORG/NAME, which is pulled if need be. Without one it is martlet-mini,
            a small demonstration model that is part of the program.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, ChatCommand.self, GenerateCommand.self, PullCommand.self,
            ListCommand.self, RemoveCommand.self, InspectCommand.self, DoctorCommand.self,
            BenchCommand.self,
        ]
    )
}
