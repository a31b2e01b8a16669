/// What stands at the prompt.
package struct LineView: Sendable, Equatable {
    /// Before the first line.
    var prompt = "> "
    /// Before the lines that follow.
    var continuation = ". "
    /// The text.
    var characters: [Character] = []
    /// Before which character the cursor stands.
    var cursor = 0
    /// Words under the text.
    var hint = ""
}

extension LineEditor {
    /// What is shown of the editor.
    package var view: LineView {
        var view = LineView(characters: buffer.characters, cursor: buffer.cursor, hint: hint)
        if let search {
            let state = search.isFailing ? "not found" : "search"
            view.prompt = "(\(state)) \(VisibleText.line(search.query)): "
        }
        return view
    }
}

/// Draws a text of several rows with its cursor, and draws only what has changed.
///
/// Rows are broken here, one column before the window's edge, so that nothing depends on how a
/// terminal breaks them. A text with more rows than the window is shown around its cursor.
package struct LineDisplay: Sendable {
    private let isStyled: Bool
    private var shown: [LayoutRow] = []
    private var cursorRow = 0
    private var cursorColumn = 0
    private var firstRow = 0

    /// Shows nothing yet.
    package init(isStyled: Bool) { self.isStyled = isStyled }

    /// The bytes that make the screen show a text; the cursor may be moved by nobody else between.
    package mutating func draw(_ view: LineView, columns: Int, rows: Int) -> String {
        let layout = LineLayout(view, columns: columns, isStyled: isStyled)
        let window = max(rows - 1, 1)
        firstRow = min(firstRow, max(layout.rows.count - window, 0))
        if layout.cursorRow < firstRow { firstRow = layout.cursorRow }
        if layout.cursorRow >= firstRow + window { firstRow = layout.cursorRow - window + 1 }
        let next = Array(layout.rows[firstRow...].prefix(window))
        var output = change(to: next)
        let row = layout.cursorRow - firstRow
        output += move(to: row)
        cursorColumn = layout.cursorColumn
        output += "\r" + (cursorColumn > 0 ? "\u{1B}[\(cursorColumn)C" : "")
        return output
    }

    /// Leaves the text where it is; what is written next stands under it.
    package mutating func finish() -> String {
        guard !shown.isEmpty else { return "" }
        let output = move(to: shown.count - 1) + "\r\n"
        forget()
        return output
    }

    /// Takes the text away.
    package mutating func erase() -> String {
        guard !shown.isEmpty else { return "" }
        let output = move(to: 0) + "\r\u{1B}[J"
        forget()
        return output
    }

    /// Takes the text away from a window of another width.
    ///
    /// Most terminals break rows that have become too long; then they take more rows than before.
    package mutating func erase(afterResizeTo columns: Int) -> String {
        guard !shown.isEmpty else { return "" }
        let columns = max(columns, 1)
        let rowsAbove = shown.prefix(cursorRow).reduce(cursorColumn / columns) { count, row in
            count + max(1, (row.width + columns - 1) / columns)
        }
        forget()
        return (rowsAbove > 0 ? "\u{1B}[\(rowsAbove)A" : "") + "\r\u{1B}[J"
    }

    /// The screen was cleared by somebody else.
    package mutating func forget() {
        shown = []
        cursorRow = 0
        cursorColumn = 0
        firstRow = 0
    }

    // MARK: - Parts

    private mutating func move(to row: Int) -> String {
        defer { cursorRow = row }
        if row < cursorRow { return "\u{1B}[\(cursorRow - row)A" }
        return row > cursorRow ? "\u{1B}[\(row - cursorRow)B" : ""
    }

    private mutating func change(to next: [LayoutRow]) -> String {
        var output = ""
        for (index, row) in next.enumerated() where index >= shown.count || shown[index] != row {
            if index < shown.count || shown.isEmpty {
                output += shown.isEmpty ? "" : move(to: index)
            } else {
                // Below the last row: only a line break can make the window scroll.
                output += move(to: index - 1) + "\r\n"
                cursorRow = index
            }
            output += "\r" + row.text + "\u{1B}[K"
            if index < shown.count { shown[index] = row } else { shown.append(row) }
        }
        if shown.count > next.count {
            output += move(to: next.count) + "\r\u{1B}[J"
            shown.removeLast(shown.count - next.count)
        }
        return output
    }
}
