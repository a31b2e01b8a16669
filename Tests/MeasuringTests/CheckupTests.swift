import Compute
import Measuring
import Testing

@Suite("Checkup")
struct CheckupTests {
    private static let files = [
        "/proc/cpuinfo": "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n",
        "/proc/meminfo":
            "MemTotal:       16777216 kB\nMemAvailable:    8388608 kB\nSwapTotal:       1024 kB\n",
        "/sys/devices/system/cpu/online": "0-3,8-11\n",
        "/sys/devices/system/node/online": "0-1\n",
        "/sys/fs/cgroup/cpu.max": "250000 100000\n",
        "/sys/fs/cgroup/memory.max": "4294967296\n",
        "/sys/kernel/mm/transparent_hugepage/enabled": "always madvise [never]\n",
        "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
    ]

    @Test("the files are read as the kernel writes them")
    func reading() {
        let facts = SystemFacts { Self.files[$0] }
        #expect(facts.cpuName == "Some CPU @ 2 GHz")
        #expect(facts.onlineCPUCount == 8 && facts.memoryNodeCount == 2)
        #expect(facts.cpuQuota == 2.5 && facts.controlGroupByteCount == 4 << 30)
        #expect(facts.memoryByteCount == 16 << 30 && facts.availableByteCount == 8 << 30)
        #expect(facts.hugePages == "never" && facts.governor == "powersave" && facts.hasSwap)
    }

    @Test(
        "without files nothing is known, and nothing fails",
        arguments: ["", "max", "x y z", "9-1"]
    )
    func nothing(text: String) {
        let facts = SystemFacts { _ in text.isEmpty ? nil : text }
        #expect(facts.cpuName == nil && facts.cpuQuota == nil && facts.memoryByteCount == nil)
        #expect(facts.onlineCPUCount == nil && facts.controlGroupByteCount == nil)
        #expect(facts.memoryNodeCount == 1)
    }

    @Test("a machine with every trouble gets a remedy for each, a good one none")
    func advice() {
        let bad = Checkup(
            system: SystemFacts { Self.files[$0] },
            available: [.scalar, .avx2],
            chosen: .scalar,
            coreCount: 3
        )
        #expect(bad.advice.count == 6)
        let good = Checkup(
            system: SystemFacts {
                $0.hasSuffix("enabled") ? "always [madvise] never" : nil
            },
            available: [.scalar, .avx2],
            chosen: .avx2,
            coreCount: 4
        )
        #expect(good.advice.isEmpty)
        #expect(good.text.contains("avx2 (also there: scalar)"))
        #expect(good.text.hasSuffix("What to change\n  nothing\n"))
    }
}
