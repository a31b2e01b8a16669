import ArgumentParser

/// The command line: `martlet serve`, `chat`, `generate`, `pull`, `inspect`, `doctor`, `bench`.
@main
struct MartletCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "martlet",
        abstract: "Serves language models to many users at once, on the CPU.",
        discussion: """
            Start here:
              martlet inspect MODEL                  what a model is and how much memory it takes
              martlet serve MODEL                    an OpenAI-compatible server on port 8000
              martlet chat MODEL                     a conversation on the terminal
              martlet generate MODEL --prompt "Hi"   one answer on the terminal

            MODEL is a folder as downloaded from Hugging Face (config.json, *.safetensors and
            tokenizer.json), a .gguf file, or a name there, ORG/NAME, which is pulled if need be.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, ChatCommand.self, GenerateCommand.self, PullCommand.self,
            ListCommand.self, RemoveCommand.self, InspectCommand.self, DoctorCommand.self,
            BenchCommand.self,
        ]
    )
}
