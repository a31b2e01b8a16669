import Compute
import Testing

/// Lengths around the sixteen lanes of a vector, and some of real models.
let testedLengths = [1, 7, 8, 15, 16, 17, 31, 33, 64, 172, 1000]

/// e^x in double precision by halving the argument; tests import no mathematics library.
func exactExponential(_ x: Double) -> Double {
    guard x > -740 else { return 0 }
    guard x < 709 else { return .infinity }
    var sum = 1.0
    var term = 1.0
    for n in 1...20 {
        term *= x / 1024 / Double(n)
        sum += term
    }
    return (0..<10).reduce(sum) { value, _ in value * value }
}

@Suite("Operations on rows")
struct RowTests {
    /// The rows of a device's tensor after `body` has changed it; rows beyond the first see none of
    /// it.
    private func changed(
        _ rows: [[Float]],
        _ set: InstructionSet,
        threadCount: Int = 2,
        _ body: (CPUDevice, Tensor) throws -> Void
    ) throws -> [[Float]] {
        let device = try CPUDevice(threadCount: threadCount, instructionSet: set)
        let tensor = try device.makeTensor(rowCapacity: rows.count, columnCount: rows[0].count)
        tensor.fill(rows)
        try body(device, tensor)
        return tensor.rows(rows.count)
    }

    private func random(rows: Int, columns: Int) -> [[Float]] {
        var random = TestRandom(seed: UInt64(columns))
        return (0..<rows).map { _ in random.floats(columns).map { $0 * 4 } }
    }

