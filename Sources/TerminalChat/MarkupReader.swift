/// Finds bold text, code and headings of Markdown while it comes, scalar by scalar.
///
/// It only tells the style of each scalar: nothing is taken away, so a wrong guess costs little.
struct MarkupReader: Sendable {
    /// Whether the text stands between lines of three backticks.
    private(set) var isInCodeBlock = false
    private var isBold = false
    private var isHeading = false
    /// How many backticks the code began with; 0 outside.
    private var codeMark = 0
    private var starCount = 0
    private var backtickCount = 0
    private var hashCount = 0
    private var isLineStart = true
    private var isFenceLine = false
    private var before: Unicode.Scalar = "\n"

    /// The style of the next scalar.
    mutating func style(of scalar: Unicode.Scalar) -> TextStyle {
        if scalar == "\n" {
            endLine()
            return []
        }
        if scalar == "`" {
            backtickCount += 1
            closeStars(before: scalar)
        } else {
            closeBackticks()
            if scalar == "*" { starCount += 1 } else { closeStars(before: scalar) }
        }
        readHeading(scalar)
        if scalar != "`" && scalar != "*" && scalar != " " { isLineStart = false }
        if scalar != "`" && scalar != "*" { before = scalar }
        return current
    }

    private var current: TextStyle {
        if isInCodeBlock || isFenceLine || codeMark > 0 || backtickCount > 0 { return .code }
        return isBold || isHeading || starCount > 1 ? .bold : []
    }

    private mutating func closeBackticks() {
        defer { backtickCount = 0 }
        guard backtickCount > 0 else { return }
        if isLineStart && backtickCount >= 3 && codeMark == 0 {
            isFenceLine = true
        } else if isInCodeBlock || isFenceLine {
            return
        } else if codeMark == 0 {
            codeMark = backtickCount
        } else if codeMark == backtickCount {
            codeMark = 0
        }
        isLineStart = false
    }

    private mutating func closeStars(before next: Unicode.Scalar) {
        defer { starCount = 0 }
        guard starCount >= 2, codeMark == 0, !isInCodeBlock, !isFenceLine else { return }
        if isBold {
            isBold = false
        } else {
            // It opens before a word and behind none: 2**3 is a power.
            let isBehindWord = before.properties.isAlphabetic || ("0"..."9").contains(before)
            isBold = next != " " && !isBehindWord
        }
        isLineStart = false
    }

    private mutating func readHeading(_ scalar: Unicode.Scalar) {
        if scalar == "#" && isLineStart && hashCount < 6 && before == "\n"
            || hashCount > 0 && scalar == "#"
        {
            hashCount += 1
        } else {
            if hashCount > 0 && scalar == " " && !isInCodeBlock { isHeading = true }
            hashCount = 0
        }
    }

    private mutating func endLine() {
        closeBackticks()
        if isFenceLine { isInCodeBlock.toggle() }
        isFenceLine = false
        isHeading = false
        // What is not closed on its line was no mark: a stray one must not colour all that follows.
        isBold = false
        codeMark = 0
        starCount = 0
        hashCount = 0
        isLineStart = true
        before = "\n"
    }
}
