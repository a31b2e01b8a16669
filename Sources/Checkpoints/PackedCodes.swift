/// The codes of a quantized matrix as its checkpoint packs them, in memory.
///
///     N  rows of the matrix, outputs        K  columns, inputs
///
/// Words have 32 bits and are little-endian: 8 codes of four bits or 4 of eight, the first in the
/// lowest bits. The loops below keep to whole words, read each once, and fill cache lines of the
/// output one after the other. One thread of an EPYC writes, in 10⁹ codes a second, ranges of 128
/// rows of 11,008: rows of nibbles 2.9, of bytes 4.2; columns of nibbles 2.0, of bytes 1.0;
/// interleaved 1.2.
struct PackedCodes: Sendable {
    /// How codes lie in the bytes.
    enum Layout: Sendable, Equatable {
        /// Words of 4 bits [N, ⌈K/8⌉]: compressed-tensors.
        case rowsOfNibbles
        /// Bytes [N, stride]; `flip` makes signed ones unsigned.
        case rowsOfBytes(stride: Int, flip: UInt8)
        /// Words of 4 bits [⌈K/8⌉, N]: GPTQ.
        case columnsOfNibbles
        /// Words of 8 bits [⌈K/4⌉, N]: GPTQ.
        case columnsOfBytes
        /// Words of 4 bits [K, ⌈N/8⌉], rows 0, 2, 4, 6, 1, 3, 5, 7 from the lowest bits on: AWQ.
        case interleaved
    }

    /// Bytes that must follow those of the tensor, so that the last words can be read in pairs.
    static let padding = 8

    let layout: Layout
    let rowCount: Int
    let columnCount: Int
    /// The tensor's bytes and ``padding`` more.
    let bytes: [UInt8]

