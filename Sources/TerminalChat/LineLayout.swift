/// A row of the screen.
struct LayoutRow: Sendable, Equatable {
    /// What is written, styles included.
    var text = ""
    /// Columns.
    var width = 0
}

/// A text broken into rows of the screen.
struct LineLayout: Sendable {
    /// The rows, the hint's included.
    private(set) var rows: [LayoutRow] = [LayoutRow()]
    /// Where the cursor stands.
    private(set) var cursorRow = 0
    /// Where the cursor stands.
    private(set) var cursorColumn = 0
    private let limit: Int

    /// Breaks a text.
    init(_ view: LineView, columns: Int, isStyled: Bool) {
        // The last column stays free: a row that fills it leaves the cursor in a doubtful place.
        limit = max(columns - 1, 4)
        begin(view.prompt, isStyled: isStyled)
        for (index, character) in view.characters.enumerated() {
            if index == view.cursor { placeCursor(before: character) }
            if character == "\n" {
                rows.append(LayoutRow())
                begin(view.continuation, isStyled: isStyled)
            } else {
                add(Self.drawn(character))
            }
        }
        if view.cursor >= view.characters.count { placeCursor(before: nil) }
        addHint(view.hint, isStyled: isStyled)
    }

    private mutating func begin(_ prompt: String, isStyled: Bool) {
        // A prompt that is too long for the window loses its beginning.
        var shown = prompt[...]
        while DisplayWidth.of(shown) > max(limit - 4, 0) && !shown.isEmpty { shown.removeFirst() }
        let text = isStyled ? TextStyle.bold.around(String(shown)) : String(shown)
        rows[rows.count - 1] = LayoutRow(text: text, width: DisplayWidth.of(shown))
    }

    private mutating func add(_ text: String) {
        let width = DisplayWidth.of(text)
        if rows[rows.count - 1].width + width > limit { rows.append(LayoutRow()) }
        rows[rows.count - 1].text += text
        rows[rows.count - 1].width += width
    }

    private mutating func placeCursor(before character: Character?) {
        let width = character.map { $0 == "\n" ? 0 : DisplayWidth.of(Self.drawn($0)) } ?? 0
        // What does not fit any more stands at the beginning of the next row.
        let isBroken = rows[rows.count - 1].width + width > limit
        cursorRow = rows.count - (isBroken ? 0 : 1)
        cursorColumn = isBroken ? 0 : rows[rows.count - 1].width
    }

    private mutating func addHint(_ hint: String, isStyled: Bool) {
        guard !hint.isEmpty else { return }
        var line = ""
        var width = 0
        for character in VisibleText.line(hint) {
            width += DisplayWidth.of(character)
            if width > limit { break }
            line.append(character)
        }
        let text = isStyled ? TextStyle.dim.around(line) : line
        rows.append(LayoutRow(text: text, width: min(width, limit)))
    }

    /// What is written for a character.
    private static func drawn(_ character: Character) -> String {
        character == "\t" ? "    " : VisibleText.line(String(character))
    }
}
