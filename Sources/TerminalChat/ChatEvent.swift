/// Something that happens to a conversation on a terminal.
public enum ChatEvent: Sendable, Equatable {
    /// A key was pressed.
    case key(Key)
    /// A piece of the answer came.
    case piece(ChatPiece)
    /// The answer is over, or was cancelled.
    case answered
    /// There is no answer, or no more of it.
    case failed(ChatFailure)
    /// Somebody sent SIGINT, which means Ctrl-C.
    case interrupted
    /// The window may have another size.
    case resized
    /// Somebody sent SIGTSTP, which means Ctrl-Z.
    case suspensionAsked
    /// The process was stopped and goes on.
    case continued
    /// The terminal is gone.
    case closed
}

/// What a conversation wants done.
package enum ChatEffect: Sendable, Equatable {
    /// Answer this.
    case ask([ChatTurn], ChatSettings)
    /// End the answer.
    case cancel
    /// Stop the process as Ctrl-Z does.
    case suspend
    /// Take the terminal's settings again.
    case takeTerminal
    /// The conversation is over.
    case leave
}

/// The size of a window.
public struct WindowSize: Sendable, Equatable {
    /// Characters of a line.
    public var columns: Int
    /// Lines.
    public var rows: Int

    /// Makes a size.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}
