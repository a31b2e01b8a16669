public import Compute

/// What the engine makes of a machine, and what could be better.
public struct Checkup: Sendable, Equatable {
    /// Something that costs speed or memory.
    public struct Advice: Sendable, Equatable {
        /// What is so.
        public var finding: String
        /// What to do about it.
        public var remedy: String
    }

    /// Lines of a name and what there is.
    public private(set) var facts: [(name: String, text: String)] = []
    /// Lines of a name and what the engine will do.
    public private(set) var choices: [(name: String, text: String)] = []
    /// What to change, the most useful first.
    public private(set) var advice: [Advice] = []

    /// Looks at a machine.
    ///
    /// - Parameters:
    ///   - system: what the machine says.
    ///   - available: the instruction sets this program has kernels for here.
    ///   - chosen: the one it will use.
    ///   - coreCount: cores it will use.
    public init(
        system: SystemFacts,
        available: [InstructionSet],
        chosen: InstructionSet,
        coreCount: Int
    ) {
        describe(system)
        choices = [
            ("kernels", chosen.rawValue + Self.others(available, chosen)),
            ("threads", "\(coreCount), one per core the process may use"),
            (
                "activations",
                chosen.hasBFloat16Product
                    ? "bfloat16 where the model is" : "float32: this CPU multiplies no bfloat16"
            ),
            ("memory", Self.memoryChoice(system)),
        ]
        advise(system, available, chosen, coreCount)
    }

    /// Compares what is said, line by line.
    public static func == (left: Checkup, right: Checkup) -> Bool { left.text == right.text }

    /// The report, for people.
    public var text: String {
        var text = "This machine\n" + Self.lines(facts)
        text += "\nWhat the engine will use\n" + Self.lines(choices)
        text += "\nWhat to change\n"
        if advice.isEmpty { text += "  nothing\n" }
        for each in advice { text += "  \(each.finding)\n    \(each.remedy)\n" }
        return text
    }

    // MARK: - Parts

    private mutating func describe(_ system: SystemFacts) {
        func add(_ name: String, _ text: String?) {
            if let text { facts.append((name, text)) }
        }
        add("CPU", system.cpuName)
        add("CPUs online", system.onlineCPUCount.map(String.init))
        add("CPU quota", system.cpuQuota.map { "\($0) CPUs, by the control group" })
        if system.memoryNodeCount > 1 { add("NUMA nodes", "\(system.memoryNodeCount)") }
        if let total = system.memoryByteCount {
            let available = system.availableByteCount.map { ", \(Self.gibibytes($0)) available" }
            add("memory", Self.gibibytes(total) + (available ?? ""))
        }
        add(
            "memory limit",
            system.controlGroupByteCount.map { Self.gibibytes($0) + ", by the control group" }
        )
        add("huge pages", system.hugePages)
        add("clock", system.governor)
    }

    private mutating func advise(
        _ system: SystemFacts,
        _ available: [InstructionSet],
        _ chosen: InstructionSet,
        _ coreCount: Int
    ) {
        func say(_ finding: String, _ remedy: String) {
            advice.append(Advice(finding: finding, remedy: remedy))
        }
        if let fastest = available.last, fastest != chosen {
            say(
                "MARTLET_INSTRUCTION_SET holds the kernels to \(chosen.rawValue).",
                "Unset it: \(fastest.rawValue) is faster here."
            )
        }
        if chosen == .scalar {
            say(
                "There are no vector kernels for this CPU.",
                "Use a machine with AVX2 (x86 since 2013) or NEON; this one is for trying out."
            )
        }
        if let quota = system.cpuQuota, let online = system.onlineCPUCount,
            quota.rounded(.up) < Double(online)
        {
            say(
                "The control group grants \(quota) of \(online) CPUs.",
                "Threads that are stopped by a quota stall each step: grant whole CPUs (a cpuset, "
                    + "or requests equal to limits in Kubernetes)."
            )
        }
        if let governor = system.governor, governor == "powersave" {
            say(
                "The clock is held low (powersave).",
                "cpupower frequency-set -g performance"
            )
        }
        if system.hugePages == "never" {
            say(
                "The system gives no huge pages: reading weights then misses the TLB.",
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"
            )
        }
        if system.memoryNodeCount > 1 {
            say(
                "Memory lies on \(system.memoryNodeCount) NUMA nodes.",
                "Run one server per node: numactl --cpunodebind=N --membind=N martlet serve …"
            )
        }
        if system.hasSwap, system.controlGroupByteCount == nil {
            say(
                "Memory may be swapped to disk.",
                "Weights that are on disk make a step take seconds: swapoff, or a limit with "
                    + "memory.swap.max = 0."
            )
        }
    }

    private static func memoryChoice(_ system: SystemFacts) -> String {
        let limits = [system.availableByteCount, system.controlGroupByteCount].compactMap { $0 }
        guard let least = limits.min() else { return "whatever there is" }
        return "at most \(gibibytes(least)); 'martlet inspect MODEL' shows how"
    }

    private static func others(_ available: [InstructionSet], _ chosen: InstructionSet) -> String {
        let others = available.filter { $0 != chosen }.map(\.rawValue)
        return others.isEmpty ? "" : " (also there: \(others.joined(separator: ", ")))"
    }

    private static func gibibytes(_ count: Int) -> String {
        "\((Double(count) / 0x1p30 * 10).rounded() / 10) GiB"
    }

    private static func lines(_ lines: [(name: String, text: String)]) -> String {
        lines.map { name, text in
            "  " + name + String(repeating: " ", count: max(14 - name.count, 1)) + text + "\n"
        }.joined()
    }
}
