/// Reads the head of a GGUF file from front to back, a window of the file at a time.
///
/// Every length is checked against what is left of the file before anything is made of it.
struct GGUFReader {
    /// The longest head accepted; a vocabulary of 256,000 tokens takes about 15 MB.
    private static let headLimit = 100_000_000
    private static let windowByteCount = 1 << 20

    /// What is being read, for messages.
    var place = "the file's first bytes"
    /// The offset of the next byte.
    private(set) var position = 0
    private let file: FileBytes
    private var window: [UInt8] = []
    private var windowRange = 0..<0

    init(_ file: FileBytes) {
        self.file = file
    }

    /// The bytes that the head may still have.
    var remainingByteCount: Int { min(file.byteCount, Self.headLimit) - position }

    /// The error for what is being read.
    func problem(_ text: String) -> CheckpointError {
        .invalidGGUF(file: file.path, problem: "\(place): \(text)")
    }

    // MARK: - Bytes

    /// Checks that so many more bytes are there.
    func require(_ count: Int) throws(CheckpointError) {
        guard count <= remainingByteCount else {
            let limit = file.byteCount > Self.headLimit ? "the head may have" : "the file has"
            throw problem(
                "\(count) bytes are needed from byte \(position) on, \(limit) "
                    + "\(remainingByteCount)"
            )
        }
    }

    /// Makes some bytes lie in the window and returns the index of the first.
    private mutating func load(_ count: Int) throws(CheckpointError) -> Int {
        try require(count)
        if position + count > windowRange.upperBound {
            let byteCount = min(Self.windowByteCount, file.byteCount - position)
            if window.count < byteCount { window = [UInt8](repeating: 0, count: byteCount) }
            try file.read(at: position, count: byteCount, into: &window)
            windowRange = position..<(position + byteCount)
        }
        defer { position += count }
        return position - windowRange.lowerBound
    }

    /// Reads bytes and appends them.
    mutating func read(_ count: Int, appendingTo bytes: inout [UInt8]) throws(CheckpointError) {
        try require(count)
        var rest = count
        while rest > 0 {
            let part = min(rest, Self.windowByteCount / 2)
            let start = try load(part)
            bytes.append(contentsOf: window[start..<(start + part)])
            rest -= part
        }
    }

    mutating func uint32() throws(CheckpointError) -> UInt32 {
        let start = try load(4)
        return (0..<4).reduce(0) { $0 | UInt32(window[start + $1]) << UInt32(8 * $1) }
    }

    mutating func uint64() throws(CheckpointError) -> UInt64 {
        let start = try load(8)
        return (0..<8).reduce(0) { $0 | UInt64(window[start + $1]) << UInt64(8 * $1) }
    }

    /// Reads a count of things that take at least `byteCount` bytes each.
    mutating func count(
        of what: String,
        ofAtLeast byteCount: Int,
        limit: Int
    ) throws(CheckpointError) -> Int {
        let found = try uint64()
        guard found <= UInt64(limit) else {
            throw problem("\(found) \(what), expected at most \(limit)")
        }
        guard Int(found) <= remainingByteCount / byteCount else {
            throw problem("\(found) \(what), but only \(remainingByteCount) bytes follow")
        }
        return Int(found)
    }

    /// Reads a string of at most `limit` bytes and appends its bytes.
    mutating func string(
        limit: Int,
        appendingTo bytes: inout [UInt8]
    ) throws(CheckpointError) {
        let length = try count(of: "bytes in a string", ofAtLeast: 1, limit: limit)
        try read(length, appendingTo: &bytes)
    }

    /// Reads a string that must be UTF-8 without control characters.
    mutating func name(limit: Int) throws(CheckpointError) -> [UInt8] {
        var bytes: [UInt8] = []
        try string(limit: limit, appendingTo: &bytes)
        guard !bytes.isEmpty, !bytes.contains(where: { $0 < 0x20 }),
            String(validating: bytes, as: UTF8.self) != nil
        else { throw problem("a name that is empty or not text") }
        return bytes
    }
}
