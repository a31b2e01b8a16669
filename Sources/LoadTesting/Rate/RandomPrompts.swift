/// Makes prompts of random token ids with exact lengths; the same seed makes the same ones.
public struct RandomPrompts: Sendable {
    /// A prompt and how long its answer is to be.
    public struct Item: Sendable, Equatable {
        /// The prompt.
        public var tokenIDs: [Int32]
        /// Tokens of the answer.
        public var outputLength: Int
    }

    private let inputLengths: ClosedRange<Int>
    private let outputLengths: ClosedRange<Int>
    private let tokenIDs: ClosedRange<Int32>
    private let prefix: [Int32]
    private var random: SeededRandom

    /// A maker of prompts.
    ///
    /// - Parameters:
    ///   - inputLengths: tokens of a prompt behind the common beginning.
    ///   - outputLengths: tokens of an answer.
    ///   - prefixLength: tokens that all prompts begin with.
    ///   - tokenIDs: what the tokens are drawn from.
    ///   - seed: decides everything.
    public init(
        inputLengths: ClosedRange<Int>,
        outputLengths: ClosedRange<Int>,
        prefixLength: Int = 0,
        tokenIDs: ClosedRange<Int32>,
        seed: UInt64
    ) {
        self.inputLengths = inputLengths
        self.outputLengths = outputLengths
        self.tokenIDs = tokenIDs
        var random = SeededRandom(seed: seed)
        prefix = (0..<max(0, prefixLength)).map { _ in .random(in: tokenIDs, using: &random) }
        self.random = random
    }

    /// The next prompt.
    public mutating func next() -> Item {
        let inputLength = Int.random(in: inputLengths, using: &random)
        let outputLength = Int.random(in: outputLengths, using: &random)
        let rest = (0..<inputLength).map { _ in Int32.random(in: tokenIDs, using: &random) }
        return Item(tokenIDs: prefix + rest, outputLength: outputLength)
    }

    /// Lengths around one, as vLLM's `random-range-ratio` has them: from (1 - ratio) to (1 + ratio)
    /// times the length, at least 1.
    ///
    /// - Throws: ``LoadTestError/badConfiguration(_:)`` for a ratio that is not from 0 to below 1,
    ///   or a length below 1.
    public static func lengths(
        around length: Int,
        ratio: Double
    ) throws(LoadTestError) -> ClosedRange<Int> {
        guard 1...(1 << 24) ~= length else {
            throw .badConfiguration("A length has to be from 1 to \(1 << 24), not \(length)")
        }
        guard ratio >= 0 && ratio < 1 else {
            throw .badConfiguration("A range ratio has to be from 0 to below 1, not \(ratio)")
        }
        let low = max(1, Int((Double(length) * (1 - ratio)).rounded(.down)))
        return low...Int((Double(length) * (1 + ratio)).rounded(.up))
    }
}
