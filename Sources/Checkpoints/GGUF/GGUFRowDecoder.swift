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
        // Taken out, so that all three can be written at once.
        var (codes, scales, offsets): ([UInt8], [Float], [Float]) = ([], [], [])
        swap(&codes, &output.codes)
        swap(&scales, &output.scales)
        swap(&offsets, &output.offsets)
        bytes.withBytes(bytes.indices) { source in
            codes.withMutableBytes { codes in
                var scales = scales.mutableSpan
                var offsets = offsets.mutableSpan
                for (index, row) in rows.enumerated() {
                    var place = GGUFBlockPlace(
                        source: rowOrder.storedRow(row) * rowByteCount,
                        code: index * columnCount,
                        group: index * groupCount
                    )
                    for _ in 0..<blockCount {
                        quantization.decode(source, place, &codes, &scales, &offsets)
                        place.source += quantization.blockByteCount
                        place.code += quantization.blockSize
                        place.group += quantization.blockSize / output.format.groupSize
                    }
                }
            }
        }
        swap(&codes, &output.codes)
        swap(&scales, &output.scales)
        swap(&offsets, &output.offsets)
    }
}

/// Where a block is read and where its codes, scales and offsets go.
struct GGUFBlockPlace {
    var source: Int
    var code: Int
    var group: Int
}
