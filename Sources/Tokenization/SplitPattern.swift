/// One alternative of a split pattern, matched forwards from one place without backtracking.
enum SplitAlternative: Sendable {
    /// `first? body{least,most} trailing*`; no character is in two of the sets unless it is in
    /// `first` and `body`, in which case `first` is tried with the character and without it.
    case run(
        first: ScalarSet?,
        body: ScalarSet,
        least: Int = 1,
        most: Int = .max,
        trailing: ScalarSet? = nil
    )
    /// `'s|'t|'re|'ve|'m|'ll|'d`.
    case contraction(ignoringCase: Bool)
    /// `\s*[\r\n]+`: white space up to the last line break of its run.
    case whitespaceToNewline
    /// `\s+(?!\S)`: white space, without its last character if something follows.
    case whitespaceBeforeWhitespace
    /// `[^\r\n\p{L}\p{N}]?` and a word whose capitals come first, `contraction?` behind it.
    ///
    /// `endsLower`: `[Lu Lt Lm Lo M]*[Ll Lm Lo M]+`, otherwise `[Lu Lt Lm Lo M]+[Ll Lm Lo M]*`.
    case cased(endsLower: Bool, contraction: Bool)
    /// `[punctuation][A-Za-z]+`: exactly one character of the first set, then a run.
    case oneThenRun(ScalarSet, ScalarSet)
    /// `\A +`: a run at the start of the text.
    case runAtStart(ScalarSet)
    /// ` +\z`: a run at the end of the text.
    case runAtEnd(ScalarSet)
}

/// What cuts a text into matches and what lies between them.
enum SplitPattern: Sendable {
    case literal([UInt8])
    case alternatives([SplitAlternative])

    /// GPT-2's pattern, which `ByteLevel` uses by itself.
    static let gpt2 = SplitPattern.alternatives([
        .contraction(ignoringCase: false),
        .run(first: .space, body: .letters),
        .run(first: .space, body: .numbers),
        .run(first: .space, body: !(.whitespace | .letters | .numbers)),
        .whitespaceBeforeWhitespace,
        .run(first: nil, body: .whitespace),
    ])

    /// Each character of a set by itself.
    static func each(_ set: ScalarSet) -> SplitPattern {
        .alternatives([.run(first: nil, body: set, most: 1)])
    }
}

/// Finds matches of a pattern in a text.
struct SplitMatcher {
    let bytes: [UInt8]
    let classes: ScalarClasses
    let range: Range<Int>

    /// Calls `body` for matches and gaps in turn, which together are the whole range.
    func forEach(_ pattern: SplitPattern, _ body: (Range<Int>, _ isMatch: Bool) -> Void) {
        var gapStart = range.lowerBound
        var index = range.lowerBound
        while index < range.upperBound {
            let end: Int
            switch pattern {
            case .literal(let text): end = literalEnd(text, at: index)
            case .alternatives(let alternatives): end = matchEnd(alternatives, at: index)
            }
            if end > index {
                if gapStart < index { body(gapStart..<index, false) }
                body(index..<end, true)
                index = end
                gapStart = end
            } else {
                index += classes.at(index, in: bytes).byteCount
            }
        }
        if gapStart < index { body(gapStart..<index, false) }
    }

    private func literalEnd(_ text: [UInt8], at index: Int) -> Int {
        guard range.upperBound - index >= text.count else { return index }
        for offset in text.indices where bytes[index + offset] != text[offset] { return index }
        return index + text.count
    }

    /// The end of the first alternative that matches at `index`, or `index`.
    private func matchEnd(_ alternatives: [SplitAlternative], at index: Int) -> Int {
        for alternative in alternatives {
            let end = matchEnd(alternative, at: index)
            if end > index { return end }
        }
        return index
    }

    private func matchEnd(_ alternative: SplitAlternative, at index: Int) -> Int {
        switch alternative {
        case .run(let first, let body, let least, let most, let trailing):
            return runEnd(first, body, least, most, trailing, at: index)
        case .contraction(let ignoringCase):
            return contractionEnd(at: index, ignoringCase: ignoringCase)
        case .whitespaceToNewline:
            return whitespaceToNewlineEnd(at: index)
        case .whitespaceBeforeWhitespace:
            return whitespaceBeforeWhitespaceEnd(at: index)
        case .cased(let endsLower, let contraction):
            let end = casedEnd(at: index, endsLower: endsLower)
            return contraction && end > index
                ? contractionEnd(at: end, ignoringCase: true) : end
        case .oneThenRun(let one, let run):
            guard let (classes, next) = character(at: index), one.contains(classes) else {
                return index
            }
            let end = self.end(of: run, from: next)
            return end > next ? end : index
        case .runAtStart(let set):
            return index == range.lowerBound ? end(of: set, from: index) : index
        case .runAtEnd(let set):
            // A run that does not reach the end is looked at once, from its first character.
            if index > range.lowerBound {
                let before = UTF8Scalar.decode(bytes, before: index).scalar
                if set.contains(classes.classes(of: before)) { return index }
            }
            let end = self.end(of: set, from: index)
            return end == range.upperBound ? end : index
        }
    }

