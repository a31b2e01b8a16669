/// A text with a cursor, both in characters as a reader counts them.
struct LineBuffer: Sendable, Equatable {
    /// More than anybody types; what is pasted beyond it is left out.
    static let longestText = 100_000

    /// The text.
    private(set) var characters: [Character] = []
    /// Before which character the cursor stands.
    private(set) var cursor = 0

    init(_ text: String = "") {
        characters = Array(Self.cleaned(text).prefix(Self.longestText))
        cursor = characters.count
    }

    var text: String { String(characters) }
    var isEmpty: Bool { characters.isEmpty }

    // MARK: - Places

    /// Where the cursor's line begins and ends, its line break left out.
    var line: Range<Int> {
        let start = characters[..<cursor].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let end = characters[cursor...].firstIndex(of: "\n") ?? characters.count
        return start..<end
    }

    /// The end of the word at or behind the cursor.
    var wordEnd: Int {
        let start = characters[cursor...].firstIndex(where: \.isPartOfWord) ?? characters.count
        return characters[start...].firstIndex { !$0.isPartOfWord } ?? characters.count
    }

    /// The beginning of the word at or before the cursor.
    var wordStart: Int {
        let end = characters[..<cursor].lastIndex(where: \.isPartOfWord) ?? -1
        guard end >= 0 else { return 0 }
        return (characters[...end].lastIndex { !$0.isPartOfWord } ?? -1) + 1
    }

    /// The beginning of what stands before the cursor without blanks.
    var blankWordStart: Int {
        guard let end = characters[..<cursor].lastIndex(where: { !$0.isWhitespace }) else {
            return 0
        }
        return (characters[...end].lastIndex(where: \.isWhitespace) ?? -1) + 1
    }

    /// The same column of the line above (-1) or below (1); nil where there is none.
    func place(linesAway distance: Int) -> Int? {
        let line = self.line
        let column = cursor - line.lowerBound
        var other = self
        if distance < 0 {
            guard line.lowerBound > 0 else { return nil }
            other.cursor = line.lowerBound - 1
        } else {
            guard line.upperBound < characters.count else { return nil }
            other.cursor = line.upperBound + 1
        }
        return min(other.line.lowerBound + column, other.line.upperBound)
    }

    // MARK: - Changes

    /// Moves the cursor, at most to either end.
    mutating func move(to place: Int) { cursor = min(max(place, 0), characters.count) }

    /// Puts text at the cursor; marks that belong to the character before it join it.
    mutating func insert(_ text: String) {
        let room = Self.longestText - characters.count
        let added = Self.cleaned(text).prefix(max(room, 0))
        guard !added.isEmpty else { return }
        let before = characters[..<cursor].last.map { String($0) } ?? ""
        let after = characters[cursor...].first.map { String($0) } ?? ""
        let joined = Array(before + added + after)
        // What follows may have joined the new text as well: then the cursor stands behind it.
        let isApart = Array(before + added).count + (after.isEmpty ? 0 : 1) == joined.count
        let start = cursor - (before.isEmpty ? 0 : 1)
        let end = cursor + (after.isEmpty ? 0 : 1)
        characters.replaceSubrange(start..<end, with: joined)
        cursor = start + joined.count - (isApart && !after.isEmpty ? 1 : 0)
    }

    /// Takes characters out; the cursor stays at what it stood before.
    @discardableResult
    mutating func remove(_ range: Range<Int>) -> String {
        let range = range.clamped(to: 0..<characters.count)
        let removed = String(characters[range])
        characters.removeSubrange(range)
        if cursor >= range.upperBound {
            cursor -= range.count
        } else if cursor > range.lowerBound {
            cursor = range.lowerBound
        }
        return removed
    }

    /// Exchanges the two characters around the cursor, or the last two of the line.
    mutating func transpose() {
        let line = self.line
        guard line.count >= 2, cursor > line.lowerBound else { return }
        let second = min(cursor, line.upperBound - 1)
        characters.swapAt(second - 1, second)
        cursor = second + 1
    }

    /// One kind of line break, and no control characters but it and the tab.
    private static func cleaned(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            defer { isAfterReturn = scalar == "\r" }
            switch scalar.value {
            case 0x0A where isAfterReturn: continue
            case 0x0A, 0x0D, 0x2028, 0x2029, 0x85: result.append("\n")
            case 0x09: result.append(scalar)
            case 0..<0x20, 0x7F..<0xA0: continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Character {
    fileprivate var isPartOfWord: Bool { isLetter || isNumber || self == "_" }
}
