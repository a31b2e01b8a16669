import Synchronization

/// A timeline in the JSON array format of Chrome's trace events, which Perfetto opens.
///
/// One process with the engine's track, one with a track for each request. Slices are complete
/// events (`"ph": "X"`), times in microseconds. The closing bracket comes with the end; the format
/// does without it if the process dies.
public final class ChromeTrace: TraceSink {
    private let output: @Sendable ([UInt8]) -> Void
    private let isBegun = Mutex(false)

    private static let engine = 1
    private static let requests = 2

    /// A timeline whose text is handed to `output` piece by piece, on the engine's thread.
    public init(output: @escaping @Sendable ([UInt8]) -> Void) {
        self.output = output
    }

    /// Writes events.
    public func write(_ events: [TraceEvent]) {
        var text = JSONText()
        begin(&text)
        for event in events { Self.append(event, to: &text) }
        output(text.bytes)
    }

    /// Writes the end.
    public func finish(droppedCount: Int) {
        var text = JSONText()
        begin(&text)
        if droppedCount > 0 {
            text.append(",\n")
            text.append(#"{"name":"\#(droppedCount) events were too many and are not here","#)
            text.append(#""ph":"i","s":"g","pid":1,"tid":1,"ts":0}"#)
        }
        text.append("\n]\n")
        output(text.bytes)
    }

    private func begin(_ text: inout JSONText) {
        let isFirst = isBegun.withLock { isBegun in
            defer { isBegun = true }
            return !isBegun
        }
        guard isFirst else { return }
        text.append("[\n")
        text.appendName("process_name", "engine", process: Self.engine, thread: 1)
        text.append(",\n")
        text.appendName("thread_name", "engine loop", process: Self.engine, thread: 1)
        text.append(",\n")
        text.appendName("process_name", "requests", process: Self.requests, thread: 1)
    }

    private static func append(_ event: TraceEvent, to text: inout JSONText) {
        let isRequest = event.name.isPartOfRequest
        let thread = isRequest ? Int(clamping: event.request) : 1
        if event.name == .queued {
            text.append(",\n")
            text.appendName(
                "thread_name",
                "request \(thread)",
                process: requests,
                thread: thread
            )
        }
        text.append(",\n{\"name\":\"")
        text.append(event.name.label)
        if event.name == .linear {
            // The shape tells which of a layer's products it is.
            text.append(" [\(event.arguments[1]), \(event.arguments[2])]")
        }
        text.append("\",\"cat\":\"")
        text.append(event.name.isDeviceOperation ? "device" : isRequest ? "request" : "engine")
        text.append("\",\"ph\":\"X\",\"pid\":")
        text.append(isRequest ? requests : engine)
        text.append(",\"tid\":")
        text.append(thread)
        text.append(",\"ts\":")
        text.append(microseconds: event.start)
        text.append(",\"dur\":")
        text.append(microseconds: event.duration)
        let names = event.name.argumentNames
        if !names.isEmpty {
            text.append(",\"args\":{")
            for (index, name) in names.enumerated() {
                text.append(index == 0 ? "\"" : ",\"")
                text.append(name)
                text.append("\":")
                text.append(Int(event.arguments[index]))
            }
            text.append("}")
        }
        text.append("}")
    }
}

/// JSON as it is written; none of the strings here needs escaping.
private struct JSONText {
    var bytes: [UInt8] = []

    mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(_ number: Int) {
        append(String(number))
    }

    /// Nanoseconds as microseconds with three decimals.
    mutating func append(microseconds nanoseconds: Int) {
        append(nanoseconds / 1000)
        let rest = nanoseconds % 1000
        bytes.append(UInt8(ascii: "."))
        for digit in [rest / 100, rest / 10 % 10, rest % 10] {
            bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
        }
    }

    /// A metadata event that names a process or a thread.
    mutating func appendName(_ kind: String, _ name: String, process: Int, thread: Int) {
        append(#"{"name":"\#(kind)","ph":"M","pid":\#(process),"tid":\#(thread),"#)
        append(#""args":{"name":"\#(name)"}}"#)
    }
}
