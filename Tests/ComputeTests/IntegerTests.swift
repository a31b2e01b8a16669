import Compute
import Testing

/// A product with a matrix of integers, and what it should be.
struct IntegerCase: CustomTestStringConvertible {
    let format: IntegerFormat
    let rowCount: Int
    let inputCount: Int
    let outputCount: Int
    let input: [Float]
    let weights: IntegerRows

    init(_ format: IntegerFormat, rows: Int, inputs: Int, outputs: Int) {
        var random = TestRandom(seed: UInt64(inputs * 131 + outputs))
        self.format = format
        rowCount = rows
        inputCount = inputs
        outputCount = outputs
        input = random.floats(rows * inputs)
        var weights = IntegerRows(format: format, rowCount: outputs, columnCount: inputs)
        weights.codes = weights.codes.map { _ in UInt8(random.below(1 << format.bitCount)) }
        let hasSuperBlocks = format.superBlockGroupCount > 1
        func number(_ range: Float) -> Float {
            Rounded.to(format.scaleType, random.float() * range)
        }
        weights.scales = weights.scales.map { _ in
            hasSuperBlocks ? Float(random.below(256) - 128) : number(1 / 64)
        }
        weights.offsets = weights.offsets.map { _ in
            switch format.offset {
            case .zeroPoints: Float(random.below(17))
            case _ where hasSuperBlocks: Float(random.below(256) - 128)
            default: number(1)
            }
        }
        weights.superScales = weights.superScales.map { _ in number(1 / 8192) }
        weights.superMinimums = weights.superMinimums.map { _ in number(1 / 128) }
        self.weights = weights
    }

    /// Every combination the engine knows.
    static let formats = plainFormats + superBlockFormats

    private static let plainFormats: [IntegerFormat] = [4, 6, 8].flatMap { bitCount in
        IntegerFormat.groupSizes.flatMap { groupSize in
            ElementType.allCases.flatMap { type in
                [IntegerFormat.Offset.midpoint, .zeroPoints, .minimums].map {
                    IntegerFormat(
                        bitCount: bitCount,
                        groupSize: groupSize,
                        scaleType: type,
                        offset: $0
                    )
                }
            }
        }
    }

    /// Those of GGUF's k-quants, and such with few groups.
    private static let superBlockFormats: [IntegerFormat] = [4, 6, 8].flatMap { bitCount in
        [(16, 16), (32, 8), (64, 2), (128, 4)].flatMap { groupSize, groupCount in
            [IntegerFormat.Offset.midpoint, .minimums].map {
                IntegerFormat(
                    bitCount: bitCount,
                    groupSize: groupSize,
                    scaleType: .float16,
                    offset: $0,
                    superBlockGroupCount: groupCount
                )
            }
        }
    }

    var testDescription: String {
        "\(format), \(format.scaleType), \(format.offset), \(format.superBlockGroupCount)"
    }

    func weight(_ row: Int, _ column: Int) -> Float {
        let code = Float(weights.codes[row * inputCount + column])
        let scale = weights.scale(ofRow: row, column)
        let offset = weights.offset(ofRow: row, column)
        return switch format.offset {
        case .midpoint: (code - Float(format.midpoint)) * scale
        case .zeroPoints: (code - offset) * scale
        case .minimums: Float(Double(code) * Double(scale) + Double(offset))
        }
    }

    func matrix(on device: CPUDevice, columnOrder: [Int32]? = nil) throws -> Matrix {
        let matrix = try device.makeMatrix(
            rowCount: outputCount,
            columnCount: inputCount,
            format: .integer(format),
            columnOrder: columnOrder
        )
        device.pack(rowCount: outputCount, firstRow: 0, into: matrix) { rows, output in
            let (first, end) = (rows.lowerBound, rows.upperBound)
            let groups = weights.groupCount
            let supers = format.superBlockCount(columnCount: inputCount)
            output.codes = Array(weights.codes[first * inputCount..<end * inputCount])
            output.scales = Array(weights.scales[first * groups..<end * groups])
            output.superScales = Array(weights.superScales[first * supers..<end * supers])
            if format.offset != .midpoint {
                output.offsets = Array(weights.offsets[first * groups..<end * groups])
            }
            if format.offset == .minimums {
                output.superMinimums = Array(weights.superMinimums[first * supers..<end * supers])
            }
        }
        return matrix
    }

