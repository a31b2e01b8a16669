import Compute

/// The scales of a quantized matrix as stored, in memory.
struct PackedScales: Sendable {
    /// Which number belongs to a row and a stored group: `row · rowStride + group · groupStride`.
    struct Layout: Sendable, Equatable {
        let rowStride: Int
        let groupStride: Int

        /// The layout that a shape means, of those that checkpoints use; nil for another shape.
        ///
        /// `groupsFirst` means [groups, rows] instead of [rows, groups].
        init?(shape: [Int], rowCount: Int, groupCount: Int, groupsFirst: Bool) {
            switch shape {
            case [groupCount, rowCount] where groupsFirst:
                (rowStride, groupStride) = (1, rowCount)
            case [rowCount, groupCount] where !groupsFirst:
                (rowStride, groupStride) = (groupCount, 1)
            case [rowCount] where groupCount == 1 && !groupsFirst:
                (rowStride, groupStride) = (1, 0)
            case [], [1], [1, 1]:
                guard groupCount == 1 && !groupsFirst else { return nil }
                (rowStride, groupStride) = (0, 0)
            default:
                return nil
            }
        }
    }

    let layout: Layout
    let type: ElementType
    let bytes: [UInt8]

    /// Writes the scales [rows, groups] of some rows.
    func decode(_ rows: Range<Int>, groups: ColumnGroups, into scales: inout [Float]) {
        let input = bytes.span
        let groupCount = groups.count
        for group in 0..<groupCount {
            let start = groups.stored(group) * layout.groupStride
            for row in rows {
                let index = start + row * layout.rowStride
                scales[(row - rows.lowerBound) * groupCount + group] = input.number(
                    type,
                    at: index
                )
            }
        }
    }
}

extension Span<UInt8> {
    /// The number at an index of an array of one type, as `float32`, which holds it exactly.
    func number(_ type: ElementType, at index: Int) -> Float {
        switch type {
        case .float32: Float(bitPattern: uint32(at: index * 4))
        case .float16: Float(Float16(bitPattern: uint16(at: index * 2)))
        case .bfloat16: Float(bitPattern: UInt32(uint16(at: index * 2)) << 16)
        }
    }
}
