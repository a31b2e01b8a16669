import Checkpoints
import Compute
import Testing

@Suite struct DummyMatrixTests {
    private func matrix(_ quantization: String, columnCount: Int) throws -> any IntegerMatrix {
        let source = DummyWeights(
            seed: 7,
            elementType: .float16,
            quantization: try described(quantization)
        )
        let matrix = try source.matrix(
            named: "model.layers.0.mlp.up_proj.weight",
            rowCount: 400,
            columnCount: columnCount
        )
        guard case .integer(let integers) = matrix else { throw CancellationError() }
        return integers
    }

    static let descriptions = [
        QuantizedMatrixTests.awq,
        "{\"quant_method\":\"gptq\",\"bits\":8,\"group_size\":128,\"desc_act\":true}",
        QuantizedMatrixTests.compressed("int-quantized", "\"num_bits\":8"),
    ]

    @Test("weights have mean 0 and deviation 0.02", arguments: descriptions)
    func distribution(_ text: String) throws {
        let matrix = try matrix(text, columnCount: 256)
        let rows = try decode(matrix, 0..<400, columnCount: 256)
        #expect(rows.codes.allSatisfy { matrix.format.bitCount == 8 || $0 < 16 })
        let values = weights(rows, order: matrix.columnOrder).map(Double.init)
        let average = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
        #expect(abs(average) < 5e-4)
        #expect(abs(variance.squareRoot() - 0.02) < 5e-4)
        #expect(Set(matrix.columnOrder ?? []).count == (matrix.columnOrder == nil ? 0 : 256))
    }

    @Test("rows are the same in every slice")
    func slices() throws {
        let matrix = try matrix(QuantizedMatrixTests.awq, columnCount: 29)
        let whole = try decode(matrix, 0..<400, columnCount: 29)
        let slice = try decode(matrix, 37..<64, columnCount: 29)
        #expect(slice.codes == Array(whole.codes[(37 * 29)..<(64 * 29)]))
        #expect(slice.offsets.allSatisfy { $0 == 8 })
    }

    @Test("embeddings, the head and norms stay plain")
    func plain() throws {
        let source = DummyWeights(
            seed: 7,
            elementType: .bfloat16,
            quantization: try described(QuantizedMatrixTests.awq)
        )
        for name in ["model.embed_tokens.weight", "lm_head.weight"] {
            let matrix = try source.matrix(named: name, rowCount: 4, columnCount: 16)
            guard case .float(let tensor) = matrix else { throw CancellationError() }
            #expect(tensor.elementType == .bfloat16)
        }
    }
}
