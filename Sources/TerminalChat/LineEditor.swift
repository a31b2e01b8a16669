/// What a key asks for that the editor itself cannot do.
public enum LineAction: Sendable, Equatable {
    /// Nothing more; the text or the cursor may have changed.
    case edited
    /// The text is to be sent; the editor is empty now.
    case submit(String)
    /// Ctrl-C.
    case interrupt
    /// Ctrl-D without text.
    case end
    /// Ctrl-Z.
    case suspend
    /// Ctrl-L.
    case clearScreen
}

/// A text that is edited with keys: a state machine that knows no terminal.
///
/// The keys are those of Emacs and of every shell.
public struct LineEditor: Sendable {
    /// Gives what the text before the cursor may become; set by who knows the commands.
    public var completions: @Sendable (String) -> [String] = { _ in [] }
    /// What was sent before, oldest first.
    public var history: [String] = []
    /// Words under the text, such as what Tab found; any key takes them away.
    public var hint = ""

    var buffer = LineBuffer()
    /// Where in the history the text comes from; the history's count is the text's own place.
    var place = 0
    /// Texts that were changed and left, by their place.
    var leftTexts: [Int: LineBuffer] = [:]
    var search: HistorySearch?
    private var killed = ""
    private var undos: [LineBuffer] = []
    private var isTyping = false

    /// Makes an editor without text.
    public init(history: [String] = []) {
        self.history = history
        place = history.count
    }

    /// The text.
    public var text: String { buffer.text }
    /// Before which character the cursor stands.
    public var cursor: Int { buffer.cursor }

    /// Takes a text to edit in place of what is there.
    public mutating func begin(with text: String = "") {
        buffer = LineBuffer(text)
        place = history.count
        leftTexts = [:]
        undos = []
        search = nil
        hint = ""
        isTyping = false
    }

    /// What a key does.
    public mutating func take(_ key: Key) -> LineAction {
        hint = ""
        if search != nil, let action = takeInSearch(key) { return action }
        let before = buffer
        let wasTyping = isTyping
        isTyping = false
        let action = edit(key)
        if case .submit = action { return action }
        // A run of typed characters is undone in one go.
        if before.characters != buffer.characters, !Self.isUndo(key), !(wasTyping && isTyping) {
            remember(before)
        }
        return action
    }

    // MARK: - Keys

    private mutating func edit(_ key: Key) -> LineAction {
        switch (key.code, key.modifiers) {
        case (.enter, []): return enter()
        case (.enter, _): buffer.insert("\n")
        case (.pasted(let text), _): buffer.insert(text)
        case (.backspace, []), (.backspace, .shift):
            buffer.remove(buffer.cursor - 1..<buffer.cursor)
        case (.backspace, _): kill(buffer.wordStart..<buffer.cursor)
        case (.delete, []): buffer.remove(buffer.cursor..<buffer.cursor + 1)
        case (.delete, _): kill(buffer.cursor..<buffer.wordEnd)
        case (.left, let modifiers):
            moveLeft(byWord: !modifiers.isDisjoint(with: [.alt, .control]))
        case (.right, let modifiers):
            moveRight(byWord: !modifiers.isDisjoint(with: [.alt, .control]))
        case (.home, _): buffer.move(to: buffer.line.lowerBound)
        case (.end, _): buffer.move(to: buffer.line.upperBound)
        case (.up, _): move(lines: -1)
        case (.down, _): move(lines: 1)
        case (.tab, []): complete()
        case (.text(let scalar), let modifiers): return type(scalar, modifiers)
        case (.pageUp, _), (.pageDown, _), (.escape, _), (.tab, _): break
        }
        return .edited
    }

    private mutating func type(_ scalar: Unicode.Scalar, _ modifiers: Key.Modifiers) -> LineAction {
        if modifiers.contains(.control) { return control(scalar) }
        if modifiers.contains(.alt) {
            alt(scalar)
            return .edited
        }
        isTyping = true
        buffer.insert(String(Character(scalar)))
        return .edited
    }

    private mutating func control(_ scalar: Unicode.Scalar) -> LineAction {
        switch scalar {
        case "a": buffer.move(to: buffer.line.lowerBound)
        case "e": buffer.move(to: buffer.line.upperBound)
        case "b": moveLeft(byWord: false)
        case "f": moveRight(byWord: false)
        case "p": move(lines: -1)
        case "n": move(lines: 1)
        case "k": killToLineEnd()
        case "u": kill(buffer.line.lowerBound..<buffer.cursor)
        case "w": kill(buffer.blankWordStart..<buffer.cursor)
        case "y": buffer.insert(killed)
        case "t": buffer.transpose()
        case "_": undo()
        case "r": beginSearch()
        case "h": buffer.remove(buffer.cursor - 1..<buffer.cursor)
        case "c": return .interrupt
        case "l": return .clearScreen
        case "z": return .suspend
        case "d":
            if buffer.isEmpty { return .end }
            buffer.remove(buffer.cursor..<buffer.cursor + 1)
        default: break
        }
        return .edited
    }

    private mutating func alt(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "b", "B": buffer.move(to: buffer.wordStart)
        case "f", "F": buffer.move(to: buffer.wordEnd)
        case "d", "D": kill(buffer.cursor..<buffer.wordEnd)
        default: break
        }
    }

    // MARK: - What keys do

    /// A backslash at the very end asks for another line.
    private mutating func enter() -> LineAction {
        let slashes = buffer.characters.reversed().prefix { $0 == "\\" }.count
        if slashes % 2 == 1, buffer.cursor == buffer.characters.count {
            buffer.remove(buffer.cursor - 1..<buffer.cursor)
            buffer.insert("\n")
            return .edited
        }
        let text = buffer.text
        begin()
        return .submit(text)
    }

    private mutating func moveLeft(byWord: Bool) {
        buffer.move(to: byWord ? buffer.wordStart : buffer.cursor - 1)
    }

    private mutating func moveRight(byWord: Bool) {
        buffer.move(to: byWord ? buffer.wordEnd : buffer.cursor + 1)
    }

    /// Up and down inside the text, and beyond its ends through the history.
    private mutating func move(lines distance: Int) {
        if let place = buffer.place(linesAway: distance) {
            buffer.move(to: place)
        } else {
            recall(place + distance)
        }
    }

    private mutating func kill(_ range: Range<Int>) {
        let removed = buffer.remove(range)
        if !removed.isEmpty { killed = removed }
    }

    private mutating func killToLineEnd() {
        let end = buffer.line.upperBound
        // At the end of a line its line break goes.
        kill(buffer.cursor..<(buffer.cursor == end ? end + 1 : end))
    }

    private mutating func complete() {
        let before = String(buffer.characters[..<buffer.cursor])
        let found = completions(before)
        guard let first = found.first else { return }
        let shared = found.dropFirst().reduce(first) { $0.commonPrefix(with: $1) }
        if shared.count > before.count {
            buffer.remove(0..<buffer.cursor)
            buffer.insert(shared)
        }
        if found.count > 1 { hint = found.joined(separator: "  ") }
    }

    // MARK: - Undo

    private static func isUndo(_ key: Key) -> Bool { key == .control("_") }

    private mutating func remember(_ buffer: LineBuffer) {
        undos.append(buffer)
        // Each is a copy, so long texts have fewer.
        let limit = max(8, min(200, LineBuffer.longestText / max(1, buffer.characters.count)))
        if undos.count > limit { undos.removeFirst(undos.count - limit) }
    }

    private mutating func undo() {
        if let last = undos.popLast() { buffer = last }
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
