/// Writes a model's answer to a terminal while it comes.
///
/// Nothing of the text reaches the terminal as a command: see ``VisibleText``. Words stay whole:
/// one that turns out not to fit is taken back and written again on the next line. Bold text and
/// code stand out, and keep their marks, so that what is copied is what the model wrote.
package struct TranscriptWriter: Sendable {
    /// A scalar that may have to move to the next line.
    private struct Letter {
        var scalar: Unicode.Scalar
        var style: TextStyle
        var width: Int
    }

    /// More marks on one letter than any language has; a terminal may be slow with thousands.
    private static let mostMarks = 16

    /// Columns of the window; the last one stays free.
    package var columns: Int
    private let isStyled: Bool
    private var marks = MarkupReader()
    private var output = ""
    private var style = TextStyle()
    private var column = 0
    private var word: [Letter] = []
    private var wordWidth = 0
    private var previous: Unicode.Scalar?
    private var markCount = 0

    /// Begins at the beginning of a line.
    package init(columns: Int, isStyled: Bool) {
        self.columns = columns
        self.isStyled = isStyled
    }

    /// Whether the cursor stands at the beginning of a line.
    var isAtLineStart: Bool { column == 0 }

    /// The bytes for more of the answer.
    package mutating func write(_ text: String, base: TextStyle = []) -> String {
        for scalar in text.unicodeScalars {
            let style = isStyled ? base.union(marks.style(of: scalar)) : []
            put(scalar, style, isCodeBlock: marks.isInCodeBlock)
        }
        return takeOutput()
    }

    /// The bytes that end the answer: its line, and its style.
    package mutating func finish() -> String {
        switchStyle(to: [])
        if column > 0 { endLine() }
        marks = MarkupReader()
        return takeOutput()
    }

    private mutating func takeOutput() -> String {
        defer { output = "" }
        return output
    }

    // MARK: - Placing

    private var limit: Int { max(columns - 1, 4) }

    private mutating func put(_ scalar: Unicode.Scalar, _ style: TextStyle, isCodeBlock: Bool) {
        switch scalar {
        case "\n":
            endLine()
        case "\r":
            return
        case "\t":
            repeat { putBlank(" ", style) } while column % 4 != 0 && column < limit
        default:
            guard let shown = VisibleText.shown(scalar) else { return }
            if shown == " " { return putBlank(shown, style) }
            let width = DisplayWidth.of(shown, after: previous)
            markCount = width == 0 ? markCount + 1 : 0
            guard markCount <= Self.mostMarks else { return }
            makeRoom(for: width, isCodeBlock: isCodeBlock)
            emit(Letter(scalar: shown, style: style, width: width))
            // A line may break on either side of a wide letter, and anywhere in code.
            if width == 2 || isCodeBlock { forgetWord() }
        }
    }

    private mutating func putBlank(_ blank: Unicode.Scalar, _ style: TextStyle) {
        forgetWord()
        // A blank at the edge is what the line breaks at.
        guard column < limit else { return endLine() }
        emit(Letter(scalar: blank, style: style, width: 1))
        forgetWord()
    }

    private mutating func makeRoom(for width: Int, isCodeBlock: Bool) {
        guard column + width > limit, width > 0 else { return }
        let moved = word
        let movedWidth = wordWidth
        let isMovable = column > movedWidth && movedWidth + width <= limit
        if isMovable && movedWidth > 0 { output += "\u{1B}[\(movedWidth)D\u{1B}[K" }
        endLine()
        if isMovable { for letter in moved { emit(letter) } }
    }

    private mutating func emit(_ letter: Letter) {
        switchStyle(to: letter.style)
        output.unicodeScalars.append(letter.scalar)
        column += letter.width
        previous = letter.scalar
        word.append(letter)
        wordWidth += letter.width
    }

    private mutating func endLine() {
        output += "\r\n"
        column = 0
        previous = nil
        forgetWord()
    }

    private mutating func forgetWord() {
        word.removeAll(keepingCapacity: true)
        wordWidth = 0
    }

    private mutating func switchStyle(to style: TextStyle) {
        guard style != self.style else { return }
        output += style.sequence
        self.style = style
    }
}
