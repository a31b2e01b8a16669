import FoundationEssentials

/// How much memory the process may still take: the machine's and the control group's say.
public enum AvailableMemory {
    /// The smaller of what the machine has available and what the control group allows, in bytes.
    public static func byteCount() -> Int {
        min(machineByteCount() ?? .max, controlGroupByteCount() ?? .max)
    }

    /// `MemAvailable` of /proc/meminfo.
    private static func machineByteCount() -> Int? {
        guard let text = text(of: "/proc/meminfo") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let kibibytes = Int(words[1]) else { return nil }
            return kibibytes.multipliedReportingOverflow(by: 1024).partialValue
        }
        return nil
    }

    /// The limit of the control group less what it uses; version 2, then version 1.
    private static func controlGroupByteCount() -> Int? {
        let places = [
            ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
            (
                "/sys/fs/cgroup/memory/memory.limit_in_bytes",
                "/sys/fs/cgroup/memory/memory.usage_in_bytes"
            ),
        ]
        for (limitFile, usageFile) in places {
            // "max" is no number: no limit.
            if let limit = number(in: limitFile), let usage = number(in: usageFile) {
                return max(limit - min(usage, limit), 0)
            }
        }
        return nil
    }

    private static func number(in path: String) -> Int? {
        text(of: path).flatMap { Int($0.trimmingSuffix { $0.isWhitespace }) }
    }

    private static func text(of path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}

extension String {
    /// The string without its last characters that satisfy a condition.
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}
