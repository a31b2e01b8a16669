/// Reads server-sent events from pieces of any size.
///
/// Lines end with LF, CR LF or CR; comments and fields other than `data` are left out (WHATWG HTML,
/// section 9.2).
package struct EventParser: Sendable {
    private let limit: Int
    private var line: [UInt8] = []
    /// The `data` lines of the event so far, each with LF behind it.
    private var data: [UInt8] = []
    private var endedWithReturn = false

    /// Makes a parser.
    ///
    /// - Parameter limit: how many bytes an event, and a line of it, may have.
    package init(limit: Int) { self.limit = limit }

    /// Takes the next bytes of the stream.
    ///
    /// - Parameter bytes: a piece that may begin and end anywhere, even inside CR LF.
    /// - Returns: the data of every event that the piece completes.
    /// - Throws: ``ClientError/malformedAnswer(_:)`` where an event has no end.
    package mutating func append(_ bytes: some Sequence<UInt8>) throws(ClientError) -> [[UInt8]] {
        var events: [[UInt8]] = []
        for byte in bytes {
            let followsReturn = endedWithReturn
            endedWithReturn = byte == UInt8(ascii: "\r")
            switch byte {
            case UInt8(ascii: "\n") where followsReturn: break
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): endLine(&events)
            default: line.append(byte)
            }
            guard line.count + data.count <= limit else {
                throw .malformedAnswer("an event has more than \(limit) bytes")
            }
        }
        return events
    }

    private mutating func endLine(_ events: inout [[UInt8]]) {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            if !data.isEmpty { events.append(Array(data.dropLast())) }
            data.removeAll(keepingCapacity: true)
            return
        }
        guard line.starts(with: "data".utf8) else { return }
        var value = line.dropFirst(4)
        // "database: …" is another field; "data" alone is an empty line of data.
        guard value.isEmpty || value.removeFirst() == UInt8(ascii: ":") else { return }
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        data += value
        data.append(UInt8(ascii: "\n"))
    }
}
