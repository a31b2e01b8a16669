import ArgumentParser
import Compute
import FoundationEssentials
import Measuring

/// `martlet doctor`: what this machine has, what the engine will choose, what to change.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Show what this machine has, what the engine will use of it, and what to change."
    )

    func run() throws {
        let system = SystemFacts { try? String(contentsOfFile: $0, encoding: .utf8) }
        let checkup = Checkup(
            system: system,
            available: InstructionSet.available,
            chosen: InstructionSet.best,
            coreCount: CPUDevice.usableCoreCount
        )
        print(checkup.text, terminator: "")
    }
}
