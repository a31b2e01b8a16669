/// One message of a conversation.
public struct ChatTurn: Sendable, Equatable {
    /// Who speaks.
    public enum Role: String, Sendable {
        case system
        case user
        case assistant
    }

    /// Who speaks.
    public var role: Role
    /// What is said.
    public var text: String
    /// Whether the answer was cut off: by the user, or by a failure.
    public var isCut: Bool

    /// Makes a message.
    public init(_ role: Role, _ text: String, isCut: Bool = false) {
        self.role = role
        self.text = text
        self.isCut = isCut
    }
}
