/// Why a tokenizer could not be made.
public enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// A file is missing or cannot be read.
    case unreadable(path: String, reason: String)
    /// The text is not JSON, or a value in it is out of bounds.
    ///
    /// The offset counts bytes from the start of the file.
    case malformedJSON(file: String, offset: Int, reason: String)
    /// The JSON does not say what a tokenizer needs; the place is a path inside the file.
    case invalid(place: String, reason: String)
    /// The file asks for something this engine does not do.
    case unsupported(place: String, feature: String)

    /// What is wrong and where, in one sentence.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason):
            "\(path): cannot be read: \(reason)"
        case .malformedJSON(let file, let offset, let reason):
            "\(file), byte \(offset): \(reason)"
        case .invalid(let place, let reason):
            "\(place): \(reason)"
        case .unsupported(let place, let feature):
            "\(place): \(feature) is not supported"
        }
    }
}
