public import Compute

/// A way to store weights and multiply by them, to be measured.
public struct KernelFormat: Sendable {
    /// What stands in tables and in options.
    public let name: String
    /// What the device rounds the input of products to.
    public let activations: ElementType
    /// What the multipliers are given.
    public let operand: Multiplier.Operand
    /// How the weights are stored.
    public let weights: WeightFormat

    /// All that there are; a new format is one more line.
    public static let all: [KernelFormat] = [
        .float(.float32),
        .float(.float16),
        .float(.bfloat16),
        .float(.bfloat16, activations: .bfloat16),
        .integer("int8-g128", bitCount: 8, groupSize: 128, .midpoint),
        .integer("int8-g32", bitCount: 8, groupSize: 32, .midpoint),
        .integer("int4-g128", bitCount: 4, groupSize: 128, .midpoint),
        .integer("int4-g128-zero", bitCount: 4, groupSize: 128, .zeroPoints),
        .integer("int4-g32", bitCount: 4, groupSize: 32, .midpoint),
        .integer("q4_k", bitCount: 4, groupSize: 32, .minimums, superBlockGroupCount: 8),
        .integer("q6_k", bitCount: 6, groupSize: 16, .midpoint, superBlockGroupCount: 16),
    ]

    /// Weights that are numbers of their own.
    private static func float(
        _ type: ElementType,
        activations: ElementType = .float32
    ) -> KernelFormat {
        KernelFormat(
            name: activations == .float32 ? type.rawValue : "\(type.rawValue)-\(activations)",
            activations: activations,
            operand: activations == .bfloat16 ? .bfloat16 : .float32,
            weights: .float(type)
        )
    }

    /// Weights that are integers with scales; the input is rounded to eight bits.
    private static func integer(
        _ name: String,
        bitCount: Int,
        groupSize: Int,
        _ offset: IntegerFormat.Offset,
        superBlockGroupCount: Int = 1
    ) -> KernelFormat {
        let format = IntegerFormat(
            bitCount: bitCount,
            groupSize: groupSize,
            scaleType: .float16,
            offset: offset,
            superBlockGroupCount: superBlockGroupCount
        )
        return KernelFormat(
            name: name,
            activations: .float32,
            operand: .int8,
            weights: .integer(format)
        )
    }

    /// Bytes of a matrix.
    func byteCount(_ layer: LayerShape) -> Int {
        Matrix.byteCount(
            rowCount: layer.rowCount,
            columnCount: layer.columnCount,
            format: weights
        )
    }

    /// A matrix with random weights.
    func makeMatrix(_ layer: LayerShape, on device: CPUDevice) throws(ComputeError) -> Matrix {
        let matrix = try device.makeMatrix(
            rowCount: layer.rowCount,
            columnCount: layer.columnCount,
            format: weights,
            columnOrder: nil
        )
        if case .integer(let format) = weights, format.superBlockGroupCount > 1 {
            Self.fill(matrix, of: format, on: device)
        } else {
            Self.fill(matrix, on: device)
        }
        return matrix
    }

    /// Writes codes of all values; nothing is rounded to a format with super-blocks.
    private static func fill(_ matrix: Matrix, of format: IntegerFormat, on device: CPUDevice) {
        device.pack(rowCount: matrix.rowCount, firstRow: 0, into: matrix) { _, rows in
            let mask = UInt8(truncatingIfNeeded: (1 << format.bitCount) - 1)
            for index in rows.codes.indices {
                rows.codes[index] = UInt8(truncatingIfNeeded: index &* 40_503 >> 7) & mask
            }
            for index in rows.scales.indices { rows.scales[index] = Float(index % 63 + 1) }
            for index in rows.offsets.indices { rows.offsets[index] = Float(index % 63) }
            for index in rows.superScales.indices { rows.superScales[index] = 0x1p-14 }
            for index in rows.superMinimums.indices { rows.superMinimums[index] = -0x1p-12 }
        }
    }

    /// Writes the same few random rows all over a matrix.
    ///
    /// Pages that nobody has written to would all be one page of zeros, which stays in the cache.
    private static func fill(_ matrix: Matrix, on device: CPUDevice) {
        let sliceRows = min(64, matrix.rowCount)
        var random = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sliceRows * matrix.columnCount * 2)
        for _ in 0..<(sliceRows * matrix.columnCount) {
            // bfloat16 from 0.0078 to 0.031, of either sign.
            let draw = UInt16(truncatingIfNeeded: random.next())
            let bits = 0x3c00 | (draw & 0x80ff)
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        }
        let rowBytes = matrix.columnCount * 2
        for firstRow in stride(from: 0, to: matrix.rowCount, by: sliceRows) {
            let rows = min(sliceRows, matrix.rowCount - firstRow)
            device.pack(
                bytes: rows == sliceRows ? bytes : Array(bytes.prefix(rows * rowBytes)),
                of: .bfloat16,
                firstRow: firstRow,
                rowCount: rows,
                into: matrix
            )
        }
    }
}

/// A linear layer by its shape.
public struct LayerShape: Sendable, Equatable {
    /// Such as `gate and up`.
    public var name: String
    /// Outputs.
    public var rowCount: Int
    /// Inputs.
    public var columnCount: Int
    /// How many of them the model has.
    public var count: Int

    /// A shape.
    public init(name: String, rowCount: Int, columnCount: Int, count: Int = 1) {
        self.name = name
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.count = count
    }

    var weightCount: Int { rowCount * columnCount }
}
