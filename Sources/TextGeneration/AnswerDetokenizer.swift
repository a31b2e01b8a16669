import Tokenization

/// Turns an answer's tokens into text that goes on where the prompt's text ends.
///
/// The decoder of a tokenizer may treat the first token of a text in a special way, such as
/// dropping its leading space. An answer does not begin a text, so the end of the prompt is decoded
/// before it.
struct AnswerDetokenizer {
    private var detokenizer: IncrementalDetokenizer
    private let tokenizer: Tokenizer
    /// Special tokens that leave text although others do not; nil if all leave text.
    private let visibleIDs: Set<Int32>?
    /// Text of the prompt that the detokenizer still holds back; it is no part of the answer.
    private var promptRest: String

    /// Decodes the end of the prompt, so that the answer can follow.
    init(
        _ tokenizer: Tokenizer,
        promptTail: some Sequence<Int32>,
        skipSpecialTokens: Bool,
        visibleSpecialTokenIDs: Set<Int32> = []
    ) {
        self.tokenizer = tokenizer
        visibleIDs = skipSpecialTokens ? visibleSpecialTokenIDs : nil
        detokenizer = IncrementalDetokenizer(
            tokenizer,
            skipSpecialTokens: skipSpecialTokens && visibleSpecialTokenIDs.isEmpty
        )
        promptRest = ""
        for id in promptTail where isVisible(id) { _ = detokenizer.append(id) }
        var copy = detokenizer
        promptRest = copy.finish()
    }

    /// The text that became certain with a token: whole characters, or nothing yet.
    mutating func append(_ id: Int32) -> String {
        isVisible(id) ? withoutPrompt(detokenizer.append(id)) : ""
    }

    private func isVisible(_ id: Int32) -> Bool {
        guard let visibleIDs, !visibleIDs.isEmpty else { return true }
        return visibleIDs.contains(id) || !tokenizer.isSpecial(id)
    }

    /// The text still held back.
    mutating func finish() -> String {
        withoutPrompt(detokenizer.finish())
    }

    private mutating func withoutPrompt(_ text: String) -> String {
        guard !promptRest.isEmpty, !text.isEmpty else { return text }
        defer { promptRest = "" }
        // A character that the prompt began and the answer completed is the answer's.
        guard text.utf8.starts(with: promptRest.utf8) else { return text }
        return String(decoding: text.utf8.dropFirst(promptRest.utf8.count), as: UTF8.self)
    }
}
