import FoundationEssentials
import Testing

/// Random worlds under watch.
///
/// `MARTLET_SIMULATION_SEEDS` sets how many, `MARTLET_SIMULATION_SEED` replays a single one. A
/// broken promise names its seed; a trap cannot, so halve the number of seeds until it is found.
@Suite("SchedulerSimulation")
struct SchedulerSimulationTests {
    private static func environment(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// Runs every `stride`-th seed from `first` on; keeps what broke.
    private static func run(
        _ seeds: Range<UInt64>,
        first: UInt64,
        stride: UInt64
    ) -> (SimulationSummary, [Violation]) {
        var summary = SimulationSummary()
        var violations: [Violation] = []
        var seed = seeds.lowerBound + first
        while seed < seeds.upperBound && violations.count < 5 {
            do {
                summary.add(try Simulation.run(seed: seed))
            } catch {
                violations.append(error)
            }
            seed += stride
        }
        return (summary, violations)
    }

    /// 100,000 seeds are 13 million steps: 50 s of one core, shared by two threads.
    @Test("every promise holds in every world")
    func promises() async {
        let one = Self.environment("MARTLET_SIMULATION_SEED")
        let count = Self.environment("MARTLET_SIMULATION_SEEDS") ?? 100_000
        let seeds = one.map { $0..<$0 + 1 } ?? 0..<count
        var summary = SimulationSummary()
        await withTaskGroup(of: (SimulationSummary, [Violation]).self) { group in
            for first in 0..<UInt64(2) {
                group.addTask { Self.run(seeds, first: first, stride: 2) }
            }
            for await (part, violations) in group {
                summary.add(part)
                for violation in violations { Issue.record(violation) }
            }
        }
        guard one == nil && count >= 1000 else { return }
        // The worlds are rough enough to mean something.
        #expect(summary.requests > 10 * summary.seeds)
        #expect(summary.finished > 5 * summary.seeds)
        #expect(summary.preemptions > summary.seeds / 10)
        #expect(summary.cancelled > summary.seeds)
        #expect(summary.failed > summary.seeds / 4)
        #expect(summary.refused > summary.seeds / 4)
        #expect(summary.hitTokens > 10 * summary.seeds)
        Attachment.record("\(summary)", named: "summary.txt")
    }

    @Test("a planted bug is found", arguments: PlantedBug.allCases)
    func mutation(bug: PlantedBug) {
        let seeds = 1000
        for seed in 0..<UInt64(seeds) {
            do {
                _ = try Simulation.run(seed: seed, bug: bug)
            } catch {
                Attachment.record("\(bug): \(error)\n", named: "\(bug).txt")
                return
            }
        }
        Issue.record("\(bug.rawValue) is not found in \(seeds) seeds")
    }
}
