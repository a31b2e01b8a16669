/// Breaks a line into lines of a width, between words where that is possible.
struct LineWrapper {
    let width: Int
    let breaksLongWords: Bool
    let breaksOnHyphens: Bool

    /// The pieces of each new line, as places in `bytes`.
    func wrap(_ bytes: [UInt8], _ range: Range<Int>) -> [[Range<Int>]] {
        var lines: [[Range<Int>]] = []
        var line: [Range<Int>] = []
        var length = 0
        var chunks = Array(chunks(bytes, range).reversed())
        while let chunk = chunks.popLast() {
            let count = bytes[chunk].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
            let isBlank = chunk.isBlank(in: bytes)
            if isBlank, line.isEmpty, !lines.isEmpty { continue }
            if length + count <= width {
                line.append(chunk)
                length += count
                continue
            }
            if count > width {
                // A full line takes an empty piece, as Python's does: the blank space before it
                // is then no longer at the end of the line and stays.
                let room = width - length
                if breaksLongWords {
                    let (head, tail) = split(bytes, chunk, after: room)
                    line.append(head)
                    chunks.append(tail)
                } else if line.isEmpty {
                    line.append(chunk)
                } else {
                    chunks.append(chunk)
                }
            } else {
                chunks.append(chunk)
            }
            end(&line, in: bytes, &lines)
            length = 0
        }
        end(&line, in: bytes, &lines)
        return lines
    }

    private func end(_ line: inout [Range<Int>], in bytes: [UInt8], _ lines: inout [[Range<Int>]]) {
        if let last = line.last, last.isBlank(in: bytes) { line.removeLast() }
        if !line.isEmpty { lines.append(line) }
        line = []
    }

    private func split(
        _ bytes: [UInt8],
        _ chunk: Range<Int>,
        after room: Int
    ) -> (Range<Int>, Range<Int>) {
        var end = chunk.lowerBound
        for _ in 0..<room where end < chunk.upperBound {
            end += bytes.scalar(at: end).byteCount
        }
        return (chunk.lowerBound..<end, end..<chunk.upperBound)
    }

    /// Words and the blank space between them; a word ends behind a hyphen between letters.
    private func chunks(_ bytes: [UInt8], _ range: Range<Int>) -> [Range<Int>] {
        var chunks: [Range<Int>] = []
        var start = range.lowerBound
        var index = start
        var letters = 0
        while index < range.upperBound {
            let (scalar, byteCount) = bytes.scalar(at: index)
            let isBlank = scalar.isBlank && scalar.value < 0x80
            let wasBlank = index > start && bytes.scalar(at: start).scalar.isBlank
            if index > start, isBlank != wasBlank {
                chunks.append(start..<index)
                start = index
                letters = 0
            }
            index += byteCount
            if breaksOnHyphens, scalar == "-", letters >= 2, index + 1 < range.upperBound {
                let next = bytes.scalar(at: index).scalar
                if next.properties.isAlphabetic {
                    chunks.append(start..<index)
                    start = index
                }
            }
            letters = scalar.properties.isAlphabetic ? letters + 1 : 0
        }
        if start < range.upperBound { chunks.append(start..<range.upperBound) }
        return chunks
    }
}

extension Range<Int> {
    fileprivate func isBlank(in bytes: [UInt8]) -> Bool {
        bytes[self].allSatisfy { $0 == 0x20 || $0 >= 0x09 && $0 <= 0x0D }
    }
}
