/// The zero points of a quantized matrix as stored, in memory.
struct PackedZeros: Sendable {
    /// How zero points lie in the bytes.
    struct Layout: Sendable, Equatable {
        /// What holds a zero point.
        enum Cell: Sendable, Equatable {
            /// A signed byte.
            case signedByte
            /// Four or eight bits of a 32-bit word, rows ascending from the lowest bits on.
            case bits(Int)
            /// Four bits of a 32-bit word, rows 0, 2, 4, 6, 1, 3, 5, 7 from the lowest bits on.
            case interleaved
        }

        let cell: Cell
        /// Cells or words from one row, or one row of words, to the next.
        let rowStride: Int
        /// Cells or words from one stored group to the next.
        let groupStride: Int
        /// What is to be added: GPTQ's first version stores one less, signed ones no midpoint.
        var bias = 0
    }

    let layout: Layout
    let bytes: [UInt8]

    /// Why the zero points cannot be used; nil when they can: from 0 to 255 they must be.
    var problem: String? {
        switch layout.cell {
        case .signedByte:
            let lowest = bytes.map { Int(Int8(bitPattern: $0)) }.min() ?? 0
            return lowest + layout.bias < 0 ? "a zero point is \(lowest), below every code" : nil
        case .bits(8):
            return layout.bias > 0 && bytes.contains(255) ? "a zero point is 256" : nil
        case .bits, .interleaved:
            return nil
        }
    }

    /// Writes the zero points [rows, groups] of some rows.
    func decode(_ rows: Range<Int>, groups: ColumnGroups, into offsets: inout [Float]) {
        let groupCount = groups.count
        for group in 0..<groupCount {
            let start = groups.stored(group) * layout.groupStride
            for row in rows {
                let zero = value(row, start: start) + layout.bias
                offsets[(row - rows.lowerBound) * groupCount + group] = Float(zero)
            }
        }
    }

    private func value(_ row: Int, start: Int) -> Int {
        switch layout.cell {
        case .signedByte:
            return Int(Int8(bitPattern: bytes[start + row * layout.rowStride]))
        case .bits(let count):
            let rowsPerWord = 32 / count
            let word = word(start + row / rowsPerWord * layout.rowStride)
            let shift = UInt32(row % rowsPerWord * count)
            return Int(word >> shift & (1 << UInt32(count) - 1))
        case .interleaved:
            let word = word(start + row / 8 * layout.rowStride)
            // Rows 0, 1, 2, 3, … stand at nibbles 0, 4, 1, 5, …
            let nibble = row % 2 * 4 + row % 8 / 2
            return Int(word >> UInt32(nibble * 4) & 15)
        }
    }

    private func word(_ index: Int) -> UInt32 { bytes.span.uint32(at: index * 4) }
}
