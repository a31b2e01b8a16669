import Compute
import Testing

@Suite("A CPU device")
struct DeviceTests {
    @Test("refuses what the machine cannot hold, by an error")
    func refusesMemory() throws {
        let device = try CPUDevice(threadCount: 1)
        #expect(throws: ComputeError.self) {
            try device.makeMatrix(
                rowCount: .max / 2,
                columnCount: .max / 2,
                elementType: .float32
            )
        }
        #expect(throws: ComputeError.self) {
            try device.makeTensor(rowCapacity: 1 << 40, columnCount: 1 << 20)
        }
        #expect(throws: ComputeError.self) {
            try device.makePagedKeyValues(
                layerCount: 1 << 20,
                blockCount: 1 << 30,
                keyValueHeadCount: 64,
                headDimension: 128,
                elementType: .float16
            )
        }
    }

    @Test("says what its parts take")
    func byteCounts() {
        #expect(Matrix.byteCount(rowCount: 17, columnCount: 3, elementType: .float32) == 32 * 3 * 4)
        #expect(
            Matrix.byteCount(rowCount: 17, columnCount: 3, elementType: .bfloat16) == 32 * 4 * 2
        )
        #expect(
            PagedKeyValues.byteCount(
                layerCount: 2,
                blockCount: 3,
                keyValueHeadCount: 4,
                headDimension: 64,
                elementType: .float16
            ) == 2 * 3 * 4 * 2 * 64 * 16 * 2
        )
        #expect(
            PagedKeyValues.byteCount(
                layerCount: .max,
                blockCount: 3,
                keyValueHeadCount: 4,
                headDimension: 64,
                elementType: .float16
            ) == .max
        )
        #expect(Vector.byteCount(count: 17) == 128)
    }

    @Test("runs on as many threads as the process may use, at least one")
    func threads() throws {
        #expect(CPUDevice.usableCoreCount >= 1)
        #expect(try CPUDevice().threadCount == CPUDevice.usableCoreCount)
        #expect(try CPUDevice(threadCount: 0).threadCount == 1)
        #expect(try CPUDevice(threadCount: 5).threadCount == 5)
    }

    @Test("rounds activations only where the instruction set multiplies bfloat16")
    func activations() throws {
        for set in InstructionSet.available {
            let device = try CPUDevice(instructionSet: set, activations: .bfloat16)
            #expect((device.activations == .bfloat16) == set.hasBFloat16Product)
        }
    }

    @Test("has the scalar set, and the fastest last")
    func instructionSets() {
        #expect(InstructionSet.available.contains(.scalar))
        #expect(InstructionSet.available.contains(InstructionSet.best))
        #expect(InstructionSet.available.last == InstructionSet.fastest)
    }

    @Test("many small jobs on many threads are each done once")
    func pool() throws {
        let device = try CPUDevice(threadCount: 4)
        let source = try device.makeTensor(rowCapacity: 64, columnCount: 512)
        let output = try device.makeTensor(rowCapacity: 64, columnCount: 256)
        source.fill((0..<64).map { row in (0..<512).map { Float($0 % 3 + row) } })
        device.siluMultiply(source, rows: 64, into: output)
        let expected = output.rows(64)
        for _ in 0..<2000 { device.siluMultiply(source, rows: 64, into: output) }
        #expect(output.rows(64) == expected)
        let table = try RotaryTable(frequencies: [0, 0], attentionScale: 2, positionCount: 1)
        for _ in 0..<20 {
            device.rotate(
                output,
                rows: 64,
                positions: Array(repeating: 0, count: 64),
                columns: 0..<256,
                headDimension: 4,
                table: table
            )
        }
        #expect(output.rows(64) == expected.map { $0.map { $0 * 1_048_576 } })
    }
}
