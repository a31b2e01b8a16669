/// Why packed weights cannot be taken from a file, or not be kept in one.
///
/// None of this keeps a model from being loaded: the checkpoint is there.
package enum WeightCacheError: Error, Equatable {
    /// There is no such file yet.
    case absent(path: String)
    /// The file is not what this model needs, or is damaged.
    case unusable(path: String, reason: String)
    /// The system refuses to write the file.
    case unwritable(path: String, reason: String)
    /// Another process, or another engine of this one, is writing the file.
    case busy(path: String)
}

extension WeightCacheError: CustomStringConvertible {
    /// One sentence for a person.
    package var description: String {
        switch self {
        case .absent(let path): "\(quoted(path)) is not there."
        case .unusable(let path, let reason): "\(quoted(path)) is not used: \(reason)."
        case .unwritable(let path, let reason): "\(quoted(path)) cannot be written: \(reason)."
        case .busy(let path): "\(quoted(path)) is being written by another process."
        }
    }
}
