public import FoundationEssentials
public import GRDB

/// A conversation, without what was said in it.
public struct Conversation: Codable, Sendable, Equatable {
    /// A UUID.
    public var id: String
    /// For lists.
    public var title: String
    /// What the model shall be and do; sent before everything else.
    public var instructions: String?
    /// When it was begun.
    public var createdAt: Date
    /// The first message that the model is still sent; 0 for all.
    var contextStart: Int64 = 0
}

/// Something that was said.
public struct Message: Codable, Sendable, Equatable {
    /// Who spoke.
    public enum Speaker: String, Codable, Sendable {
        case user
        case assistant
    }

    /// Whether this is all of it.
    public enum State: String, Codable, Sendable {
        case complete
        /// The client left, or the model server did, while the answer was being written.
        case interrupted
    }

    /// Its place: later messages have larger numbers.
    public var id: Int64?
    /// Where it was said.
    var conversationID: String
    /// Who spoke.
    public var speaker: Speaker
    /// What was said.
    public var content: String
    /// Whether this is all of it.
    public var state: State
    /// When.
    public var createdAt: Date
}

// MARK: - In the database

extension Conversation: FetchableRecord, PersistableRecord {}

extension Message: FetchableRecord, MutablePersistableRecord {
    /// Takes over the number that the database gave.
    public mutating func didInsert(_ inserted: InsertionSuccess) { id = inserted.rowID }
}
