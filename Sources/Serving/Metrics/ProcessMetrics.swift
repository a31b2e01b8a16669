import FoundationEssentials
import PrometheusExport

/// What Prometheus' client libraries say of the process, read from /proc.
enum ProcessMetrics {
    static func update(_ registry: MetricRegistry) {
        if let pages = residentPages {
            registry.gauge(
                "process_resident_memory_bytes",
                help: "Resident memory of the process."
            ).set(Double(pages * 4096))
        }
        if let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            registry.gauge("process_open_fds", help: "Open file descriptors.").set(
                Double(names.count)
            )
        }
    }

    // Second number of /proc/self/statm; pages have 4 KiB on the machines we run on.
    private static var residentPages: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
            return nil
        }
        let numbers = text.split(separator: " ")
        return numbers.count > 1 ? Int(numbers[1]) : nil
    }
}
