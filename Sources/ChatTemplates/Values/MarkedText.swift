/// A text that knows which of its bytes came out of the request.
///
/// Marks change rarely, so only the places where they change are stored: nothing is allocated for a
/// text of one origin.
struct MarkedText: Sendable {
    /// UTF-8.
    private(set) var bytes: [UInt8]
    /// The mark of the first byte.
    private(set) var startsAsInput: Bool
    /// Where the mark changes: ascending, none at the start or the end.
    private(set) var borders: [Int] = []
    /// Whether the text went through `safe` or `escape`: what is added to it is escaped.
    var isMarkup = false

    init() {
        bytes = []
        startsAsInput = false
    }

    init(_ bytes: [UInt8], isInput: Bool = false) {
        self.bytes = bytes
        startsAsInput = isInput && !bytes.isEmpty
    }

    init(_ text: String, isInput: Bool = false) {
        self.init(Array(text.utf8), isInput: isInput)
    }

    var count: Int { bytes.count }
    var isEmpty: Bool { bytes.isEmpty }
    var hasInput: Bool { startsAsInput || !borders.isEmpty }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Adds `other` at the end; its marks stay.
    mutating func append(_ other: MarkedText) {
        if other.isEmpty { return }
        append(mark: other.startsAsInput)
        for border in other.borders { borders.append(border + bytes.count) }
        bytes += other.bytes
    }

    /// Adds the bytes of `other` in `range` at the end; their marks stay.
    mutating func append(_ other: MarkedText, _ range: Range<Int>) {
        if range.isEmpty { return }
        if other.borders.isEmpty {
            append(other.bytes[range], isInput: other.startsAsInput)
        } else {
            append(other.slice(range))
        }
    }

    /// Adds bytes of one origin at the end.
    mutating func append(_ other: some Collection<UInt8>, isInput: Bool) {
        if other.isEmpty { return }
        append(mark: isInput)
        bytes += other
    }

    /// Adds one byte at the end.
    mutating func append(_ byte: UInt8, isInput: Bool) {
        append(mark: isInput)
        bytes.append(byte)
    }

    /// Adds one scalar at the end.
    mutating func append(_ scalar: Unicode.Scalar, isInput: Bool) {
        append(mark: isInput)
        bytes.append(scalar)
    }

    private mutating func append(mark isInput: Bool) {
        if bytes.isEmpty {
            startsAsInput = isInput
            borders = []
        } else if isInput != endsAsInput {
            borders.append(bytes.count)
        }
    }

    private var endsAsInput: Bool { startsAsInput != (borders.count % 2 == 1) }

    /// The bytes in `range`, with their marks.
    func slice(_ range: Range<Int>) -> MarkedText {
        var part = MarkedText(Array(bytes[range]), isInput: startsAsInput)
        part.isMarkup = isMarkup
        if borders.isEmpty || range.isEmpty { return part }
        // The first border behind the start of the range, found by halving.
        var low = 0
        var high = borders.count
        while low < high {
            let middle = (low + high) / 2
            if borders[middle] <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        part.startsAsInput = startsAsInput != (low % 2 == 1)
        while low < borders.count, borders[low] < range.upperBound {
            part.borders.append(borders[low] - range.lowerBound)
            low += 1
        }
        return part
    }

    /// The parts of one origin.
    var runs: [(range: Range<Int>, isInput: Bool)] {
        var runs: [(Range<Int>, Bool)] = []
        var start = 0
        var isInput = startsAsInput
        for border in borders + [bytes.count] where border > start {
            runs.append((start..<border, isInput))
            start = border
            isInput.toggle()
        }
        return runs
    }
}

extension [UInt8] {
    /// Adds a scalar as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        if scalar.value < 0x80 {
            append(UInt8(scalar.value))
        } else {
            append(contentsOf: Unicode.UTF8.encode(scalar).map(Array.init) ?? [])
        }
    }

    /// Whether the byte at `index` begins a scalar.
    func isBoundary(_ index: Int) -> Bool { index >= count || self[index] & 0xC0 != 0x80 }

    /// The scalar whose first byte is at `index`, and how many bytes it takes.
    ///
    /// The bytes must be valid UTF-8, as those of every text here are.
    func scalar(at index: Int) -> (scalar: Unicode.Scalar, byteCount: Int) {
        let first = self[index]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let byteCount = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (byteCount == 2 ? 0x1F : byteCount == 3 ? 0x0F : 0x07)
        for offset in 1..<byteCount where index + offset < count {
            value = value << 6 | UInt32(self[index + offset] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", Swift.min(byteCount, count - index))
    }

    /// How many bytes the scalar before `index` takes.
    func scalarByteCount(before index: Int) -> Int {
        var start = index - 1
        while start > 0, !isBoundary(start) { start -= 1 }
        return index - start
    }

    /// How many scalars there are: Python's length.
    var scalarCount: Int { reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } }

    /// Whether every scalar is one byte.
    var isASCII: Bool { allSatisfy { $0 < 0x80 } }
}
