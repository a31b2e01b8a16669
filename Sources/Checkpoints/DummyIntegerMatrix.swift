import Compute

/// A quantized matrix of random codes.
///
/// All scales are one number, such that weights have standard deviation 0.02. Codes are the odd
/// ones, which lie evenly on both sides of the midpoint.
struct DummyIntegerMatrix: IntegerMatrix, IntegerRowDecoder {
    let key: UInt64
    let format: IntegerFormat
    let columnOrder: [Int32]?

    /// Makes a matrix whose codes follow from `key`.
    init(key: UInt64, format: IntegerFormat, columnCount: Int, hasColumnOrder: Bool) {
        self.key = key
        self.format = format
        guard hasColumnOrder else {
            columnOrder = nil
            return
        }
        var order = (0..<columnCount).map(Int32.init)
        for place in order.indices.dropFirst() {
            // The remainder prefers some places by a hair, which does not matter here.
            let other = mixed(key ^ UInt64(place)) % UInt64(place + 1)
            order.swapAt(place, Int(other))
        }
        columnOrder = order
    }

    func open() throws(CheckpointError) -> any IntegerRowDecoder { self }

    /// Writes random rows; a row is the same whatever rows it is asked for with.
    func decode(_ rows: Range<Int>, into output: inout IntegerRows) {
        precondition(output.format == format && output.rowCount == rows.count, "another matrix")
        fill(rows, columnCount: output.columnCount, &output.codes)
        let scale = scale
        for index in output.scales.indices { output.scales[index] = scale }
        for index in output.offsets.indices { output.offsets[index] = Float(format.midpoint) }
    }

    private func fill(_ rows: Range<Int>, columnCount: Int, _ codes: inout [UInt8]) {
        let mask = (UInt64(1) << UInt64(format.bitCount) &- 1) &* 0x0101_0101_0101_0101
        var output = codes.mutableSpan
        for row in rows {
            let rowKey = mixed(key &+ UInt64(row))
            let target = (row - rows.lowerBound) * columnCount
            for octet in 0..<(columnCount / 8) {
                let random = octetOfCodes(rowKey, octet) & mask
                output.store(random, at: target + octet * 8)
            }
            let last = octetOfCodes(rowKey, columnCount / 8) & mask
            for column in (columnCount / 8 * 8)..<columnCount {
                let code = last >> UInt64(column % 8 * 8)
                output[target + column] = UInt8(truncatingIfNeeded: code)
            }
        }
    }

    @inline(__always)
    private func octetOfCodes(_ rowKey: UInt64, _ octet: Int) -> UInt64 {
        mixed(rowKey &+ UInt64(octet) &* 0x9e37_79b9_7f4a_7c15) | 0x0101_0101_0101_0101
    }

    /// Odd numbers from -m + 1 to m - 1 have the variance (m² - 1) / 3.
    private var scale: Float {
        let m = Float(format.midpoint)
        let scale = 0.02 / ((m * m - 1) / 3).squareRoot()
        switch format.scaleType {
        case .float32: return scale
        case .float16: return Float(Float16(scale))
        case .bfloat16: return Float(bitPattern: (scale.bitPattern &+ 0x8000) & 0xffff_0000)
        }
    }
}
