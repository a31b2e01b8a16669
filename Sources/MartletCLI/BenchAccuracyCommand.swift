import ArgumentParser
import Checkpoints
import Compute
import Inference
import Sampling

/// `martlet bench accuracy`: what rounding does to a model's answers.
struct BenchAccuracyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accuracy",
        abstract: "Compare a model as it would be served with itself in float32.",
        discussion: """
            Texts are drawn from the model itself, computed in float32 with weights as stored, at
            temperature 1; both then read them. Printed: the mean Kullback-Leibler divergence of
            the next-token distributions in nats, and how often the likeliest token is the same.

              martlet bench accuracy MODEL --quantization int4
              martlet bench accuracy MODEL --activations int8 --kv-cache-dtype int8
            """
    )

    @OptionGroup var model: ModelOptions

    @Option(help: "Texts.")
    var numPrompts = HumanInteger(16)

    @Option(help: "Tokens of a text.")
    var outputLen = HumanInteger(128)

    func validate() throws {
        try model.requireFolder()
        guard 1...1_000_000 ~= numPrompts.value, 1...1_000_000 ~= outputLen.value else {
            throw ValidationError("--num-prompts and --output-len are at least 1.")
        }
    }

    func run() async throws {
        let model = try await self.model.found()
        var exact = model.configuration
        exact.dataType = .float32
        exact.quantization = nil
        exact.integerActivations = .float32
        exact.keyValueType = .float32
        var tested = model.configuration
        exact.maxRunningRequests = 1
        tested.maxRunningRequests = 1
        let reference = try LogitReader(exact)
        let reader = try LogitReader(tested)
        var comparison = LogitComparison()
        for number in 0..<numPrompts.value {
            let text = try drawText(from: reference, seed: model.seed &+ UInt64(number))
            compare(reader, reference, on: text, &comparison)
        }
        print(
            """
            Distributions compared: \(comparison.count)
            Mean KL divergence: \(Self.rounded(comparison.meanDivergence)) nats \
            (largest \(Self.rounded(comparison.largestDivergence)))
            Top-1 agreement: \(Self.rounded(comparison.topAgreement * 100)) %
            """
        )
    }

    /// A text of the model's own, from its begin token on.
    private func drawText(from reader: LogitReader, seed: UInt64) throws -> [Int32] {
        var parameters = SamplingParameters()
        parameters.temperature = 1
        var sampler = Sampler(
            parameters: parameters,
            seed: seed,
            vocabularySize: reader.model.vocabularySize
        )
        var workspace = SamplingWorkspace()
        var text = [reader.model.bosTokenID ?? 0]
        while text.count < min(outputLen.value, reader.maxLength) {
            var next: Result<Int32, any Error> = .success(0)
            reader.read([text[text.count - 1]], at: text.count - 1) { _, logits in
                next = Result {
                    try sampler.sample(
                        logits,
                        outputIndex: text.count - 1,
                        workspace: &workspace
                    ).tokenID
                }
            }
            text.append(try next.get())
        }
        return text
    }

    private func compare(
        _ tested: LogitReader,
        _ reference: LogitReader,
        on text: [Int32],
        _ comparison: inout LogitComparison
    ) {
        // A few tokens at a time: rows of logits are wide.
        for start in stride(from: 0, to: text.count, by: 16) {
            let part = Array(text[start...].prefix(16))
            var rows: [[Float]] = []
            reference.read(part, at: start) { _, logits in
                rows.append(logits.indices.map { logits[$0] })
            }
            tested.read(part, at: start) { index, logits in
                let row = rows[index]
                comparison.add(logits, reference: row.span)
            }
        }
    }

    private static func rounded(_ value: Double) -> Double {
        (value * 1e5).rounded() / 1e5
    }
}
