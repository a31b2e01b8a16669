public import FoundationEssentials
public import GRDB

/// Conversations on disk.
///
/// What was said comes in turns: a question and its answer are stored together or not at all.
public struct ConversationStore: Sendable {
    private let database: any DatabaseWriter

    /// Brings a database to the present schema and uses it.
    public init(_ database: any DatabaseWriter) throws {
        self.database = database
        try Self.migrator.migrate(database)
    }

    /// Opens a file, or makes it.
    public init(path: String) throws {
        // A pool writes ahead into a log: who reads never waits for who writes.
        try self.init(DatabasePool(path: path))
    }

    /// The steps from an empty file to the present schema; a step that was released stays as it is.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("conversations and messages") { database in
            try database.create(table: "conversation") { table in
                table.primaryKey("id", .text)
                table.column("title", .text).notNull()
                table.column("instructions", .text)
                table.column("createdAt", .datetime).notNull().indexed()
                table.column("contextStart", .integer).notNull()
            }
            try database.create(table: "message") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("conversationID", .text).notNull()
                    .references("conversation", onDelete: .cascade)
                table.column("speaker", .text).notNull()
                table.column("content", .text).notNull()
                table.column("state", .text).notNull()
                table.column("createdAt", .datetime).notNull()
            }
            // Every query for messages is for those of one conversation, in order.
            try database.create(
                index: "messageOfConversation",
                on: "message",
                columns: ["conversationID", "id"]
            )
        }
        return migrator
    }

    // MARK: - Conversations

    /// Begins a conversation.
    public func create(
        title: String,
        instructions: String?,
        at date: Date
    ) async throws -> Conversation {
        let conversation = Conversation(
            id: UUID().uuidString.lowercased(),
            title: title,
            instructions: instructions,
            createdAt: date
        )
        try await database.write { try conversation.insert($0) }
        return conversation
    }

    /// The latest conversations, latest first.
    public func conversations(limit: Int) async throws -> [Conversation] {
        try await database.read { database in
            try Conversation.order(Column("createdAt").desc, Column.rowID.desc)
                .limit(limit).fetchAll(database)
        }
    }

    /// One conversation; nil if there is none of this id.
    public func conversation(_ id: String) async throws -> Conversation? {
        try await database.read { try Conversation.fetchOne($0, key: id) }
    }

    /// Deletes a conversation with all that was said; false if there is none of this id.
    public func delete(_ id: String) async throws -> Bool {
        try await database.write { try Conversation.deleteOne($0, key: id) }
    }

    // MARK: - Messages

    /// What was said, in order, from message number `start` on.
    public func messages(of id: String, from start: Int64 = 0) async throws -> [Message] {
        try await database.read { database in
            try Message.filter(Column("conversationID") == id && Column("id") >= start)
                .order(Column("id")).fetchAll(database)
        }
    }

    /// Stores a question and its answer, and what of the past the model is to be sent from now on.
    ///
    /// Synchronous on purpose: this is also called when the client has left, and then GRDB's
    /// asynchronous calls would end with their task.
    ///
    /// - Returns: the answer with its number; nil if the conversation was deleted meanwhile.
    func append(
        _ question: Message,
        _ answer: Message,
        after history: [Message]
    ) throws -> Message? {
        try database.write { database in
            var (question, answer) = (question, answer)
            let conversation = try Conversation.fetchOne(database, key: question.conversationID)
            guard var conversation else { return nil }
            try question.insert(database)
            try answer.insert(database)
            conversation.contextStart = history.first?.id ?? question.id ?? 0
            try conversation.update(database)
            return answer
        }
    }
}
