import JSONDocuments

/// The log-probability of one token of a chat answer, with those of the likeliest candidates.
public struct ChatTokenLogprob: Sendable, Equatable {
    /// A token and its log-probability.
    public struct Candidate: Sendable, Equatable {
        /// The token's text, or `token_id:ID`; what is not UTF-8 shows as U+FFFD.
        public var token: String
        /// The bytes of its text.
        public var bytes: [UInt8]
        /// Natural logarithm; written as at least ``CompletionLogprobs/floor``.
        public var logprob: Float

        /// Makes a candidate.
        public init(token: String, bytes: [UInt8], logprob: Float) {
            self.token = token
            self.bytes = bytes
            self.logprob = logprob
        }

        fileprivate func writeMembers(to writer: inout JSONWriter) {
            writer.member("token", token)
            writer.name("logprob")
            writer.logprob(logprob)
            writer.member("bytes", bytes.map { Int32($0) })
        }
    }

    /// The token that was chosen.
    public var chosen: Candidate
    /// The likeliest ones, best first; as many as were asked for.
    public var top: [Candidate]

    /// Makes an entry.
    public init(chosen: Candidate, top: [Candidate]) {
        self.chosen = chosen
        self.top = top
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            chosen.writeMembers(to: &writer)
            writer.name("top_logprobs")
            writer.array(top) { writer, candidate in
                writer.object { candidate.writeMembers(to: &$0) }
            }
        }
    }
}

extension JSONWriter {
    /// Writes `{"content": […]}`, or null where no log-probabilities were asked for.
    mutating func chatLogprobs(_ entries: [ChatTokenLogprob]?) {
        name("logprobs")
        guard let entries else { return null() }
        object { writer in
            writer.name("content")
            writer.array(entries) { $1.write(to: &$0) }
            writer.name("refusal")
            writer.null()
        }
    }
}
