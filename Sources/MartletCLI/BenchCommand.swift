import ArgumentParser

/// `martlet bench`: measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a server or an engine.",
        subcommands: [BenchUsersCommand.self, BenchTokenizerCommand.self]
    )
}
