#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Log-probabilities at one position of a text: of the token that stands there, and of the best.
public struct PositionLogprobs: Sendable, Equatable {
    /// The token that stands there, or was chosen.
    public let chosen: TokenLogprob
    /// The most probable tokens, best first.
    public let top: [TokenLogprob]

    /// Reads a row of logits as the model computed it.
    ///
    /// For a prompt, row `i` with the token at position `i + 1`.
    ///
    /// The token lies within the row; `topCount` is how many of the most probable are wanted.
    ///
    /// - Throws: ``SamplingError/nonFiniteLogits``.
    public init(
        of tokenID: Int32,
        in logits: Span<Float>,
        topCount: Int
    ) throws(SamplingError) {
        guard let best = logits.finiteMaximum() else { throw .nonFiniteLogits }
        self.init(of: tokenID, in: logits, best: best, topCount: topCount)
    }

    init(of tokenID: Int32, in logits: Span<Float>, best: RowMaximum, topCount: Int) {
        let sum = log(logits.sumOfExponentials(maximum: best.value))
        func logprob(_ logit: Float) -> Float { Float(Double(logit) - Double(best.value) - sum) }

        let index = Int(tokenID)
        chosen = TokenLogprob(
            tokenID: tokenID,
            logprob: logprob(logits[index]),
            rank: index == best.index ? 1 : logits.rank(of: index)
        )
        guard topCount > 0 else {
            top = []
            return
        }
        var greatest: [RankedToken] = []
        logits.greatest(topCount, into: &greatest)
        greatest.sort(by: >)
        top = greatest.enumerated().map { place, token in
            TokenLogprob(
                tokenID: token.tokenID,
                logprob: logprob(token.value),
                rank: place + 1
            )
        }
    }
}
