import Synchronization

/// Which conversations wait for an answer: one question at a time, or the order would be chance.
final class OpenTurns: Sendable {
    private let ids = Mutex<Set<String>>([])

    /// A conversation's place to speak, held until it is let go.
    ///
    /// A class, so that no way out of a request can forget to give it back.
    final class Turn: Sendable {
        private let turns: OpenTurns
        private let id: String

        fileprivate init(_ turns: OpenTurns, _ id: String) {
            self.turns = turns
            self.id = id
        }

        deinit { _ = turns.ids.withLock { $0.remove(id) } }
    }

    /// Takes a conversation's turn.
    ///
    /// - Throws: ``ConversationError/busy`` while somebody has it.
    func begin(_ id: String) throws(ConversationError) -> Turn {
        let isFree = ids.withLock { $0.insert(id).inserted }
        guard isFree else { throw .busy }
        return Turn(self, id)
    }
}
