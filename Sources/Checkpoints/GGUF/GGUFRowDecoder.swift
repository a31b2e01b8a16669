import Compute

/// Decodes rows of a quantized matrix of a GGUF file, whose bytes it holds.
struct GGUFRowDecoder: IntegerRowDecoder {
    let bytes: [UInt8]
    let quantization: GGUFQuantization
    let columnCount: Int
    let rowOrder: GGUFRowOrder

    func decode(_ rows: Range<Int>, into output: inout IntegerRows) {
        precondition(
            output.format == quantization.format && output.rowCount == rows.count
                && output.columnCount == columnCount,
            "room for other rows"
        )
        let blockCount = columnCount / quantization.blockSize
        let rowByteCount = blockCount * quantization.blockByteCount
        let groupCount = output.groupCount
        let groupsPerBlock = quantization.blockSize / output.format.groupSize
        // Taken out, so that all can be written at once.
        var codes: [UInt8] = []
        var factors = GGUFFactors()
        swap(&codes, &output.codes)
        factors.exchange(with: &output)
        bytes.withBytes(bytes.indices) { source in
            codes.withMutableBytes { codes in
                for (index, row) in rows.enumerated() {
                    var place = GGUFBlockPlace(
                        source: rowOrder.storedRow(row) * rowByteCount,
                        code: index * columnCount,
                        group: index * groupCount,
                        superBlock: index * blockCount
                    )
                    for _ in 0..<blockCount {
                        quantization.decode(source, place, &codes, &factors)
                        place.source += quantization.blockByteCount
                        place.code += quantization.blockSize
                        place.group += groupsPerBlock
                        place.superBlock += 1
                    }
                }
            }
        }
        swap(&codes, &output.codes)
        factors.exchange(with: &output)
    }
}

/// Scales and offsets of rows while blocks are decoded into them.
struct GGUFFactors {
    var scales: [Float] = []
    var offsets: [Float] = []
    var superScales: [Float] = []
    var superMinimums: [Float] = []

    mutating func exchange(with rows: inout IntegerRows) {
        swap(&scales, &rows.scales)
        swap(&offsets, &rows.offsets)
        swap(&superScales, &rows.superScales)
        swap(&superMinimums, &rows.superMinimums)
    }
}

/// Where a block is read and where its codes, scales and offsets go.
struct GGUFBlockPlace {
    var source: Int
    var code: Int
    var group: Int
    var superBlock: Int
}
