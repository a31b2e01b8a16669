/// What a machine says of itself in the files of /proc and /sys.
///
/// The files are read through a closure, so that tests can describe machines they do not run on.
public struct SystemFacts: Sendable, Equatable {
    /// The CPU's name.
    public var cpuName: String?
    /// Logical CPUs that are online.
    public var onlineCPUCount: Int?
    /// CPUs of time that the control group grants; nil without a limit.
    public var cpuQuota: Double?
    /// Bytes of main memory.
    public var memoryByteCount: Int?
    /// Bytes of it that are available.
    public var availableByteCount: Int?
    /// Bytes the control group allows; nil without a limit.
    public var controlGroupByteCount: Int?
    /// `always`, `madvise` or `never`: who gets huge pages.
    public var hugePages: String?
    /// How the clock follows the load: `performance`, `powersave`; nil where nobody says.
    public var governor: String?
    /// Whether the machine may write memory to disk when it is short of it.
    public var hasSwap = false
    /// NUMA nodes.
    public var memoryNodeCount = 1

    /// Reads the facts; `read` gives the text of a file, nil where there is none.
    public init(read: (String) -> String?) {
        let processor = read("/proc/cpuinfo") ?? ""
        cpuName = Self.value(of: "model name", in: processor)
        onlineCPUCount = read("/sys/devices/system/cpu/online").flatMap(Self.count(ofList:))
        memoryNodeCount =
            read("/sys/devices/system/node/online").flatMap(Self.count(ofList:)) ?? 1
        cpuQuota = Self.quota(read)
        let memory = read("/proc/meminfo") ?? ""
        memoryByteCount = Self.kibibytes("MemTotal", memory)
        availableByteCount = Self.kibibytes("MemAvailable", memory)
        hasSwap = (Self.kibibytes("SwapTotal", memory) ?? 0) > 0
        let limits = [
            "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        ].compactMap { read($0).flatMap(Self.number) }
        // Version 1 writes a number near 2⁶³ for no limit.
        controlGroupByteCount = limits.first { $0 < 1 << 60 }
        hugePages = read("/sys/kernel/mm/transparent_hugepage/enabled").flatMap(Self.chosen)
        governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").map(Self.trimmed)
    }

    // MARK: - Forms of text

    private static func quota(_ read: (String) -> String?) -> Double? {
        if let words = read("/sys/fs/cgroup/cpu.max")?.split(separator: " "), words.count == 2 {
            guard let quota = Double(words[0]), let period = number(String(words[1])),
                period > 0
            else { return nil }
            return quota / Double(period)
        }
        guard let quota = read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us").flatMap(number),
            let period = read("/sys/fs/cgroup/cpu/cpu.cfs_period_us").flatMap(number),
            quota > 0, period > 0
        else { return nil }
        return Double(quota) / Double(period)
    }

    private static func value(of name: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return trimmed(String(line[line.index(after: colon)...]))
        }
        return nil
    }

    private static func kibibytes(_ name: String, _ text: String) -> Int? {
        guard let value = value(of: name + ":", in: text)?.split(separator: " ").first,
            let count = Int(value)
        else { return nil }
        let (bytes, overflows) = count.multipliedReportingOverflow(by: 1024)
        return overflows ? nil : bytes
    }

    private static func number(_ text: String) -> Int? { Int(trimmed(text)) }

    private static func trimmed(_ text: String) -> String {
        let rest = text.drop { $0.isWhitespace }
        return String(rest.dropLast(rest.reversed().prefix { $0.isWhitespace }.count))
    }

    /// The word in brackets of `always [madvise] never`.
    private static func chosen(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"),
            open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }

    /// How many numbers a list like `0-3,8` has.
    private static func count(ofList text: String) -> Int? {
        var count = 0
        for range in trimmed(text).split(separator: ",") {
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, (0...65536).contains(first),
                (first...65536).contains(last)
            else { return nil }
            count += last - first + 1
        }
        return count > 0 ? count : nil
    }
}
