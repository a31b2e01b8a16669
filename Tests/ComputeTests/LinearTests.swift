import Compute
import Testing

/// A product and what it should be.
struct LinearCase {
    let rowCount: Int
    let inputCount: Int
    let outputCount: Int
    let input: [Float]
    let weights: [Float]
    let bias: [Float]
    let residual: [Float]

    init(rows: Int, inputs: Int, outputs: Int) {
        var random = TestRandom(seed: UInt64(inputs * 131 + outputs))
        rowCount = rows
        inputCount = inputs
        outputCount = outputs
        weights = random.floats(inputs * outputs)
        bias = random.floats(outputs)
        input = random.floats(rows * inputs)
        residual = random.floats(rows * outputs)
    }

    /// The device's result, with bias and residual.
    func result(
        on device: CPUDevice,
        type: ElementType,
        rows: Range<Int>? = nil
    ) throws -> [[Float]] {
        let rows = rows ?? 0..<rowCount
        let x = try device.makeTensor(rowCapacity: rows.count, columnCount: inputCount)
        let y = try device.makeTensor(rowCapacity: rows.count, columnCount: outputCount)
        let matrix = try device.makeMatrix(
            rowCount: outputCount,
            columnCount: inputCount,
            elementType: type
        )
        device.pack(
            bytes: Rounded.bytes(weights, type),
            of: type,
            firstRow: 0,
            rowCount: outputCount,
            into: matrix
        )
        x.fill(rows.map { Array(input[$0 * inputCount..<($0 + 1) * inputCount]) })
        y.fill(rows.map { Array(residual[$0 * outputCount..<($0 + 1) * outputCount]) })
        device.linear(
            x,
            rows: rows.count,
            weight: matrix,
            bias: try device.makeVector(bias),
            into: y,
            accumulate: true
        )
        return y.rows(rows.count)
    }

    /// In double precision, with weights (and inputs) rounded as stored; and the sum of the terms'
    /// magnitudes.
    func oracle(
        row: Int,
        output: Int,
        type: ElementType,
        activations: ElementType
    ) -> (
        value: Double, magnitude: Double
    ) {
        var value = Double(bias[output]) + Double(residual[row * outputCount + output])
        var magnitude = value.magnitude
        for k in 0..<inputCount {
            let x = Rounded.to(activations, input[row * inputCount + k])
            let term = Double(Rounded.to(type, weights[output * inputCount + k])) * Double(x)
            value += term
            magnitude += term.magnitude
        }
        return (value, magnitude)
    }
}

extension Tensor {
    func fill(_ rows: [[Float]]) {
        for (index, row) in rows.enumerated() {
            withMutableRow(index) { span in
                for column in row.indices { span[column] = row[column] }
            }
        }
    }

    func row(_ index: Int) -> [Float] {
        withRow(index) { span in span.indices.map { span[$0] } }
    }

    func rows(_ count: Int) -> [[Float]] {
        (0..<count).map(row)
    }
}

/// A device to test: an instruction set, and how products take their input.
struct TestedDevice: CustomTestStringConvertible {
    let instructionSet: InstructionSet
    let activations: ElementType

    static let all: [TestedDevice] = InstructionSet.available.flatMap { set in
        let plain = TestedDevice(instructionSet: set, activations: .float32)
        let narrow = TestedDevice(instructionSet: set, activations: .bfloat16)
        return set.hasBFloat16Product ? [plain, narrow] : [plain]
    }

    var testDescription: String { "\(instructionSet), \(activations) activations" }

    func make(threadCount: Int = 2) throws -> CPUDevice {
        try CPUDevice(
            threadCount: threadCount,
            instructionSet: instructionSet,
            activations: activations
        )
    }
}

@Suite("A product with a matrix")
struct LinearTests {
    @Test(
        "is the sum of products in double precision, but for rounding",
        arguments: TestedDevice.all,
        [
            (1, 1), (7, 8), (8, 15), (16, 16), (17, 31), (33, 33), (64, 172), (172, 17), (1000, 40),
            (0, 5),
        ]
    )
    func matchesOracle(tested: TestedDevice, shape: (inputs: Int, outputs: Int)) throws {
        let device = try tested.make()
        for type in ElementType.allCases {
            let problem = LinearCase(rows: 5, inputs: shape.inputs, outputs: shape.outputs)
            let result = try problem.result(on: device, type: type)
            let narrow = type == .bfloat16 ? device.activations : .float32
            for row in 0..<5 {
                for output in 0..<shape.outputs {
                    let (value, magnitude) = problem.oracle(
                        row: row,
                        output: output,
                        type: type,
                        activations: narrow
                    )
                    let tolerance = 1e-6 * magnitude + 1e-6
                    let difference = (Double(result[row][output]) - value).magnitude
                    #expect(difference <= tolerance, "\(type), row \(row), output \(output)")
                }
            }
        }
    }

    @Test(
        "gives a row the same bits alone and among any number of rows",
        arguments: TestedDevice.all,
        ElementType.allCases
    )
    func isInvariant(tested: TestedDevice, type: ElementType) throws {
        let problem = LinearCase(rows: 40, inputs: 131, outputs: 90)
        let alone = try (0..<40).map {
            try problem.result(on: tested.make(threadCount: 1), type: type, rows: $0..<$0 + 1)[0]
        }
        for threadCount in [1, 2, 3] {
            let device = try tested.make(threadCount: threadCount)
            for rows in 1...40 {
                let together = try problem.result(on: device, type: type, rows: 0..<rows)
                #expect(together == Array(alone.prefix(rows)), "\(rows) rows")
            }
        }
    }
}
