/// A conversation on a terminal: takes events, gives the bytes to write and what is to be done.
///
/// It knows no terminal, no clock and no thread, so a whole conversation can be played to it.
public struct ChatConsole: Sendable {
    /// Keys typed during an answer that wait for its end.
    private static let mostWaitingKeys = 4096

    /// An answer as far as it has come.
    private struct Answer {
        var text = ""
        var isThinking = false
        var usage: ChatUsage?
        var isCancelled = false
        var hasOutput = false
    }

    package private(set) var session: ChatSession
    package private(set) var editor: LineEditor
    private var history: History
    private let files: any ChatFiles
    private let notice: String?
    private let isStyled: Bool
    private var display: LineDisplay
    private var writer: TranscriptWriter
    private var size: WindowSize
    private var answer: Answer?
    private var waitingKeys: [Key] = []
    private var wasInterrupted = false
    private var hasNotedHistory = false
    private var output = ""

    /// Makes a conversation that has not begun.
    ///
    /// - Parameters:
    ///   - session: the conversation.
    ///   - notice: words about the model that users ought to know.
    ///   - history: what was asked before.
    ///   - files: where `/save` and `/load` find files.
    ///   - size: the window's.
    ///   - isStyled: whether colours and bold text may be used.
    public init(
        session: ChatSession,
        notice: String?,
        history: History,
        files: any ChatFiles,
        size: WindowSize,
        isStyled: Bool
    ) {
        self.session = session
        self.notice = notice
        self.history = history
        self.files = files
        self.size = size
        self.isStyled = isStyled
        editor = LineEditor(history: history.entries)
        editor.completions = { ChatCommand.completions($0) }
        display = LineDisplay(isStyled: isStyled)
        writer = TranscriptWriter(columns: size.columns, isStyled: isStyled)
    }

    /// Whether an answer is being written.
    package var isAnswering: Bool { answer != nil }

    /// The bytes to write since the last call.
    package mutating func takeOutput() -> [UInt8] {
        defer { output = "" }
        return Array(output.utf8)
    }

    /// Greets and shows the prompt.
    package mutating func begin() {
        var line = VisibleText.line(session.modelName)
        if let length = session.contextLength { line += ", context of \(length) tokens" }
        say(line + ". /help: commands and keys; Ctrl-D leaves.")
        if let notice { say(notice) }
        noteHistory()
        draw()
    }

    /// Takes what happened.
    package mutating func take(_ event: ChatEvent, size: WindowSize) -> [ChatEffect] {
        var effects: [ChatEffect] = []
        switch event {
        case .key(let key): take(key, &effects)
        case .interrupted: take(.control("c"), &effects)
        case .suspensionAsked: take(.control("z"), &effects)
        case .piece(let piece): take(piece)
        case .answered: endAnswer(failure: nil)
        case .failed(let failure): endAnswer(failure: failure)
        case .resized: resize(to: size)
        case .continued:
            effects.append(.takeTerminal)
            // The shell has written since, so nothing of the old rows can be relied on.
            display.forget()
            resize(to: size)
        case .closed:
            effects += isAnswering ? [.cancel, .leave] : [.leave]
        }
        // Keys typed during the answer have their turn now.
        while !isAnswering, !waitingKeys.isEmpty, !effects.contains(.leave) {
            take(waitingKeys.removeFirst(), &effects)
        }
        return effects
    }

    // MARK: - Keys

    private mutating func take(_ key: Key, _ effects: inout [ChatEffect]) {
        if isAnswering {
            takeDuringAnswer(key, &effects)
            return
        }
        let shown = editor.view
        let action = editor.take(key)
        if action != .interrupt { wasInterrupted = false }
        switch action {
        case .edited: draw()
        case .submit(let line): submit(line, shown, &effects)
        case .interrupt: interrupt(&effects)
        case .end: leave(&effects)
        case .suspend:
            output += display.erase()
            effects.append(.suspend)
        case .clearScreen:
            output += "\u{1B}[H\u{1B}[2J"
            display.forget()
            draw()
        }
    }

    private mutating func takeDuringAnswer(_ key: Key, _ effects: inout [ChatEffect]) {
        if key == .control("c") {
            guard answer?.isCancelled == false else { return }
            answer?.isCancelled = true
            waitingKeys = []
            effects.append(.cancel)
        } else if key == .control("z") {
            effects.append(.suspend)
        } else if waitingKeys.count < Self.mostWaitingKeys {
            waitingKeys.append(key)
        }
    }

