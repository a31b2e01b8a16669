import Glibc
import Synchronization
import SystemPackage

/// A bar on standard error; silent when that is no terminal, so that logs stay clean.
final class ProgressBar: Sendable {
    private let title: String
    private let isTerminal = isatty(2) == 1
    private let shown = Mutex(-1)

    init(title: String) {
        self.title = title
    }

    /// Shows a share of the work, 0 to 1; draws only when the percentage changes.
    func show(_ share: Double) {
        guard isTerminal, share.isFinite else { return }
        let percent = Int(min(max(share, 0), 1) * 100)
        let isNew = shown.withLock { last in
            defer { last = percent }
            return last != percent
        }
        guard isNew else { return }
        let filled = percent * 30 / 100
        let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled)
        StandardError.write("\r\(title) \(bar) \(percent) %")
    }

    /// Leaves the line.
    func finish() {
        if isTerminal, shown.withLock({ $0 >= 0 }) { StandardError.write("\n") }
    }
}

/// One line on standard error that is written over and over; silent when that is no terminal.
final class ProgressLine: Sendable {
    private let isTerminal = isatty(2) == 1
    private let length = Mutex(0)

    /// Shows a text in place of the one before.
    func show(_ text: String) {
        guard isTerminal else { return }
        let before = length.withLock { length in
            defer { length = text.count }
            return length
        }
        let blanks = String(repeating: " ", count: max(0, before - text.count))
        StandardError.write("\r\(text)\(blanks)")
    }

    /// Leaves the line.
    func finish() {
        if isTerminal, length.withLock({ $0 > 0 }) { StandardError.write("\n") }
    }
}

/// Where messages for people go, so that standard output holds results alone.
enum StandardError {
    static func write(_ text: String) {
        _ = try? FileDescriptor.standardError.writeAll(text.utf8)
    }
}
