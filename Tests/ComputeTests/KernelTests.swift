import Compute
import Testing

/// Conversions between element types, against their definitions.
@Suite("Conversions")
struct KernelTests {
    @Test(
        "every float16 and bfloat16 comes back from float32 as it was",
        arguments: InstructionSet.available
    )
    func roundTrip(set: InstructionSet) throws {
        let device = try CPUDevice(threadCount: 1, instructionSet: set)
        for type in [ElementType.float16, .bfloat16] {
            let infinity: UInt16 = type == .float16 ? 0x7c00 : 0x7f80
            let patterns = (0...UInt16.max).filter { $0 & 0x7fff <= infinity }
            let bytes = patterns.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            let half = try device.makeMatrix(
                rowCount: 1,
                columnCount: patterns.count,
                elementType: type
            )
            let float = try device.makeMatrix(
                rowCount: 1,
                columnCount: patterns.count,
                elementType: .float32
            )
            device.pack(bytes: bytes, of: type, firstRow: 0, rowCount: 1, into: half)
            device.pack(bytes: bytes, of: type, firstRow: 0, rowCount: 1, into: float)
            let wide = try device.makeTensor(rowCapacity: 2, columnCount: patterns.count)
            device.embed([0], table: half, into: wide)
            let values = wide.row(0)
            device.embed([0], table: float, into: wide)
            #expect(wide.row(0) == values)
            // Narrowed again, and widened: the same values.
            device.pack(
                bytes: Rounded.bytes(values, .float32),
                of: .float32,
                firstRow: 0,
                rowCount: 1,
                into: half
            )
            device.embed([0], table: half, into: wide)
            #expect(wide.row(0) == values)
        }
    }

    @Test(
        "narrowing rounds to the nearest, ties to even, at every size",
        arguments: InstructionSet.available
    )
    func narrowing(set: InstructionSet) throws {
        let device = try CPUDevice(threadCount: 1, instructionSet: set)
        var random = TestRandom(seed: 3)
        let exponents: [Int] = Array(-13...14)
        let values = exponents.flatMap { exponent -> [Float] in
            (0..<40).map { _ in
                // Few bits, so that ties happen.
                let bits = UInt32(random.below(1 << 13)) << 10
                return Float(
                    sign: random.below(2) == 0 ? .plus : .minus,
                    exponent: exponent,
                    significand: Float(bitPattern: 0x3f80_0000 | bits)
                )
            }
        }
        for type in [ElementType.float16, .bfloat16] {
            let matrix = try device.makeMatrix(
                rowCount: 1,
                columnCount: values.count,
                elementType: type
            )
            device.pack(
                bytes: Rounded.bytes(values, .float32),
                of: .float32,
                firstRow: 0,
                rowCount: 1,
                into: matrix
            )
            let wide = try device.makeTensor(rowCapacity: 1, columnCount: values.count)
            device.embed([0], table: matrix, into: wide)
            #expect(wide.row(0) == values.map { Rounded.to(type, $0) })
        }
    }
}
