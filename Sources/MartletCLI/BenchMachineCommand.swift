import ArgumentParser
import LoadTesting
import Measuring

/// `martlet bench machine`: what this machine can do at most.
struct BenchMachineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "machine",
        abstract: "Measure the limits of this machine: memory, multipliers, clock."
    )

    @Option(help: "Threads; without it one per core the process may use.")
    var threads: Int?

    @Option(help: "Repetitions of each measurement; the median counts.")
    var repetitions = 7

    @Option(help: "Where the results are written as JSON.")
    var json: String?

    func validate() throws {
        guard 1...4096 ~= threads ?? 1, 1...1000 ~= repetitions else {
            throw ValidationError("--threads is from 1 to 4096, --repetitions from 1 to 1000.")
        }
    }

    func run() throws {
        let progress = ProgressLine()
        let limits = MachineLimits.measure(threadCount: threads, repetitions: repetitions) {
            progress.show($0)
        }
        progress.finish()
        print(limits.text(), terminator: "")
        try BenchFiles.write(limits.report(), to: json)
    }
}
