public import Compute
import LoadTesting

/// A way to store weights and multiply by them, to be measured.
public struct KernelFormat: Sendable {
    /// What stands in tables and in options.
    public let name: String
    /// What the device rounds the input of products to.
    public let activations: ElementType
    /// What the multipliers are given.
    public let operand: Multiplier.Operand
    /// Bytes of a matrix.
    let byteCount: @Sendable (_ rows: Int, _ columns: Int) -> Int
    /// A matrix with random weights.
    let make: @Sendable (CPUDevice, _ rows: Int, _ columns: Int) throws -> Matrix

    /// All that there are; a new format is one more line.
    public static let all: [KernelFormat] = [
        .float(.float32),
        .float(.float16),
        .float(.bfloat16),
        .float(.bfloat16, activations: .bfloat16),
    ]

    /// Weights that are numbers of their own.
    static func float(
        _ type: ElementType,
        activations: ElementType = .float32
    ) -> KernelFormat {
        KernelFormat(
            name: activations == .float32 ? type.rawValue : "\(type.rawValue)-\(activations)",
            activations: activations,
            operand: activations == .bfloat16 ? .bfloat16 : .float32,
            byteCount: {
                Matrix.byteCount(rowCount: $0, columnCount: $1, elementType: type)
            },
            make: { device, rows, columns in
                let matrix = try device.makeMatrix(
                    rowCount: rows,
                    columnCount: columns,
                    elementType: type
                )
                fill(matrix, on: device)
                return matrix
            }
        )
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