    /// Writes the codes of some rows, one a byte, columns in the order of the checkpoint.
    func decode(_ rows: Range<Int>, into codes: inout [UInt8]) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "rows outside the matrix")
        precondition(codes.count >= rows.count * columnCount, "the output is too small")
        var output = codes.mutableSpan
        switch layout {
        case .rowsOfNibbles: decodeRowsOfNibbles(rows, into: &output)
        case .rowsOfBytes(let stride, let flip):
            decodeRowsOfBytes(rows, stride: stride, flip: flip, into: &output)
        case .columnsOfNibbles: decodeColumnsOfNibbles(rows, into: &output)
        case .columnsOfBytes: decodeColumnsOfBytes(rows, into: &output)
        case .interleaved: decodeInterleaved(rows, into: &output)
        }
    }

    // MARK: - Rows

    private func decodeRowsOfNibbles(_ rows: Range<Int>, into output: inout MutableSpan<UInt8>) {
        let words = bytes.span
        let wordsPerRow = (columnCount + 7) / 8
        for row in rows {
            var source = row * wordsPerRow * 4
            let target = (row - rows.lowerBound) * columnCount
            var place = target
            for _ in 0..<(columnCount / 8) {
                output.store(spread(words.uint32(at: source)), at: place)
                source &+= 4
                place &+= 8
            }
            if wordsPerRow > columnCount / 8 {
                let last = spread(words.uint32(at: source))
                storeLast(last, at: target, into: &output)
            }
        }
    }

    private func decodeRowsOfBytes(
        _ rows: Range<Int>,
        stride: Int,
        flip: UInt8,
        into output: inout MutableSpan<UInt8>
    ) {
        let input = bytes.span
        let flips = UInt64(flip) &* 0x0101_0101_0101_0101
        for row in rows {
            let source = row * stride
            let target = (row - rows.lowerBound) * columnCount
            for octet in 0..<(columnCount / 8) {
                output.store(input.uint64(at: source + octet * 8) ^ flips, at: target + octet * 8)
            }
            if columnCount % 8 > 0 {
                let last = input.uint64(at: source + columnCount / 8 * 8) ^ flips
                storeLast(last, at: target, into: &output)
            }
        }
    }

    /// Writes the columns behind the last whole eight of a row that begins at `start`.
    private func storeLast(_ octet: UInt64, at start: Int, into output: inout MutableSpan<UInt8>) {
        for column in (columnCount / 8 * 8)..<columnCount {
            let shift = UInt64(column % 8 * 8)
            output[start + column] = UInt8(truncatingIfNeeded: octet >> shift)
        }
    }

    // MARK: - Columns

    /// Eight words of a row after each other, which is a cache line of codes.
    private func decodeColumnsOfNibbles(_ rows: Range<Int>, into output: inout MutableSpan<UInt8>) {
        let words = bytes.span
        let wordCount = columnCount / 8
        for tile in stride(from: 0, to: wordCount, by: 8) {
            let tileEnd = min(tile + 8, wordCount)
            for row in rows {
                var source = (tile * rowCount + row) * 4
                var target = (row - rows.lowerBound) * columnCount + tile * 8
                for _ in tile..<tileEnd {
                    output.store(spread(words.uint32(at: source)), at: target)
                    source &+= rowCount &* 4
                    target &+= 8
                }
            }
        }
        guard columnCount % 8 > 0 else { return }
        for row in rows {
            let last = spread(words.uint32(at: (wordCount * rowCount + row) * 4))
            storeLast(last, at: (row - rows.lowerBound) * columnCount, into: &output)
        }
    }

    private func decodeColumnsOfBytes(_ rows: Range<Int>, into output: inout MutableSpan<UInt8>) {
        let words = bytes.span
        let pairCount = columnCount / 8
        for tile in stride(from: 0, to: pairCount, by: 8) {
            let tileEnd = min(tile + 8, pairCount)
            for row in rows {
                var source = (tile * 2 * rowCount + row) * 4
                var target = (row - rows.lowerBound) * columnCount + tile * 8
                for _ in tile..<tileEnd {
                    let first = UInt64(words.uint32(at: source))
                    let second = UInt64(words.uint32(at: source &+ rowCount &* 4))
                    output.store(first | second << 32, at: target)
                    source &+= rowCount &* 8
                    target &+= 8
                }
            }
        }
        for row in rows {
            for column in (pairCount * 8)..<columnCount {
                let code = bytes[(column / 4 * rowCount + row) * 4 + column % 4]
                output[(row - rows.lowerBound) * columnCount + column] = code
            }
        }
    }

    // MARK: - AWQ

    /// Goes through tiles of 128 rows and 64 columns.
    ///
    /// The cache lines of the input that a tile needs, one a column, are copied first: copies of
    /// several lines wait for memory together, the arithmetic could not. The output, whose rows may
    /// lie a power of two apart, is written by whole lines.
    private func decodeInterleaved(_ rows: Range<Int>, into output: inout MutableSpan<UInt8>) {
        var lines = [UInt8](repeating: 0, count: 64 * 64)
        var block = [UInt8](repeating: 0, count: 128 * 64)
        let words = (rows.lowerBound / 8)..<((rows.upperBound + 7) / 8)
        for firstWord in stride(from: words.lowerBound, to: words.upperBound, by: 16) {
            let tileWords = firstWord..<min(firstWord + 16, words.upperBound)
            let tileRows = (firstWord * 8)..<(tileWords.upperBound * 8)
            for firstColumn in stride(from: 0, to: columnCount, by: 64) {
                let columns = firstColumn..<min(firstColumn + 64, columnCount)
                gather(columns, of: tileWords, into: &lines)
                transpose(lines, wordCount: tileWords.count, columns.count, into: &block)
                let source = block.span
                for row in tileRows.clamped(to: rows) {
                    copy(
                        source,
                        from: (row - tileRows.lowerBound) * 64,
                        count: columns.count,
                        to: (row - rows.lowerBound) * columnCount + firstColumn,
                        of: &output
                    )
                }
            }
        }
    }

    /// Copies up to 16 words of each column, and one more where their number is odd.
    private func gather(_ columns: Range<Int>, of words: Range<Int>, into lines: inout [UInt8]) {
        let input = bytes.span
        let stride = (rowCount + 7) / 8 * 4
        let byteCount = (words.count + 1) / 2 * 8
        var target = lines.mutableSpan
        var source = columns.lowerBound * stride + words.lowerBound * 4
        for line in 0..<columns.count {
            var offset = 0
            while offset < byteCount {
                target.store(input.uint64(at: source &+ offset), at: line &* 64 &+ offset)
                offset &+= 8
            }
            source &+= stride
        }
    }

    /// Turns lines [columns, 16 words] into codes [rows, 64 columns].
    ///
    /// Columns and words behind the last get what an earlier tile left there.
    private func transpose(
        _ lines: [UInt8],
        wordCount: Int,
        _ columnCount: Int,
        into block: inout [UInt8]
    ) {
        let input = lines.span
        var tile = block.mutableSpan
        for column in Swift.stride(from: 0, to: columnCount, by: 8) {
            for word in Swift.stride(from: 0, to: wordCount, by: 2) {
                let source = column &* 64 &+ word &* 4
                let target = word &* 512 &+ column
                // Of two words each, the codes of eight columns.
                let a = input.uint64(at: source)
                let b = input.uint64(at: source &+ 64)
                let c = input.uint64(at: source &+ 128)
                let d = input.uint64(at: source &+ 192)
                let e = input.uint64(at: source &+ 256)
                let f = input.uint64(at: source &+ 320)
                let g = input.uint64(at: source &+ 384)
                let h = input.uint64(at: source &+ 448)
                let first = transposed(a, b, c, d)
                let second = transposed(e, f, g, h)
                store(first.0, second.0, rows: (0, 2), at: target, into: &tile)
                store(first.1, second.1, rows: (4, 6), at: target, into: &tile)
                store(first.2, second.2, rows: (1, 3), at: target, into: &tile)
                store(first.3, second.3, rows: (5, 7), at: target, into: &tile)
            }
        }
    }

    /// Splits bytes of eight columns into the rows of their lower and their upper nibbles.
    ///
    /// Lower halves of the 64 bits belong to the first word, upper ones to the rows 8 further on.
    @inline(__always)
    private func store(
        _ first: UInt64,
        _ second: UInt64,
        rows: (lower: Int, upper: Int),
        at target: Int,
        into tile: inout MutableSpan<UInt8>
    ) {
        let one = first & 0xffff_ffff | second << 32
        let other = first >> 32 | second & 0xffff_ffff_0000_0000
        tile.store(one & nibbles, at: target &+ rows.lower &* 64)
        tile.store(one >> 4 & nibbles, at: target &+ rows.upper &* 64)
        tile.store(other & nibbles, at: target &+ (rows.lower &+ 8) &* 64)
        tile.store(other >> 4 & nibbles, at: target &+ (rows.upper &+ 8) &* 64)
    }

    @inline(__always)
    private func copy(
        _ source: Span<UInt8>,
        from start: Int,
        count: Int,
        to target: Int,
        of output: inout MutableSpan<UInt8>
    ) {
        for octet in 0..<(count / 8) {
            output.store(source.uint64(at: start + octet * 8), at: target + octet * 8)
        }
        guard count % 8 > 0 else { return }
        let last = source.uint64(at: start + count / 8 * 8)
        for index in (count / 8 * 8)..<count {
            output[target + index] = UInt8(truncatingIfNeeded: last >> UInt64(index % 8 * 8))
        }
    }
}

