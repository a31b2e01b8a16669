/// Why a template cannot be read or rendered.
public enum ChatTemplateError: Error, Sendable, Equatable {
    /// The source is not a template we can read.
    case syntax(line: Int, reason: String)
    /// The template itself refused the messages, with `raise_exception`.
    case raised(line: Int, message: String)
    /// Something that is not there was used as if it were.
    case undefined(line: Int, what: String)
    /// A value does not go with what is done to it.
    case type(line: Int, reason: String)
    /// The template wanted more than it may have.
    case limit(line: Int, which: TemplateLimit, limit: Int)

    /// The line of the source, counted from 1; 0 where no line is at fault.
    public var line: Int {
        switch self {
        case .syntax(let line, _), .raised(let line, _), .undefined(let line, _),
            .type(let line, _), .limit(let line, _, _):
            line
        }
    }

    /// The error's name for metrics; holds no value of the request.
    public var shortDescription: String {
        switch self {
        case .syntax: "template syntax"
        case .raised: "refused by the template"
        case .undefined: "undefined in the template"
        case .type: "type error in the template"
        case .limit(_, let which, _): "template limit \(which.rawValue)"
        }
    }
}

extension ChatTemplateError: CustomStringConvertible {
    /// One sentence: where, what, and what to do.
    public var description: String {
        switch self {
        case .syntax(let line, let reason):
            "The chat template cannot be read: \(reason) on line \(line); correct the template."
        case .raised(_, let message):
            "The chat template refuses these messages: \(message)"
        case .undefined(let line, let what):
            "The chat template needs something that is missing on line \(line): \(what); "
                + "send it, or use another template."
        case .type(let line, let reason):
            "The chat template cannot take these values on line \(line): \(reason); "
                + "check the form of the messages."
        case .limit(let line, let which, let limit):
            "The chat template exceeds the limit \(which.rawValue) = \(limit) on line \(line); "
                + "send less, or use another template."
        }
    }
}