    func inputRow(_ row: Int) -> [Float] {
        Array(input[row * inputCount..<(row + 1) * inputCount])
    }

    func result(
        on device: CPUDevice,
        rows: Range<Int>? = nil,
        columnOrder: [Int32]? = nil
    ) throws -> [[Float]] {
        let rows = rows ?? 0..<rowCount
        let x = try device.makeTensor(rowCapacity: rows.count, columnCount: inputCount)
        let y = try device.makeTensor(rowCapacity: rows.count, columnCount: outputCount)
        let matrix = try matrix(on: device, columnOrder: columnOrder)
        x.fill(rows.map(inputRow))
        device.linear(
            x,
            rows: rows.count,
            weight: matrix,
            bias: nil,
            into: y,
            accumulate: false
        )
        return y.rows(rows.count)
    }

    /// An input row rounded as the kernels do it, by their definition.
    func rounded(_ row: Int) -> [Float] {
        var result: [Float] = []
        let x = inputRow(row)
        for start in stride(from: 0, to: inputCount, by: format.groupSize) {
            let group = x[start..<min(inputCount, start + format.groupSize)]
            let largest = group.map(\.magnitude).max() ?? 0
            result += group.map { ($0 * (127 / largest)).rounded(.toNearestOrEven) * largest / 127 }
        }
        return result
    }
}

@Suite("A product with integer weights")
struct IntegerTests {
    @Test("unpacks to the weights", arguments: InstructionSet.available)
    func unpacks(set: InstructionSet) throws {
        let device = try CPUDevice(threadCount: 2, instructionSet: set)
        for format in IntegerCase.formats {
            let problem = IntegerCase(format, rows: 1, inputs: 200, outputs: 37)
            let matrix = try problem.matrix(on: device)
            let output = try device.makeTensor(rowCapacity: 37, columnCount: 200)
            device.embed(Array(0..<37), table: matrix, into: output)
            for row in 0..<37 {
                let expected = (0..<200).map { problem.weight(row, $0) }
                let found = output.row(row)
                if format.offset == .minimums {
                    // One rounding or two, by the instruction set.
                    #expect(zip(found, expected).allSatisfy { ($0 - $1).magnitude < 1e-6 })
                } else {
                    #expect(found == expected, "\(problem.testDescription), row \(row)")
                }
            }
        }
    }

    @Test(
        "is the sum of products in double precision, but for rounding",
        arguments: InstructionSet.available,
        [true, false]
    )
    func matchesOracle(set: InstructionSet, rounds: Bool) throws {
        let device = try CPUDevice(
            threadCount: 2,
            instructionSet: set,
            roundsToIntegers: rounds
        )
        for format in IntegerCase.formats {
            for (inputs, outputs) in [(1, 1), (8, 16), (33, 17), (128, 33), (300, 40)] {
                let problem = IntegerCase(format, rows: 6, inputs: inputs, outputs: outputs)
                let result = try problem.result(on: device)
                var worst = 0.0
                for row in 0..<6 {
                    let x = rounds ? problem.rounded(row) : problem.inputRow(row)
                    for output in 0..<outputs {
                        var (value, magnitude) = (0.0, 1e-6)
                        for k in 0..<inputs {
                            let term = Double(problem.weight(output, k)) * Double(x[k])
                            value += term
                            magnitude += term.magnitude
                        }
                        let difference = (Double(result[row][output]) - value).magnitude
                        worst = max(worst, difference / magnitude)
                    }
                }
                // Codes and zero points are large where weights are small, minimums near 1.
                #expect(worst < 2e-5, "\(problem.testDescription), \(inputs) x \(outputs)")
            }
        }
    }

