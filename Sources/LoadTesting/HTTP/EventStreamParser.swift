/// Reads server-sent events from pieces of any size.
///
/// Lines end with LF, CR LF or CR; comments and fields other than `data` are left out (WHATWG HTML,
/// section 9.2).
package struct EventStreamParser: Sendable {
    /// More than any server sends in one event; what exceeds it is not an event stream.
    package static let longestEvent = 16 << 20

    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var endedWithReturn = false

    package init() {}

    /// Takes the next bytes of the stream.
    ///
    /// - Parameter bytes: a piece that may begin and end anywhere.
    /// - Returns: the data of every event that the piece completes.
    /// - Throws: ``LoadTestError/malformedAnswer(_:)`` where an event has no end.
    package mutating func append(_ bytes: [UInt8]) throws(LoadTestError) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            defer { endedWithReturn = byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\n") where endedWithReturn:
                continue
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if let event = endLine() { events.append(event) }
            default:
                line.append(byte)
            }
            guard line.count + data.count <= Self.longestEvent else {
                throw .malformedAnswer("an event of more than \(Self.longestEvent) bytes")
            }
        }
        return events
    }

    private mutating func endLine() -> [UInt8]? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty {
            defer {
                data = []
                hasData = false
            }
            return hasData ? data : nil
        }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        guard name.elementsEqual("data".utf8) else { return nil }
        var value = line.dropFirst(name.count + 1)
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if hasData { data.append(UInt8(ascii: "\n")) }
        data.append(contentsOf: value)
        hasData = true
        return nil
    }
}
