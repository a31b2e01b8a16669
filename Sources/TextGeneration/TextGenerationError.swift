public import ChatTemplates
public import Grammars
public import Inference

/// Why a text request was not taken.
public enum TextGenerationError: Error, Sendable {
    /// A text prompt or a stop string for a model folder without a tokenizer.
    case noTokenizer(field: String)
    /// A conversation for a model whose chat template is missing or broken; the text says which.
    case noChatTemplate(String)
    /// The model's chat template objects to the conversation.
    case template(ChatTemplateError)
    /// The form that the answer is to have cannot be kept.
    case grammar(GrammarError)
    /// The engine's word: an invalid request, overload or shutdown.
    case engine(EngineError)
    /// The answer came to a point where what was asked for allows nothing more.
    case deadEnd(String)
    /// The model failed on this request, such as by logits that are not numbers.
    case failed(String)

    /// One sentence for the caller.
    public var message: String {
        switch self {
        case .noTokenizer(let field):
            "This model was loaded from a folder without tokenizer.json: '\(field)' takes token "
                + "ids only. Put the model's tokenizer.json into the folder to use text."
        case .noChatTemplate(let reason): reason
        case .template(let error):
            "The model's chat template refuses the conversation: \(error.description)"
        case .grammar(let error): error.description
        case .engine(let error): error.message
        case .failed(let text), .deadEnd(let text): text
        }
    }

    /// The request field that is wrong, where there is one.
    public var parameter: String? {
        switch self {
        case .noTokenizer(let field): field
        case .noChatTemplate, .template: "messages"
        case .grammar: nil
        case .engine(let error): error.parameter
        case .failed, .deadEnd: nil
        }
    }
}

extension TextGenerationError: CustomStringConvertible {
    /// The ``message``.
    public var description: String { message }
}
