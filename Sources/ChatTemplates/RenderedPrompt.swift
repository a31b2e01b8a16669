/// The text of a prompt, and which parts of it came out of the request.
///
/// A special token's text inside an input run was written by a user; it must be encoded as plain
/// text, never as the token.
public struct RenderedPrompt: Sendable, Equatable {
    /// A part of the text that has one origin.
    public struct Run: Sendable, Equatable {
        /// The text; never empty.
        public var text: String
        /// Whether it came out of the request's data.
        public var isInput: Bool

        /// Makes a run.
        public init(text: String, isInput: Bool) {
            self.text = text
            self.isInput = isInput
        }
    }

    /// The parts in order; neighbours differ in origin.
    public var runs: [Run]

    /// Makes a prompt of its parts.
    public init(runs: [Run]) { self.runs = runs }

    /// The whole text.
    public var text: String { runs.reduce(into: "") { $0 += $1.text } }
}
