import JSONDocuments
import OpenAIProtocol

/// What a server sent back on one connection.
struct HTTPAnswer {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    /// Without the framing of chunks.
    let body: [UInt8]

    /// Reads an answer that ended with its connection.
    init?(_ bytes: [UInt8]) {
        var bytes = bytes[...]
        // An interim answer may come first.
        while bytes.starts(with: "HTTP/1.1 100".utf8), let end = Self.headEnd(bytes) {
            bytes = bytes[end...]
        }
        guard let end = Self.headEnd(bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, let status = Int(words[1]) else { return nil }
        self.status = status
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        self.headers = headers
        let isChunked = headers["transfer-encoding"] == "chunked"
        body = isChunked ? Self.joinedChunks(bytes[end...]) : Array(bytes[end...])
    }

    var text: String { String(decoding: body, as: UTF8.self) }

    var json: JSONValue? { try? JSONParser.parse(body) }

    /// The payloads of the frames of an event stream, `[DONE]` included.
    var frames: [String] {
        text.split(separator: "\n").compactMap {
            $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : nil
        }
    }

    /// The frames that are JSON.
    var chunks: [JSONValue] { frames.compactMap { try? JSONParser.parse(Array($0.utf8)) } }

    private static func headEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        let mark = Array("\r\n\r\n".utf8)
        return bytes.indices.dropLast(3).first { bytes[$0..<$0 + 4].elementsEqual(mark) }.map {
            $0 + 4
        }
    }

    private static func joinedChunks(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var joined: [UInt8] = []
        var rest = bytes
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\r")),
            let size = Int(String(decoding: rest[..<lineEnd], as: UTF8.self), radix: 16),
            size > 0, lineEnd + 2 + size <= rest.endIndex
        {
            let start = lineEnd + 2
            joined += rest[start..<start + size]
            rest = rest[(start + size)...].dropFirst(2)
        }
        return joined
    }
}
