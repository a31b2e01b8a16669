import Architectures
import Inference
import TestData
import Testing

/// What `bench accuracy` measures with.
@Suite("Logit comparison")
struct LogitComparisonTests {
    private func compared(_ rows: [(tested: [Float], reference: [Float])]) -> LogitComparison {
        var comparison = LogitComparison()
        for row in rows { comparison.add(row.tested.span, reference: row.reference.span) }
        return comparison
    }

    @Test("equal distributions have no divergence, whatever their common offset")
    func equal() {
        let comparison = compared([([1, 2, 3], [1, 2, 3]), ([1001, 1002], [1, 2])])
        #expect(comparison.count == 2)
        #expect(comparison.meanDivergence < 1e-12)
        #expect(comparison.topAgreement == 1)
    }

    @Test("divergence is in nats and from the reference")
    func divergence() {
        // Half and half against 3/4 and 1/4: ln 2 - (ln 3) / 2.
        let comparison = compared([([1.098_612_3, 0], [0, 0])])
        #expect((comparison.meanDivergence - 0.143_841_04).magnitude < 1e-6)
        #expect(comparison.largestDivergence == comparison.meanDivergence)
    }

    @Test("agreement counts rows with the same likeliest token")
    func agreement() {
        let comparison = compared([([0, 1], [0, 2]), ([1, 0], [0, 1]), ([0, 0], [0, 0])])
        #expect(comparison.topAgreement == 2.0 / 3)
    }

    @Test("a model in float32 is what it is compared with")
    func itself() throws {
        var configuration = EngineConfiguration(
            modelFolder: TestData.packageRoot + "/Examples/tiny-random"
        )
        configuration.dataType = .float32
        configuration.maxModelLength = 32
        configuration.maxRunningRequests = 1
        configuration.threadCount = 1
        let reference = try LogitReader(configuration)
        configuration.quantization = .int8
        configuration.integerActivations = .int8
        let rounded = try LogitReader(configuration)
        let text: [Int32] = [1, 7, 300, 12, 5, 9]
        var rows: [[Float]] = []
        reference.read(text, at: 0) { _, logits in rows.append(logits.indices.map { logits[$0] }) }
        var same = LogitComparison()
        var near = LogitComparison()
        // Token by token: the same bits as at once.
        for (index, token) in text.enumerated() {
            let row = rows[index]
            reference.read([token], at: index) { _, logits in
                same.add(logits, reference: row.span)
            }
            rounded.read([token], at: index) { _, logits in near.add(logits, reference: row.span) }
        }
        #expect(same.largestDivergence < 1e-12)
        #expect(near.count == 6)
        #expect(near.meanDivergence > 0 && near.meanDivergence < 0.01)
    }
}
