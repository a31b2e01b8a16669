import Synchronization

/// A conversation without a terminal: lines are questions, answers are written as they come.
///
/// Answers that go to a terminal are made harmless and wrapped; elsewhere they are the model's own
/// text, byte for byte, without its thoughts.
public struct PlainChat {
    /// Where things are written.
    public struct Output: Sendable {
        /// Takes answers.
        public var write: @Sendable ([UInt8]) -> Void
        /// Takes a line that is no part of an answer.
        public var note: @Sendable (String) -> Void
        /// The columns of the terminal that answers go to; nil where there is none.
        public var columns: Int?
        /// Whether colours and bold text may be used.
        public var isStyled: Bool

        /// Makes an output.
        public init(
            write: @escaping @Sendable ([UInt8]) -> Void,
            note: @escaping @Sendable (String) -> Void,
            columns: Int?,
            isStyled: Bool
        ) {
            self.write = write
            self.note = note
            self.columns = columns
            self.isStyled = isStyled
        }
    }

    private var session: ChatSession
    private let backend: any ChatBackend
    private let files: any ChatFiles
    private let output: Output

    /// Makes a conversation that has not begun.
    public init(
        session: ChatSession,
        backend: any ChatBackend,
        files: any ChatFiles,
        output: Output
    ) {
        self.session = session
        self.backend = backend
        self.files = files
        self.output = output
    }

    /// Takes lines until there are no more, or one says to leave.
    ///
    /// - Returns: whether everything went well.
    public mutating func run(_ nextLine: () -> String?) async -> Bool {
        var isGood = true
        while let line = nextLine() {
            let reply = session.take(line)
            if reply == .leave { break }
            if await !obey(reply) { isGood = false }
        }
        return isGood
    }

    /// Asks one question, whatever it begins with.
    ///
    /// - Returns: whether it was answered.
    public mutating func ask(_ question: String) async -> Bool {
        // One slash more than the question has: it is no command.
        await obey(session.take(question.hasPrefix("/") ? "/" + question : question))
    }

    private mutating func obey(_ reply: ChatSession.Reply) async -> Bool {
        switch reply {
        case .nothing, .leave: return true
        case .ask: return await answer()
        case .say(let text): output.note(VisibleText.lines(text))
        case .edit: output.note("The last question is taken back.")
        case .refuse(let text):
            output.note(VisibleText.lines(text))
            return false
        case .save(let path), .load(let path):
            do throws(ChatFileError) {
                output.note(try session.transfer(reply, path: path, files: files))
            } catch {
                output.note(VisibleText.lines(error.message))
                return false
            }
        }
        return true
    }

    private mutating func answer() async -> Bool {
        let state = Mutex(PlainAnswer(columns: output.columns, isStyled: output.isStyled))
        var failure: ChatFailure?
        do {
            try await backend.answer(session.request, session.settings) { [output] piece in
                output.write(Array(state.withLock { $0.take(piece) }.utf8))
            }
        } catch let error as ChatFailure {
            failure = error
        } catch {
            failure = ChatFailure("\(error)")
        }
        let (text, usage, rest) = state.withLock { ($0.text, $0.usage, $0.finish()) }
        output.write(Array(rest.utf8))
        session.finish(text, usage: usage, isCut: failure != nil)
        if let failure { output.note(VisibleText.lines(failure.message)) }
        return failure == nil
    }
}

/// An answer as far as it was written.
private struct PlainAnswer: Sendable {
    private(set) var text = ""
    private(set) var usage: ChatUsage?
    private var writer: TranscriptWriter?
    private var isThinking = false
    private var endsWithLineBreak = true

    init(columns: Int?, isStyled: Bool) {
        writer = columns.map { TranscriptWriter(columns: $0, isStyled: isStyled) }
    }

    /// What is to be written for a piece.
    mutating func take(_ piece: ChatPiece) -> String {
        switch piece {
        case .text(let more):
            text += more
            guard !more.isEmpty else { return "" }
            guard writer != nil else {
                endsWithLineBreak = more.unicodeScalars.last == "\n"
                return more
            }
            let gap = isThinking ? (writer?.finish() ?? "") + "\r\n" : ""
            isThinking = false
            return gap + (writer?.write(more) ?? "")
        case .thought(let more):
            guard writer != nil, !more.isEmpty else { return "" }
            isThinking = true
            return writer?.write(more, base: .dim) ?? ""
        case .end(let end):
            usage = end
            return ""
        }
    }

    /// What ends the answer's last line.
    mutating func finish() -> String { writer?.finish() ?? (endsWithLineBreak ? "" : "\n") }
}
