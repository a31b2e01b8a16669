/// One user's conversation: what was said, and what still fits into the model's context.
///
/// Where the next prompt would be too long, whole turns are dropped from the front.
struct Conversation: Sendable {
    /// A question with its answer, and their length in tokens.
    private struct Turn: Sendable {
        let text: String
        let tokenIDs: [Int32]
        let tokenCount: Int
    }

    private var turns: [Turn] = []
    private let contextLimit: Int?
    private let maxTokens: Int

    /// A context limit of nil never drops anything.
    init(contextLimit: Int?, maxTokens: Int) {
        self.contextLimit = contextLimit
        self.maxTokens = maxTokens
    }

    var turnCount: Int { turns.count }

    /// The prompt for a question after as much of the history as fits.
    mutating func prompt(_ question: String) -> Prompt {
        // A token is at least a byte, but for the few a tokenizer puts before the text.
        makeRoom(for: question.utf8.count + 2)
        return .text(turns.map(\.text).joined() + question + "\n")
    }

    /// The same for token ids.
    mutating func prompt(_ question: [Int32]) -> Prompt {
        makeRoom(for: question.count)
        return .tokenIDs(turns.flatMap(\.tokenIDs) + question)
    }

    /// Drops the oldest turn.
    ///
    /// - Returns: whether there was one.
    mutating func forgetOldest() -> Bool {
        guard !turns.isEmpty else { return false }
        turns.removeFirst()
        return true
    }

    /// Takes the answer to `question` into the history.
    mutating func append(_ question: String, _ answer: CompletionRecord) {
        append(text: question + "\n" + answer.text + "\n", tokenIDs: [], answer)
    }

    /// The same for token ids.
    mutating func append(_ question: [Int32], _ answer: CompletionRecord) {
        append(text: "", tokenIDs: question + answer.tokenIDs, answer)
    }

    private mutating func append(text: String, tokenIDs: [Int32], _ answer: CompletionRecord) {
        let before = turns.reduce(0) { $0 + $1.tokenCount }
        // What the target counted says how long the question was: no tokenizer is needed here.
        let all = answer.promptTokenCount + answer.outputTokenCount
        let tokenCount = tokenIDs.isEmpty ? max(0, all - before) : tokenIDs.count
        turns.append(Turn(text: text, tokenIDs: tokenIDs, tokenCount: tokenCount))
    }

    private mutating func makeRoom(for questionTokenCount: Int) {
        guard let contextLimit else { return }
        // A turn's last line end and the tokens where two turns meet may be counted differently
        // when they are encoded together.
        var length = turns.reduce(0) { $0 + $1.tokenCount + ($1.tokenIDs.isEmpty ? 2 : 0) }
        while length + questionTokenCount + maxTokens > contextLimit, let first = turns.first {
            length -= first.tokenCount + (first.tokenIDs.isEmpty ? 2 : 0)
            turns.removeFirst()
        }
    }
}