    @Test(
        "gives a row the same bits alone and among any number of rows",
        arguments: InstructionSet.available,
        [true, false]
    )
    func isInvariant(set: InstructionSet, rounds: Bool) throws {
        for bitCount in [4, 6, 8] {
            for (groupSize, offset, superBlock) in [
                (32, IntegerFormat.Offset.minimums, 8), (32, .minimums, 1), (128, .zeroPoints, 1),
            ] {
                let format = IntegerFormat(
                    bitCount: bitCount,
                    groupSize: groupSize,
                    scaleType: .float16,
                    offset: offset,
                    superBlockGroupCount: superBlock
                )
                let problem = IntegerCase(format, rows: 40, inputs: 264, outputs: 90)
                let single = try CPUDevice(
                    threadCount: 1,
                    instructionSet: set,
                    roundsToIntegers: rounds
                )
                let alone = try (0..<40).map {
                    try problem.result(on: single, rows: $0..<$0 + 1)[0]
                }
                for threadCount in [1, 3] {
                    let device = try CPUDevice(
                        threadCount: threadCount,
                        instructionSet: set,
                        roundsToIntegers: rounds
                    )
                    for rows in 1...40 {
                        let together = try problem.result(on: device, rows: 0..<rows)
                        #expect(together == Array(alone.prefix(rows)), "\(rows) rows")
                    }
                }
            }
        }
    }

    @Test("takes columns in the order the matrix says", arguments: [true, false])
    func columnOrder(rounds: Bool) throws {
        let device = try CPUDevice(threadCount: 1, roundsToIntegers: rounds)
        let format = IntegerCase.formats[0]
        let problem = IntegerCase(format, rows: 3, inputs: 48, outputs: 20)
        let order = (0..<48).map { Int32(($0 * 5 + 7) % 48) }
        let found = try problem.result(on: device, columnOrder: order)
        let x = try device.makeTensor(rowCapacity: 3, columnCount: 48)
        x.fill((0..<3).map { row in order.map { problem.inputRow(row)[Int($0)] } })
        let y = try device.makeTensor(rowCapacity: 3, columnCount: 20)
        device.linear(
            x,
            rows: 3,
            weight: try problem.matrix(on: device),
            bias: nil,
            into: y,
            accumulate: false
        )
        #expect(found == y.rows(3))
    }

    @Test("products side by side are as the product of all", arguments: InstructionSet.available)
    func parts(set: InstructionSet) throws {
        let device = try CPUDevice(threadCount: 2, instructionSet: set)
        let problem = IntegerCase(IntegerCase.formats[1], rows: 5, inputs: 64, outputs: 75)
        let whole = try problem.result(on: device)
        let x = try device.makeTensor(rowCapacity: 5, columnCount: 64)
        let y = try device.makeTensor(rowCapacity: 5, columnCount: 75 + 69 + 1)
        x.fill((0..<5).map(problem.inputRow))
        for (firstColumn, outputs) in [(0, 75), (75, 69), (144, 1)] {
            let part = IntegerCase(problem.format, rows: 5, inputs: 64, outputs: outputs)
            device.linear(
                x,
                rows: 5,
                weight: try part.matrix(on: device),
                bias: nil,
                into: y,
                firstColumn: firstColumn,
                accumulate: false
            )
        }
        #expect(y.rows(5).map { Array($0.prefix(75)) } == whole)
    }

