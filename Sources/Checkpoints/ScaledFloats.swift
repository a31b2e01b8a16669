import Compute

/// A matrix of eight-bit floating-point numbers with scales for blocks of it.
///
///     weight[n][k] = scale[n / a][k / b] · value[n][k]      rounded once, to float32
///
/// Values have four exponent and three fraction bits and no infinity (Micikevicius et al. 2022).
struct ScaledFloats {
    /// What safetensors calls the type.
    static let elementType = "F8_E4M3"

    private let weight: StoredTensor
    private let columnCount: Int
    /// Rows and columns that share a scale.
    private let block: (rows: Int, columns: Int)
    private let scalesPerRow: Int
    private let scales: [Float]

    /// Checks a matrix and reads its scales: one for each block, or where `block` is nil, one in
    /// all or one for each row.
    init(
        _ weight: StoredTensor,
        shape: [Int],
        block: [Int]?,
        scales tensor: StoredTensor
    ) throws(CheckpointError) {
        try weight.check(type: Self.elementType, shape: shape)
        self.weight = weight
        let (rowCount, columnCount) = (shape[0], shape[1])
        self.columnCount = columnCount
        let rowsOfBlocks: Int
        if let block {
            self.block = (block[0], block[1])
            rowsOfBlocks = (rowCount + block[0] - 1) / block[0]
            scalesPerRow = (columnCount + block[1] - 1) / block[1]
        } else {
            let isOne = [[], [1], [1, 1]].contains(tensor.shape)
            self.block = (isOne ? rowCount : 1, columnCount)
            rowsOfBlocks = isOne ? 1 : rowCount
            scalesPerRow = 1
        }
        let type = try tensor.checkNumbers()
        let expected = [rowsOfBlocks, scalesPerRow]
        let count = rowsOfBlocks * scalesPerRow
        guard tensor.shape == expected || (block == nil && [[], [count]].contains(tensor.shape))
        else {
            throw .misshapenTensor(
                file: tensor.file.path,
                name: tensor.name,
                expected: expected,
                found: tensor.shape
            )
        }
        let bytes = try tensor.read()
        let span = bytes.span
        scales = (0..<count).map { span.number(type, at: $0) }
    }

    /// Writes the bits of `float32` rows into the beginning of `output`.
    func decode(_ rows: Range<Int>, into output: inout [UInt32]) throws(CheckpointError) {
        precondition(
            rows.lowerBound >= 0 && rows.upperBound <= weight.shape[0],
            "rows outside the tensor"
        )
        let start = weight.entry.bytes.lowerBound + rows.lowerBound * columnCount
        var bytes = [UInt8](repeating: 0, count: rows.count * columnCount)
        try weight.file.read(at: start, count: bytes.count, into: &bytes)
        let values = eightBitFloats
        let (input, table) = (bytes.span, values.span)
        var target = output.mutableSpan
        for row in rows {
            let rowStart = (row - rows.lowerBound) * columnCount
            let firstScale = row / block.rows * scalesPerRow
            for index in 0..<scalesPerRow {
                let scale = scales[firstScale + index]
                let first = index * block.columns
                for column in first..<min(first + block.columns, columnCount) {
                    let value = table[Int(input[rowStart + column])]
                    target[rowStart + column] = (value * scale).bitPattern
                }
            }
        }
    }
}

/// The 256 values: sign, four bits of exponent with a bias of 7, three of fraction.
private let eightBitFloats: [Float] = (0..<256).map { code in
    let exponent = code >> 3 & 15
    let fraction = Float(code & 7) / 8
    let sign: Float = code < 128 ? 1 : -1
    if code & 127 == 127 { return .nan }
    if exponent == 0 { return sign * fraction / 64 }
    return sign * Float(sign: .plus, exponent: exponent - 7, significand: 1 + fraction)
}
