/// A search backwards through what was sent before, as Ctrl-R begins it.
struct HistorySearch: Sendable {
    /// What is looked for.
    var query = ""
    /// Where it was found.
    var place: Int
    /// Whether it is nowhere.
    var isFailing = false
    /// What stood in the editor, for who gives up.
    let before: LineBuffer
}

extension LineEditor {
    /// Shows another entry of the history; the text that is left waits at its place.
    mutating func recall(_ place: Int) {
        guard (0...history.count).contains(place) else { return }
        leftTexts[self.place] = buffer
        self.place = place
        buffer = leftTexts[place] ?? LineBuffer(place < history.count ? history[place] : "")
        buffer.move(to: buffer.characters.count)
    }

    mutating func beginSearch() {
        search = HistorySearch(place: history.count, before: buffer)
    }

    /// What a key does during a search; nil if the search ends and the key has its usual meaning.
    mutating func takeInSearch(_ key: Key) -> LineAction? {
        switch (key.code, key.modifiers) {
        case (.text("r"), .control):
            find(before: search?.place ?? 0)
        case (.text("g"), .control), (.text("c"), .control), (.escape, _):
            if let search { buffer = search.before }
            search = nil
        case (.backspace, _), (.text("h"), .control):
            if search?.query.isEmpty == false { search?.query.removeLast() }
            find(before: history.count)
        case (.text(let scalar), []):
            search?.query.unicodeScalars.append(scalar)
            // The place that fits so far may go on fitting.
            find(before: min((search?.place ?? 0) + 1, history.count))
        case (.pasted(let text), _):
            search?.query += text.prefix(200).filter { !$0.isNewline }
            find(before: history.count)
        default:
            search = nil
            return nil
        }
        return .edited
    }

    private mutating func find(before end: Int) {
        guard let query = search?.query, !query.isEmpty else { return }
        let found = history[..<end].lastIndex { $0.firstRange(of: query) != nil }
        search?.isFailing = found == nil
        guard let found else { return }
        search?.place = found
        place = found
        buffer = LineBuffer(history[found])
        if let range = history[found].firstRange(of: query) {
            buffer.move(
                to: history[found].distance(from: history[found].startIndex, to: range.lowerBound)
            )
        }
    }
}
