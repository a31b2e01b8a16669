/// Some rows of a quantized matrix, one code a byte: what a checkpoint decodes and a device packs.
public struct IntegerRows: Sendable {
    /// The format of the matrix they belong to.
    public let format: IntegerFormat
    /// Columns of the matrix.
    public let columnCount: Int
    /// Rows.
    public let rowCount: Int
    /// [rows, columns]; below 16 with four bits.
    public var codes: [UInt8]
    /// [rows, groups]; numbers that the format's scale type holds exactly.
    public var scales: [Float]
    /// [rows, groups]: zero points or minimums; without elements where the format has none.
    public var offsets: [Float]

    /// Makes room; every code and number is zero.
    public init(format: IntegerFormat, rowCount: Int, columnCount: Int) {
        let groupCount = rowCount * format.groupCount(columnCount: columnCount)
        self.format = format
        self.rowCount = rowCount
        self.columnCount = columnCount
        codes = [UInt8](repeating: 0, count: rowCount * columnCount)
        scales = [Float](repeating: 0, count: groupCount)
        offsets = [Float](repeating: 0, count: format.offset == .midpoint ? 0 : groupCount)
    }

    /// Groups of a row.
    public var groupCount: Int { format.groupCount(columnCount: columnCount) }
}