    private func expectClose(
        _ result: [Float],
        _ expected: [Double],
        tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let worst = zip(result, expected).map { (Double($0) - $1).magnitude / (1 + $1.magnitude) }
        #expect(
            worst.allSatisfy { $0 <= tolerance },
            "\(worst.max() ?? 0)",
            sourceLocation: sourceLocation
        )
        #expect(result.count == expected.count, sourceLocation: sourceLocation)
    }

    @Test(
        "RMS norm is that of double precision",
        arguments: InstructionSet.available,
        testedLengths
    )
    func norm(set: InstructionSet, length: Int) throws {
        let rows = random(rows: 40, columns: length)
        let weights = (0..<length).map { 1 + Float($0 % 5) / 4 }
        let result = try changed(rows, set) { device, x in
            let weight = try device.makeVector(weights)
            device.rmsNorm(x, rows: 40, weight: weight, epsilon: 1e-5, into: x)
        }
        let alone = try changed([rows[3]], set, threadCount: 1) { device, x in
            let weight = try device.makeVector(weights)
            device.rmsNorm(x, rows: 1, weight: weight, epsilon: 1e-5, into: x)
        }
        #expect(result[3] == alone[0])
        for (row, output) in zip(rows, result) {
            let square = row.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(length)
            let scale = 1 / (square + 1e-5).squareRoot()
            let expected = zip(row, weights).map { Double($0) * scale * Double($1) }
            expectClose(output, expected, tolerance: 1e-6)
        }
    }

    @Test(
        "a head is normalised within its columns and nowhere else",
        arguments: InstructionSet.available,
        [8, 20, 64]
    )
    func headNorm(set: InstructionSet, dimension: Int) throws {
        let rows = random(rows: 3, columns: 4 * dimension + 5)
        let columns = dimension..<3 * dimension
        let result = try changed(rows, set) { device, x in
            let weight = try device.makeVector(Array(repeating: 2, count: dimension))
            device.normalizeHeads(
                x,
                rows: 3,
                columns: columns,
                headDimension: dimension,
                weight: weight,
                epsilon: 1e-6
            )
        }
        let heads = try changed(rows.map { Array($0[dimension..<2 * dimension]) }, set) {
            let weight = try $0.makeVector(Array(repeating: 2, count: dimension))
            $0.rmsNorm($1, rows: 3, weight: weight, epsilon: 1e-6, into: $1)
        }
        for row in 0..<3 {
            #expect(Array(result[row][dimension..<2 * dimension]) == heads[row])
            #expect(result[row][..<dimension] == rows[row][..<dimension])
            #expect(result[row][(3 * dimension)...] == rows[row][(3 * dimension)...])
        }
    }

    @Test(
        "rotation keeps a pair's length, and positions turn further",
        arguments: InstructionSet.available,
        [2, 8, 30, 64, 80]
    )
    func rotation(set: InstructionSet, dimension: Int) throws {
        let half = dimension / 2
        let rows = random(rows: 12, columns: 2 * dimension)
        let table = try RotaryTable(
            frequencies: (0..<half).map { 1 / Float($0 + 1) },
            attentionScale: 1,
            positionCount: 12
        )
        func turned(_ rows: [[Float]], by positions: [Int32]) throws -> [[Float]] {
            try changed(rows, set) { device, x in
                device.rotate(
                    x,
                    rows: rows.count,
                    positions: positions,
                    columns: 0..<dimension,
                    headDimension: dimension,
                    table: table
                )
            }
        }
        let positions = (0..<12).map(Int32.init)
        let once = try turned(rows, by: positions)
        #expect(once[0] == rows[0])
        let inSteps = try turned(turned(rows, by: positions), by: positions.map { 11 - $0 })
        let atOnce = try turned(rows, by: positions.map { _ in 11 })
        for row in 0..<12 {
            expectClose(inSteps[row], atOnce[row].map(Double.init), tolerance: 1e-5)
            for pair in 0..<half {
                let before = length(rows[row][pair], rows[row][half + pair])
                let after = length(once[row][pair], once[row][half + pair])
                #expect((before - after).magnitude < 1e-5)
            }
            #expect(once[row][dimension...] == rows[row][dimension...])
        }
    }

    private func length(_ x: Float, _ y: Float) -> Float { (x * x + y * y).squareRoot() }

    @Test(
        "a gate's SiLU is that of double precision, also far out",
        arguments: InstructionSet.available,
        testedLengths
    )
    func silu(set: InstructionSet, length: Int) throws {
        var rows = random(rows: 3, columns: 2 * length)
        rows[1] = rows[1].map { $0 * 40 }
        let device = try CPUDevice(threadCount: 2, instructionSet: set)
        let gateUp = try device.makeTensor(rowCapacity: 3, columnCount: 2 * length)
        let output = try device.makeTensor(rowCapacity: 3, columnCount: length)
        gateUp.fill(rows)
        device.siluMultiply(gateUp, rows: 3, into: output)
        for (row, result) in zip(rows, output.rows(3)) {
            let expected = (0..<length).map { i -> Double in
                let gate = Double(row[i])
                return gate / (1 + exactExponential(-gate)) * Double(row[length + i])
            }
            expectClose(result, expected, tolerance: 1e-6)
        }
    }

    @Test("NaN and infinity are not lost in a gate", arguments: InstructionSet.available)
    func siluOfNaN(set: InstructionSet) throws {
        let device = try CPUDevice(threadCount: 1, instructionSet: set)
        let gateUp = try device.makeTensor(rowCapacity: 1, columnCount: 6)
        let output = try device.makeTensor(rowCapacity: 1, columnCount: 3)
        gateUp.fill([[.nan, .infinity, -200, 1, 1, 1]])
        device.siluMultiply(gateUp, rows: 1, into: output)
        let row = output.row(0)
        #expect(row[0].isNaN && row[1] == .infinity && row[2] == 0)
    }

    @Test(
        "an embedded token is its row of the table",
        arguments: InstructionSet.available,
        ElementType.allCases
    )
    func embedding(set: InstructionSet, type: ElementType) throws {
        for columnCount in [1, 7, 16, 33] {
            var random = TestRandom(seed: 5)
            let table = (0..<37).map { _ in random.floats(columnCount) }
            let device = try CPUDevice(threadCount: 2, instructionSet: set)
            let matrix = try device.makeMatrix(
                rowCount: 37,
                columnCount: columnCount,
                elementType: type
            )
            // Packed in pieces that do not end with the panels, from another type.
            for piece in [0..<5, 5..<23, 23..<37] {
                device.pack(
                    bytes: Rounded.bytes(table[piece].flatMap(\.self), .float32),
                    of: .float32,
                    firstRow: piece.lowerBound,
                    rowCount: piece.count,
                    into: matrix
                )
            }
            let tokens: [Int32] = [36, 0, 5, 22, 17, 16, 15, 5]
            let output = try device.makeTensor(rowCapacity: 8, columnCount: columnCount)
            device.embed(tokens, table: matrix, into: output)
            let expected = tokens.map { table[Int($0)].map { Rounded.to(type, $0) } }
            #expect(output.rows(8) == expected, "\(columnCount) columns")
        }
    }

    @Test("gathered rows are the rows named")
    func gathering() throws {
        let device = try CPUDevice()
        let source = try device.makeTensor(rowCapacity: 3, columnCount: 2)
        let output = try device.makeTensor(rowCapacity: 2, columnCount: 2)
        source.fill([[1, 2], [3, 4], [5, 6]])
        device.gather(rows: [2, 0], from: source, into: output)
        #expect(output.rows(2) == [[5, 6], [1, 2]])
    }
}
