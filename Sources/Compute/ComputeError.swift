/// What a device can refuse.
public enum ComputeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system gave no memory for `purpose`.
    case outOfMemory(purpose: String, byteCount: Int)
    /// The instruction set asked for is unknown, or this CPU or this build has not got it.
    case instructionSetUnavailable(name: String, available: [String])

    /// What happened, where, and what to do.
    public var description: String {
        switch self {
        case .outOfMemory(let purpose, let byteCount):
            "The system has no \(byteCount) bytes for \(purpose). "
                + "Choose a smaller model, context or cache."
        case .instructionSetUnavailable(let name, let available):
            "The instruction set '\(name)' cannot be used here; "
                + "MARTLET_INSTRUCTION_SET may be \(available.joined(separator: ", "))."
        }
    }
}
