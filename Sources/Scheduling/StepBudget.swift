/// The tokens of one step that are not given away yet.
struct StepBudget {
    private(set) var left: Int
    /// The most that one prompt may have of the step.
    private let promptShare: Int

    /// - Parameters:
    ///   - tokensPerStep: rows of the step.
    ///   - isShared: somebody waits for the next token of an answer. Then no prompt has more than
    ///     half of the step, even if the other half stays empty: the step's length is what they
    ///     wait for.
    init(tokensPerStep: Int, isShared: Bool) {
        left = tokensPerStep
        promptShare = isShared ? (tokensPerStep + 1) / 2 : tokensPerStep
    }

    /// First turn: half of what is left, so that there is always something for the next one.
    ///
    /// A short rest is given whole; a chunk below a block is not worth a row of its own.
    ///
    /// - Parameters:
    ///   - wanted: at least 1.
    ///   - reserved: tokens that must stay for others.
    ///   - smallest: chunk that is not halved.
    /// - Returns: at least 1 if more is left than is reserved.
    mutating func take(_ wanted: Int, leaving reserved: Int, smallest: Int) -> Int {
        let available = left - reserved
        let half = max((available + 1) / 2, min(smallest, available))
        let granted = min(wanted, half, promptShare)
        left -= granted
        return granted
    }

    /// Second turn: what nobody has asked for.
    mutating func takeRest(_ wanted: Int, having already: Int) -> Int {
        let granted = min(wanted, left, max(promptShare - already, 0))
        left -= granted
        return granted
    }
}
