import OpenAIProtocol
import Sampling
import Tokenization

/// Names tokens in log-probabilities.
struct TokenTexts: Sendable {
    /// Nil for a model that takes token ids only; tokens are then named by id.
    let tokenizer: Tokenizer?
    /// Whether tokens are named `token_id:ID`.
    let byID: Bool

    /// A token's name in an answer.
    func name(_ id: Int32) -> String {
        byID || tokenizer == nil ? "token_id:\(id)" : text(id)
    }

    /// A token's text by itself; a part of a character shows as U+FFFD.
    func text(_ id: Int32) -> String {
        tokenizer.map { String(decoding: $0.bytes(of: id), as: UTF8.self) } ?? ""
    }

    /// The candidates as OpenAI lists them.
    func entries(_ top: [TokenLogprob]) -> [CompletionLogprobs.Entry] {
        top.map { CompletionLogprobs.Entry(token: name($0.tokenID), logprob: $0.logprob) }
    }

    /// The log-probabilities of a prompt as vLLM lists them.
    func promptLogprobs(_ positions: [PositionLogprobs?]) -> [[PromptLogprob]?] {
        positions.map { position in
            guard let position else { return nil }
            let chosen = position.chosen
            let others = position.top.filter { $0.tokenID != chosen.tokenID }
            return ([chosen] + others).map {
                PromptLogprob(
                    tokenID: $0.tokenID,
                    logprob: $0.logprob,
                    rank: $0.rank,
                    decodedToken: text($0.tokenID)
                )
            }
        }
    }
}

extension TokenTexts {
    /// A candidate as chat answers list it.
    func candidate(_ token: TokenLogprob) -> ChatTokenLogprob.Candidate {
        ChatTokenLogprob.Candidate(
            token: name(token.tokenID),
            bytes: tokenizer?.bytes(of: token.tokenID) ?? [],
            logprob: token.logprob
        )
    }
}
