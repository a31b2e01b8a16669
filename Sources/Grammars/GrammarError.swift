/// Why a grammar cannot be compiled or followed.
///
/// `path` is where in the source: a JSON pointer as a fragment for a schema
/// (`#/properties/a/pattern`), else the way through the composed source (`sequence[1]`).
public enum GrammarError: Error, Hashable, CustomStringConvertible {
    /// A keyword, a construct or a format that is known and not supported.
    case unsupported(feature: String, path: String, reason: String)
    /// A value of the wrong kind or out of its range.
    case invalid(path: String, expected: String, got: String)
    /// A mistake in a regular expression; the offset counts characters.
    case malformedRegex(path: String, offset: Int, reason: String)
    /// A mistake in a GBNF grammar; lines count from one.
    case malformedGrammar(line: Int, reason: String)
    /// Something is larger than a limit.
    case tooLarge(path: String, what: String, limit: Int)
    /// Compiling took more steps or more time than allowed.
    case outOfFuel(path: String)
    /// No text at all can satisfy the source.
    case unsatisfiable(path: String)
    /// The vocabulary has no control token of this name.
    case unknownSpecialToken(name: String)
    /// Following the grammar took more work for one token than allowed.
    case tooAmbiguous

    /// What is wrong and where, in one sentence.
    public var description: String {
        switch self {
        case .unsupported(let feature, let path, let reason):
            "\(path): '\(feature)' is not supported: \(reason)."
        case .invalid(let path, let expected, let got):
            "\(path): expected \(expected), got \(got)."
        case .malformedRegex(let path, let offset, let reason):
            "\(path): the regular expression is malformed at character \(offset): \(reason)."
        case .malformedGrammar(let line, let reason):
            "The grammar is malformed in line \(line): \(reason)."
        case .tooLarge(let path, let what, let limit):
            "\(path): \(what) exceeds the limit of \(limit)."
        case .outOfFuel(let path):
            "\(path): compiling takes more work than the limit allows; simplify the source."
        case .unsatisfiable(let path):
            "\(path): no text can satisfy this."
        case .unknownSpecialToken(let name):
            "The vocabulary has no control token named '\(name)'."
        case .tooAmbiguous:
            "The grammar is too ambiguous to follow at this point; make its alternatives distinct."
        }
    }

    /// A short name without values, for a metric's label.
    public var shortDescription: String {
        switch self {
        case .unsupported: "unsupported"
        case .invalid: "invalid"
        case .malformedRegex: "malformed_regex"
        case .malformedGrammar: "malformed_grammar"
        case .tooLarge: "too_large"
        case .outOfFuel: "out_of_fuel"
        case .unsatisfiable: "unsatisfiable"
        case .unknownSpecialToken: "unknown_special_token"
        case .tooAmbiguous: "too_ambiguous"
        }
    }
}
