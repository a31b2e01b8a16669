/// A part of an answer in protocols that list thoughts, texts and calls one after another.
public struct AnswerBlock: Sendable, Equatable {
    /// What kind of part.
    public enum Kind: Sendable, Equatable {
        /// What the model thinks.
        case reasoning
        /// What it says.
        case text
        /// A tool it calls.
        case toolCall(id: String, name: String)
    }

    /// What kind of part.
    public var kind: Kind
    /// What is thought or said, or the JSON of the call's arguments.
    public var text: String

    /// Makes a block.
    public init(_ kind: Kind, text: String = "") {
        self.kind = kind
        self.text = text
    }
}

/// What happens to the blocks of an answer while it is written.
public enum AnswerBlockEvent: Sendable, Equatable {
    /// A block begins.
    case opened(index: Int, AnswerBlock.Kind)
    /// More of its text.
    case delta(index: Int, AnswerBlock.Kind, String)
    /// It is complete.
    case closed(index: Int, AnswerBlock)
}
