import ArgumentParser

/// `martlet bench`: measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a server, an engine, its kernels or the machine.",
        subcommands: [
            BenchUsersCommand.self, BenchServeCommand.self, BenchLatencyCommand.self,
            BenchThroughputCommand.self, BenchOverheadCommand.self, BenchKernelsCommand.self,
            BenchMachineCommand.self, BenchTokenizerCommand.self, BenchAccuracyCommand.self,
            BenchGrammarCommand.self,

        ]
    )
}
