import JSONDocuments

/// Log-probabilities of a completion's tokens, in OpenAI's first form: four lists of equal length.
public struct CompletionLogprobs: Sendable, Equatable {
    /// A token's text and its log-probability.
    public struct Entry: Sendable, Equatable {
        /// The token as text, or `token_id:ID`.
        public var token: String
        /// Natural logarithm; at least ``CompletionLogprobs/floor``.
        public var logprob: Float

        /// Makes an entry.
        public init(token: String, logprob: Float) {
            self.token = token
            self.logprob = logprob
        }
    }

    /// Stands for every smaller log-probability: JSON has no infinity.
    public static let floor: Float = -9999

    /// Where each token begins, in Unicode scalars from the start of the text.
    public private(set) var textOffsets: [Int] = []
    /// The chosen tokens' log-probabilities; nil for the first token of an echoed prompt.
    public private(set) var tokenLogprobs: [Float?] = []
    /// The chosen tokens.
    public private(set) var tokens: [String] = []
    /// The most likely tokens, the chosen one first; nil for the first token of an echoed prompt.
    public private(set) var topLogprobs: [[Entry]?] = []

    /// Four empty lists.
    public init() {}

    /// Adds a token.
    ///
    /// - Parameters:
    ///   - token: its text, or `token_id:ID`.
    ///   - textOffset: where it begins.
    ///   - logprob: nil for a token that nothing came before.
    ///   - top: the most likely tokens at this place, without regard to the chosen one.
    public mutating func append(
        token: String,
        textOffset: Int,
        logprob: Float?,
        top: [Entry]
    ) {
        textOffsets.append(textOffset)
        tokens.append(token)
        guard let logprob else {
            tokenLogprobs.append(nil)
            topLogprobs.append(nil)
            return
        }
        tokenLogprobs.append(logprob)
        // Two ids can have one text; a JSON object can have it once. The chosen token wins, then
        // the likelier.
        var entries = [Entry(token: token, logprob: logprob)]
        for entry in top where !entries.contains(where: { $0.token == entry.token }) {
            entries.append(entry)
        }
        topLogprobs.append(entries)
    }

    /// Adds the tokens of a later piece.
    public mutating func append(contentsOf next: CompletionLogprobs) {
        textOffsets += next.textOffsets
        tokenLogprobs += next.tokenLogprobs
        tokens += next.tokens
        topLogprobs += next.topLogprobs
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.name("text_offset")
            writer.array(textOffsets) { $0.integer($1) }
            writer.name("token_logprobs")
            writer.array(tokenLogprobs) { writer, logprob in
                if let logprob { writer.logprob(logprob) } else { writer.null() }
            }
            writer.name("tokens")
            writer.array(tokens) { $0.string($1) }
            writer.name("top_logprobs")
            writer.array(topLogprobs) { writer, entries in
                guard let entries else { return writer.null() }
                writer.object { writer in
                    for entry in entries {
                        writer.name(entry.token)
                        writer.logprob(entry.logprob)
                    }
                }
            }
        }
    }
}

/// One candidate for one position of the prompt.
public struct PromptLogprob: Sendable, Equatable {
    /// The candidate's id, the key it is listed under.
    public var tokenID: Int32
    /// Natural logarithm of its probability.
    public var logprob: Float
    /// 1 for the most likely token.
    public var rank: Int
    /// Its text.
    public var decodedToken: String

    /// Makes a candidate.
    public init(tokenID: Int32, logprob: Float, rank: Int, decodedToken: String) {
        self.tokenID = tokenID
        self.logprob = logprob
        self.rank = rank
        self.decodedToken = decodedToken
    }

    func write(to writer: inout JSONWriter) {
        writer.name(String(tokenID))
        writer.object { writer in
            writer.name("logprob")
            writer.logprob(logprob)
            writer.member("rank", rank)
            writer.member("decoded_token", decodedToken)
        }
    }
}

extension JSONWriter {
    /// Writes a log-probability, floored, so that it is always a number.
    mutating func logprob(_ value: Float) {
        number(value > CompletionLogprobs.floor ? value : CompletionLogprobs.floor)
    }
}
