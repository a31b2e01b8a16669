import LoadTesting
import Testing

@Suite("Event streams")
struct EventStreamTests {
    func events(_ pieces: [String]) throws -> [String] {
        var parser = EventStreamParser()
        return try pieces.flatMap { try parser.append(Array($0.utf8)) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "lines may end in three ways, and fields other than data are left out",
        arguments: [
            ("data: a\n\ndata: b\n\n", ["a", "b"]),
            ("data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]),
            ("data: a\r\rdata: b\r\r", ["a", "b"]),
            ("data:a\n\n", ["a"]),
            ("data:  a \n\n", [" a "]),
            ("data: a\ndata: b\n\n", ["a\nb"]),
            ("data\n\n", [""]),
            ("data: \n\n\n\n", [""]),
            (": ping\n\nevent: x\nid: 3\nretry: 1\ndata: é\n\n", ["é"]),
            ("database: a\n\n", []),
            ("data: never ended\n", []),
        ]
    )
    func forms(text: String, expected: [String]) throws {
        #expect(try events([text]) == expected)
        // Byte by byte, and cut in two at every place.
        var parser = EventStreamParser()
        let single = try text.utf8.flatMap { try parser.append([$0]) }
        #expect(single.map { String(decoding: $0, as: UTF8.self) } == expected)
        let bytes = Array(text.utf8)
        for place in bytes.indices {
            var parser = EventStreamParser()
            let found =
                try parser.append(Array(bytes[..<place])) + parser.append(Array(bytes[place...]))
            #expect(found.map { String(decoding: $0, as: UTF8.self) } == expected)
        }
    }

    @Test("an event without end is refused before it fills the memory")
    func endless() throws {
        var parser = EventStreamParser()
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        #expect(throws: LoadTestError.self) {
            for _ in 0..<17 { _ = try parser.append(piece) }
        }
    }
}