    // MARK: - Parts

    @inline(__always)
    private func character(at index: Int) -> (classes: UInt64, next: Int)? {
        guard index < range.upperBound else { return nil }
        let (classes, byteCount) = classes.at(index, in: bytes)
        return (classes, index + byteCount)
    }

    /// The end of the run of characters of `set` that begins at `start`.
    @inline(__always)
    private func end(of set: ScalarSet, from start: Int, most: Int = .max) -> Int {
        var index = start
        var count = 0
        while count < most, let (classes, next) = character(at: index), set.contains(classes) {
            index = next
            count += 1
        }
        return index
    }

    @inline(__always)
    private func runEnd(
        _ first: ScalarSet?,
        _ body: ScalarSet,
        _ least: Int,
        _ most: Int,
        _ trailing: ScalarSet?,
        at index: Int
    ) -> Int {
        guard let (classes, next) = character(at: index) else { return index }
        var start = next
        if let first, first.contains(classes), let (second, _) = character(at: next),
            body.contains(second)
        {
        } else if body.contains(classes) {
            start = index
        } else {
            return index
        }
        var end = start
        if least == 1 {
            end = self.end(of: body, from: start, most: most)
        } else {
            end = self.end(of: body, from: start, most: least)
            guard count(from: start, to: end) == least else { return index }
            end = self.end(of: body, from: end, most: most - least)
        }
        return trailing.map { self.end(of: $0, from: end) } ?? end
    }

    private func count(from start: Int, to end: Int) -> Int {
        var count = 0
        var index = start
        while index < end {
            index += classes.at(index, in: bytes).byteCount
            count += 1
        }
        return count
    }

    private func whitespaceToNewlineEnd(at index: Int) -> Int {
        var end = index
        var cursor = index
        while let (classes, next) = character(at: cursor), ScalarSet.whitespace.contains(classes) {
            cursor = next
            if ScalarSet.newlines.contains(classes) { end = next }
        }
        return end
    }

    private func whitespaceBeforeWhitespaceEnd(at index: Int) -> Int {
        var last = index
        var cursor = index
        while let (classes, next) = character(at: cursor), ScalarSet.whitespace.contains(classes) {
            last = cursor
            cursor = next
        }
        return cursor == range.upperBound ? cursor : last
    }

    private func contractionEnd(at index: Int, ignoringCase: Bool) -> Int {
        guard index + 1 < range.upperBound, bytes[index] == UInt8(ascii: "'") else { return index }
        // 0x20 makes a capital small; other bytes it may turn into letters are not letters' bytes.
        func letter(_ offset: Int) -> UInt8 {
            guard index + offset < range.upperBound else { return 0 }
            let byte = bytes[index + offset]
            return ignoringCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
        }
        switch (letter(1), letter(2)) {
        case (UInt8(ascii: "s"), _), (UInt8(ascii: "t"), _), (UInt8(ascii: "m"), _),
            (UInt8(ascii: "d"), _):
            return index + 2
        case (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "v"), UInt8(ascii: "e")),
            (UInt8(ascii: "l"), UInt8(ascii: "l")):
            return index + 3
        case (0xC5, 0xBF) where ignoringCase:
            // The long s is an s to whoever ignores case.
            return index + 3
        default:
            return index
        }
    }
}

// MARK: - Cased words

extension SplitMatcher {
    private static let capitals: ScalarSet =
        .uppercase | .titlecase | .modifierLetters | .otherLetters | .marks
    private static let smalls: ScalarSet =
        .lowercase | .modifierLetters | .otherLetters | .marks

    private func casedEnd(at index: Int, endsLower: Bool) -> Int {
        guard index < range.upperBound else { return index }
        let (classes, byteCount) = classes.at(index, in: bytes)
        if (!(ScalarSet.newlines | .letters | .numbers)).contains(classes) {
            let start = index + byteCount
            let end = wordEnd(from: start, endsLower: endsLower)
            if end > start { return end }
        }
        return wordEnd(from: index, endsLower: endsLower)
    }

    private func wordEnd(from start: Int, endsLower: Bool) -> Int {
        var cursor = start
        // The end of the last character that may also be one of the small ones.
        var lastSmallEnd = start
        while cursor < range.upperBound {
            let (classes, byteCount) = classes.at(cursor, in: bytes)
            guard Self.capitals.contains(classes) else { break }
            cursor += byteCount
            if Self.smalls.contains(classes) { lastSmallEnd = cursor }
        }
        let capitalsEnd = cursor
        while cursor < range.upperBound {
            let (classes, byteCount) = classes.at(cursor, in: bytes)
            guard Self.smalls.contains(classes) else { break }
            cursor += byteCount
        }
        if endsLower { return cursor > capitalsEnd ? cursor : lastSmallEnd }
        return capitalsEnd > start ? cursor : start
    }
}
