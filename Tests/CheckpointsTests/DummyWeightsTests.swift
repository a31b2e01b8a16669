import Checkpoints
import Compute
import Testing

@Suite struct DummyWeightsTests {
    private func patterns(
        _ source: DummyWeights,
        _ tensor: WeightTensor,
        _ rows: Range<Int>
    ) throws -> [UInt32] {
        var result: [UInt32] = []
        try source.withRows(of: tensor, rows) { bytes in
            let step = tensor.elementType.byteCount
            for offset in stride(from: 0, to: bytes.byteCount, by: step) {
                result.append(
                    step == 4 ? bytes.uint32(at: offset) : UInt32(bytes.uint16(at: offset))
                )
            }
        }
        return result
    }

    @Test("slices are pieces of the same tensor", arguments: ElementType.allCases)
    func slices(type: ElementType) throws {
        let source = DummyWeights(seed: 5, elementType: type)
        for columns in [1, 3, 4, 7] {
            let tensor = try source.tensor(named: "a.weight", shape: [9, columns])
            let whole = try patterns(source, tensor, 0..<9)
            #expect(whole.count == 9 * columns)
            for lower in 0...9 {
                for upper in lower...9 {
                    let slice = try patterns(source, tensor, lower..<upper)
                    #expect(slice == Array(whole[(lower * columns)..<(upper * columns)]))
                }
            }
        }
    }

    @Test("seed and name decide the values")
    func seeds() throws {
        func values(_ seed: UInt64, _ name: String) throws -> [Float] {
            let source = DummyWeights(seed: seed, elementType: .float32)
            return try source.vector(named: name, count: 64)
        }
        #expect(try values(1, "a") == values(1, "a"))
        #expect(try values(1, "a") != values(2, "a"))
        #expect(try values(1, "a") != values(1, "b"))
        #expect(try values(1, "ab") != values(1, "ba"))
    }

    @Test(
        "weights have mean 0 and deviation 0.02, norms lie around 1",
        arguments: ElementType.allCases
    )
    func distribution(type: ElementType) throws {
        let source = DummyWeights(seed: 0, elementType: type)
        for (name, mean) in [("q_proj.bias", 0.0), ("model.norm.weight", 1.0)] {
            let values = try source.vector(named: name, count: 100_000).map(Double.init)
            let average = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 100_000
            #expect(abs(average - mean) < 5e-4)
            #expect(abs(variance.squareRoot() - 0.02) < 5e-4)
        }
    }
}
