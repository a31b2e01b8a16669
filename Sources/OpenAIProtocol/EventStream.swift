/// Frames of a `text/event-stream`.
public enum EventStream {
    /// The last frame of every stream.
    public static let done = Array("data: [DONE]\n\n".utf8)

    /// A frame no client sees; it keeps proxies from cutting a stream that is silent for long.
    public static let keepAlive = Array(": keep-alive\n\n".utf8)

    /// A frame that carries one JSON document, which holds no line break.
    public static func frame(_ json: [UInt8], event: String? = nil) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(json.count + 64)
        if let event {
            frame += "event: ".utf8
            frame += event.utf8
            frame.append(UInt8(ascii: "\n"))
        }
        frame += "data: ".utf8
        frame += json
        frame += "\n\n".utf8
        return frame
    }
}
