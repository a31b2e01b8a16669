import JSONDocuments

/// What a request cost, in tokens.
public struct Usage: Sendable, Equatable {
    /// Tokens of all prompts, each prompt once.
    public var promptTokens: Int
    /// Tokens generated, over all choices.
    public var completionTokens: Int
    /// Prompt tokens that came from the prefix cache.
    public var cachedTokens: Int

    /// Generated tokens that were thought, not said.
    public var reasoningTokens = 0

    /// Makes a bill.
    public init(promptTokens: Int, completionTokens: Int, cachedTokens: Int) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.cachedTokens = cachedTokens
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("prompt_tokens", promptTokens)
            writer.member("total_tokens", promptTokens + completionTokens)
            writer.member("completion_tokens", completionTokens)
            writer.name("prompt_tokens_details")
            writer.object { $0.member("cached_tokens", cachedTokens) }
            if reasoningTokens > 0 {
                writer.name("completion_tokens_details")
                writer.object { $0.member("reasoning_tokens", reasoningTokens) }
            }
        }
    }
}
