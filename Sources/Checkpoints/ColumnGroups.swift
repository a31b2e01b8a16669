import Compute

/// How the columns of a row share scales: as stored, and in groups that kernels know.
struct ColumnGroups: Equatable {
    let columnCount: Int
    /// Columns of a stored group; the last may have fewer.
    let storedSize: Int
    /// Columns of a group for the kernels; stored groups consist of whole ones.
    let size: Int

    /// Groups a row of columns; `storedSize` is a multiple of 16, nil for one scale a row.
    init(storedSize: Int?, columnCount: Int) {
        self.columnCount = columnCount
        let largestFirst = IntegerFormat.groupSizes.sorted(by: >)
        if let storedSize, storedSize < columnCount {
            precondition(storedSize.isMultiple(of: 16), "such groups are refused with config.json")
            self.storedSize = storedSize
            size = largestFirst.first { storedSize.isMultiple(of: $0) } ?? 16
        } else {
            // One group: of any size, since the last may be cut.
            self.storedSize = columnCount
            size = largestFirst.first { columnCount.isMultiple(of: $0) } ?? 128
        }
    }

    /// Stored groups of a row.
    var storedCount: Int { (columnCount + storedSize - 1) / storedSize }

    /// Groups of a row for the kernels.
    var count: Int { (columnCount + size - 1) / size }

    /// The stored group that a group is a part of.
    func stored(_ group: Int) -> Int { group * size / storedSize }

    /// The order of columns that puts those of a group together, groups ascending; nil when they
    /// stand so.
    ///
    /// The checkpoint calls the group of each column g_idx; errors name the tensor it comes from.
    func order(
        _ groupOfColumn: [Int],
        of tensor: StoredTensor
    ) throws(CheckpointError) -> [Int32]? {
        var counts = [Int](repeating: 0, count: storedCount)
        for (column, group) in groupOfColumn.enumerated() {
            guard group >= 0 && group < storedCount else {
                throw tensor.invalid(
                    "column \(column) is in group \(group), the row has \(storedCount)"
                )
            }
            counts[group] += 1
        }
        for (group, count) in counts.enumerated() {
            let expected = min(storedSize, columnCount - group * storedSize)
            guard count == expected else {
                throw tensor.invalid(
                    "group \(group) has \(count) columns, expected \(expected)"
                )
            }
        }
        var places = (0..<storedCount).map { $0 * storedSize }
        var order = [Int32](repeating: 0, count: columnCount)
        for (column, group) in groupOfColumn.enumerated() {
            order[places[group]] = Int32(column)
            places[group] += 1
        }
        let isInOrder = order.enumerated().allSatisfy { $0.offset == Int($0.element) }
        return isInOrder ? nil : order
    }
}
