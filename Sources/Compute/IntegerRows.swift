/// Some rows of a quantized matrix, one code a byte: what a checkpoint decodes and a device packs.
public struct IntegerRows: Sendable {
    /// The format of the matrix they belong to.
    public let format: IntegerFormat
    /// Columns of the matrix.
    public let columnCount: Int
    /// Rows.
    public let rowCount: Int
    /// [rows, columns]; below 16 with four bits, below 64 with six.
    public var codes: [UInt8]
    /// [rows, groups]; numbers that the format's scale type holds exactly, or integers from -128 to
    /// 127 where there are super-blocks.
    public var scales: [Float]
    /// [rows, groups]: zero points or minimums; without elements where the format has none.
    public var offsets: [Float]
    /// [rows, super-blocks]: what multiplies the scales of a super-block's groups.
    public var superScales: [Float]
    /// [rows, super-blocks]: what multiplies their minimums; without elements where there are none.
    public var superMinimums: [Float]

    /// Makes room; every code and number is zero.
    public init(format: IntegerFormat, rowCount: Int, columnCount: Int) {
        let groupCount = rowCount * format.groupCount(columnCount: columnCount)
        self.format = format
        self.rowCount = rowCount
        self.columnCount = columnCount
        codes = [UInt8](repeating: 0, count: rowCount * columnCount)
        scales = [Float](repeating: 0, count: groupCount)
        offsets = [Float](repeating: 0, count: format.offset == .midpoint ? 0 : groupCount)
        let superCount = rowCount * format.superBlockCount(columnCount: columnCount)
        superScales = [Float](repeating: 0, count: superCount)
        superMinimums = [Float](repeating: 0, count: format.offset == .minimums ? superCount : 0)
    }

    /// Groups of a row.
    public var groupCount: Int { format.groupCount(columnCount: columnCount) }

    /// The scale of an element: the definition that kernels are held to.
    public func scale(ofRow row: Int, _ column: Int) -> Float {
        let scale = scales[row * groupCount + column / format.groupSize]
        return superScales.isEmpty ? scale : scale * superScales[superBlock(ofRow: row, column)]
    }

    /// The zero point or the minimum of an element; 0 where the format has none.
    public func offset(ofRow row: Int, _ column: Int) -> Float {
        guard !offsets.isEmpty else { return 0 }
        let offset = offsets[row * groupCount + column / format.groupSize]
        return superMinimums.isEmpty
            ? offset : offset * superMinimums[superBlock(ofRow: row, column)]
    }

    private func superBlock(ofRow row: Int, _ column: Int) -> Int {
        row * format.superBlockCount(columnCount: columnCount)
            + column / format.groupSize / format.superBlockGroupCount
    }
}
