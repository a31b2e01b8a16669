import ArgumentParser
import Inference
import SystemPackage

/// `--trace FILE`.
struct TraceOptions: ParsableArguments {
    @Option(
        name: .customLong("trace"),
        help: "Write a timeline of every step, to be opened at ui.perfetto.dev."
    )
    var path: String?

    /// The timeline's file, made now; nil if none is wanted.
    func open() throws -> ChromeTrace? {
        guard let path else { return nil }
        return try Self.open(path)
    }

    /// A timeline in a new file.
    static func open(_ path: String) throws -> ChromeTrace {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(path),
                .writeOnly,
                options: [.create, .truncate],
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
        } catch {
            throw ValidationError("--trace: \(path) cannot be written: \(error)")
        }
        // Left open until the process ends: the last piece comes when the engine has stopped.
        return ChromeTrace { bytes in
            do {
                try file.writeAll(bytes)
            } catch {
                StandardError.write("\(path): \(error)\n")
            }
        }
    }
}

/// Several sinks in the place of one.
struct TraceSinks: TraceSink {
    let sinks: [any TraceSink]

    func write(_ events: [TraceEvent]) {
        for sink in sinks { sink.write(events) }
    }

    func finish(droppedCount: Int) {
        for sink in sinks { sink.finish(droppedCount: droppedCount) }
    }
}