private typealias Quad = (UInt64, UInt64, UInt64, UInt64)

private let nibbles: UInt64 = 0x0f0f_0f0f_0f0f_0f0f

/// The eight nibbles of a word as eight bytes.
@inline(__always)
private func spread(_ word: UInt32) -> UInt64 {
    var x = UInt64(word)
    x = (x | x << 16) & 0x0000_ffff_0000_ffff
    x = (x | x << 8) & 0x00ff_00ff_00ff_00ff
    return (x | x << 4) & nibbles
}

/// The four bytes of four words as four words: the first bytes, the second ones, and so on.
///
/// Both halves of the 64 bits are transposed, each for itself.
@inline(__always)
private func transposed(_ a: UInt64, _ b: UInt64, _ c: UInt64, _ d: UInt64) -> Quad {
    let even: UInt64 = 0x00ff_00ff_00ff_00ff
    let low: UInt64 = 0x0000_ffff_0000_ffff
    let ab02 = a & even | (b & even) << 8
    let ab13 = a >> 8 & even | b & ~even
    let cd02 = c & even | (d & even) << 8
    let cd13 = c >> 8 & even | d & ~even
    return (
        ab02 & low | (cd02 & low) << 16,
        ab13 & low | (cd13 & low) << 16,
        ab02 >> 16 & low | cd02 & ~low,
        ab13 >> 16 & low | cd13 & ~low
    )
}