    private mutating func interrupt(_ effects: inout [ChatEffect]) {
        let wasEmpty = editor.text.isEmpty
        if wasEmpty && wasInterrupted { return leave(&effects) }
        editor.begin()
        wasInterrupted = wasEmpty
        if wasEmpty { editor.hint = "Ctrl-C again leaves." }
        draw()
    }

    private mutating func leave(_ effects: inout [ChatEffect]) {
        editor.begin()
        draw()
        output += display.finish()
        effects.append(.leave)
    }

    private mutating func submit(
        _ line: String,
        _ shown: LineView,
        _ effects: inout [ChatEffect]
    ) {
        var view = LineView(characters: shown.characters)
        view.cursor = view.characters.count
        show(view)
        output += display.finish()
        history.add(line)
        noteHistory()
        editor.history = history.entries
        editor.begin()
        obey(session.take(line), &effects)
    }

    /// Says once if the history is not kept.
    private mutating func noteHistory() {
        guard let note = history.note, !hasNotedHistory else { return }
        hasNotedHistory = true
        say(note)
    }

    private mutating func obey(_ reply: ChatSession.Reply, _ effects: inout [ChatEffect]) {
        switch reply {
        case .nothing: break
        case .ask:
            answer = Answer()
            writer = TranscriptWriter(columns: size.columns, isStyled: isStyled)
            output += styled("…", .dim)
            effects.append(.ask(session.request, session.settings))
            return
        case .say(let text): say(text)
        case .refuse(let text): say(text, .failure)
        case .edit(let text): editor.begin(with: text)
        case .save(let path), .load(let path): transfer(reply, path)
        case .leave:
            effects.append(.leave)
            return
        }
        draw()
    }

    private mutating func transfer(_ reply: ChatSession.Reply, _ path: String) {
        do throws(ChatFileError) {
            say(try session.transfer(reply, path: path, files: files))
        } catch {
            say(error.message, .failure)
        }
    }

    // MARK: - The answer

    private mutating func take(_ piece: ChatPiece) {
        guard answer != nil, answer?.isCancelled == false else { return }
        switch piece {
        case .text(let text):
            guard !text.isEmpty else { return }
            clearWaitingMark()
            if answer?.isThinking == true {
                answer?.isThinking = false
                output += writer.finish() + "\r\n"
            }
            answer?.text += text
            output += writer.write(text)
        case .thought(let text):
            guard !text.isEmpty else { return }
            clearWaitingMark()
            answer?.isThinking = true
            output += writer.write(text, base: .dim)
        case .end(let usage):
            answer?.usage = usage
        }
    }

    private mutating func clearWaitingMark() {
        guard answer?.hasOutput == false else { return }
        answer?.hasOutput = true
        output += "\r\u{1B}[K"
    }

    private mutating func endAnswer(failure: ChatFailure?) {
        guard let answer else { return }
        clearWaitingMark()
        self.answer = nil
        output += writer.finish()
        // A cancelled call fails in whichever way it happens to.
        let failure = answer.isCancelled ? nil : failure
        let isCut = failure != nil || (answer.isCancelled && answer.usage == nil)
        session.finish(answer.text, usage: answer.usage, isCut: isCut)
        if let failure {
            say(failure.advice, .failure)
            // Nothing was answered: the question comes back, to be sent again or changed. Where
            // something else is typed already, /retry asks it again.
            if let question = session.question, waitingKeys.isEmpty {
                editor.begin(with: question)
            }
        } else if isCut {
            say(answer.text.isEmpty ? "[cancelled]" : "[cut]")
        } else if let summary = answer.usage?.summary, !summary.isEmpty {
            say("[\(summary)]")
        }
        output += "\r\n"
        draw()
    }

    // MARK: - The screen

    private mutating func resize(to size: WindowSize) {
        if !isAnswering { output += display.erase(afterResizeTo: size.columns) }
        self.size = size
        writer.columns = size.columns
        if !isAnswering { draw() }
    }

    private mutating func draw() { show(editor.view) }

    private mutating func show(_ view: LineView) {
        output += display.draw(view, columns: size.columns, rows: size.rows)
    }

    /// Writes a note on lines of its own, above the prompt.
    private mutating func say(_ text: String, _ style: TextStyle = .dim) {
        output += display.erase()
        var notes = TranscriptWriter(columns: size.columns, isStyled: false)
        output += styled(notes.write(VisibleText.lines(text)), style) + notes.finish()
    }

    private func styled(_ text: String, _ style: TextStyle) -> String {
        isStyled ? style.around(text) : text
    }
}
