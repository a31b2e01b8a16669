/// Why sampling parameters were refused; the text names field, value and range.
public enum SamplingParameterError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A number outside its range, or not a number.
    case outOfRange(parameter: String, value: String, allowed: String)
    /// A list with too many entries.
    case tooMany(parameter: String, count: Int, limit: Int)
    /// A list that has to have an entry, or a string that has to have a character.
    case empty(parameter: String)
    /// A stop string of too many bytes.
    case tooLong(parameter: String, byteCount: Int, limit: Int)
    /// A token the model does not have.
    case unknownToken(parameter: String, tokenID: Int32, vocabularySize: Int)

    /// The field, as it is called in requests.
    public var parameter: String {
        switch self {
        case .outOfRange(let parameter, _, _), .tooMany(let parameter, _, _), .empty(let parameter),
            .tooLong(let parameter, _, _), .unknownToken(let parameter, _, _):
            parameter
        }
    }

    /// The kind of refusal without any value, for metrics.
    public var shortDescription: String {
        switch self {
        case .outOfRange: "out_of_range"
        case .tooMany: "too_many"
        case .empty: "empty"
        case .tooLong: "too_long"
        case .unknownToken: "unknown_token"
        }
    }

    /// One sentence for the caller.
    public var description: String {
        switch self {
        case .outOfRange(let parameter, let value, let allowed):
            "\(parameter) is \(value); it must be \(allowed)."
        case .tooMany(let parameter, let count, let limit):
            "\(parameter) has \(count) entries; at most \(limit) are allowed."
        case .empty(let parameter):
            "\(parameter) is empty or has an empty entry; leave it out instead."
        case .tooLong(let parameter, let byteCount, let limit):
            "\(parameter) has an entry of \(byteCount) bytes; at most \(limit) are allowed."
        case .unknownToken(let parameter, let tokenID, let vocabularySize):
            "\(parameter) names token \(tokenID); the model has tokens 0 to \(vocabularySize - 1)."
        }
    }
}