    @Test("a row with a number that is not finite gives no finite result")
    func notFinite() throws {
        for set in InstructionSet.available {
            let device = try CPUDevice(threadCount: 1, instructionSet: set)
            let problem = IntegerCase(IntegerCase.formats[0], rows: 4, inputs: 64, outputs: 16)
            let x = try device.makeTensor(rowCapacity: 4, columnCount: 64)
            let y = try device.makeTensor(rowCapacity: 4, columnCount: 16)
            var rows = (0..<4).map(problem.inputRow)
            rows[1][3] = .nan
            rows[2][63] = -.infinity
            rows[3] = rows[3].map { _ in 0 }
            x.fill(rows)
            let matrix = try problem.matrix(on: device)
            device.linear(x, rows: 4, weight: matrix, bias: nil, into: y, accumulate: false)
            let finite = y.rows(4).map { $0.allSatisfy(\.isFinite) }
            #expect(finite == [true, false, false, true])
            #expect(y.row(3).allSatisfy { $0 == 0 })
        }
    }
}

@Suite("Weights rounded while they are loaded")
struct WeightRoundingTests {
    /// The rows of a matrix after rounding to a format.
    private func rounded(
        _ rows: [[Float]],
        _ format: IntegerFormat,
        _ set: InstructionSet
    ) throws -> [[Float]] {
        let device = try CPUDevice(threadCount: 2, instructionSet: set)
        let matrix = try device.makeMatrix(
            rowCount: rows.count,
            columnCount: rows[0].count,
            format: .integer(format),
            columnOrder: nil
        )
        device.pack(
            bytes: Rounded.bytes(rows.flatMap { $0 }, .float32),
            of: .float32,
            firstRow: 0,
            rowCount: rows.count,
            into: matrix
        )
        let output = try device.makeTensor(rowCapacity: rows.count, columnCount: rows[0].count)
        device.embed((0..<rows.count).map(Int32.init), table: matrix, into: output)
        return output.rows(rows.count)
    }

    @Test("eight bits keep every weight within half a step", arguments: InstructionSet.available)
    func eightBits(set: InstructionSet) throws {
        var random = TestRandom(seed: 5)
        let rows = (0..<20).map { _ in random.floats(300) }
        for groupSize in IntegerFormat.groupSizes {
            let format = IntegerFormat(
                bitCount: 8,
                groupSize: groupSize,
                scaleType: .float16,
                offset: .midpoint
            )
            for (row, found) in zip(rows, try rounded(rows, format, set)) {
                for k in row.indices {
                    let group = row[k / groupSize * groupSize..<row.count].prefix(groupSize)
                    let step = (group.map(\.magnitude).max() ?? 0) / 127
                    // The scale itself is rounded to eleven bits.
                    #expect((row[k] - found[k]).magnitude <= 0.57 * step, "column \(k)")
                }
            }
        }
    }

    @Test(
        "four bits are no worse than rounding over the full range, and keep zeros",
        arguments: InstructionSet.available,
        [IntegerFormat.Offset.midpoint, .zeroPoints, .minimums]
    )
    func fourBits(set: InstructionSet, offset: IntegerFormat.Offset) throws {
        var random = TestRandom(seed: 6)
        var rows = (0..<20).map { _ in random.floats(256) }
        for row in rows.indices { rows[row][17] = 0 }
        rows[3] = rows[3].map { _ in 0 }
        let format = IntegerFormat(
            bitCount: 4,
            groupSize: 128,
            scaleType: .float16,
            offset: offset
        )
        for (row, found) in zip(rows, try rounded(rows, format, set)) {
            #expect(found[17].magnitude < 1e-3)
            for start in [0, 128] {
                let group = row[start..<start + 128]
                let (low, high) = (min(0, group.min() ?? 0), max(0, group.max() ?? 0))
                let step = offset == .midpoint ? max(-low, high) / 7 : (high - low) / 15
                let error = (start..<start + 128).reduce(0) {
                    $0 + (row[$1] - found[$1]) * (row[$1] - found[$1])
                }
                // Rounding over the full range is off by at most half a step.
                #expect(error <= 128 * step * step / 4 * 1.05)
            }
        }
    }
}
