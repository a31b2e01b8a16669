/// A set of strings.
enum StringSet: Hashable {
    /// Any string of a length in scalars.
    case lengths(atLeast: Int, atMost: Int?)
    /// Exactly these strings, in the order in which they were given.
    case texts([String])
    /// What an automaton matches.
    case matching(ScalarAutomaton)

    static let all = StringSet.lengths(atLeast: 0, atMost: nil)
    static let none = StringSet.texts([])

    var isEmpty: Bool {
        switch self {
        case .lengths(let least, let most): least > most ?? least
        case .texts(let texts): texts.isEmpty
        case .matching(let automaton): automaton.isEmpty
        }
    }

    var isAll: Bool { self == .all }

    func contains(_ text: String) -> Bool {
        switch self {
        case .lengths(let least, let most):
            let count = text.unicodeScalars.count
            return count >= least && count <= most ?? count
        case .texts(let texts): return texts.contains(text)
        case .matching(let automaton): return automaton.matches(text.unicodeScalars)
        }
    }

    func automaton(budget: CompileBudget, path: String) throws(GrammarError) -> ScalarAutomaton {
        switch self {
        case .lengths(0, nil): .all
        case .lengths(let least, let most):
            try .lengths(atLeast: least, atMost: most, budget: budget, path: path)
        case .texts(let texts): try .texts(texts, budget: budget, path: path)
        case .matching(let automaton): automaton
        }
    }

    func intersection(
        _ other: StringSet,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> StringSet {
        switch (self, other) {
        case (.all, _): return other
        case (_, .all): return self
        case (.texts(let texts), _):
            try budget.spend(texts.reduce(0) { $0 + $1.utf8.count }, at: path)
            return .texts(texts.filter(other.contains))
        case (_, .texts(let texts)):
            try budget.spend(texts.reduce(0) { $0 + $1.utf8.count }, at: path)
            return .texts(texts.filter(contains))
        case (.lengths(let least, let most), .lengths(let otherLeast, let otherMost)):
            let upper = most.map { min($0, otherMost ?? $0) } ?? otherMost
            return .lengths(atLeast: max(least, otherLeast), atMost: upper)
        default:
            let first = try automaton(budget: budget, path: path)
            let second = try other.automaton(budget: budget, path: path)
            return .matching(try first.intersection(second, budget: budget, path: path))
        }
    }

    func union(
        _ other: StringSet,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> StringSet {
        if isEmpty || other.isAll { return other }
        if other.isEmpty || isAll { return self }
        if case .texts(let texts) = self, case .texts(let more) = other {
            let known = Set(texts)
            return .texts(texts + more.filter { !known.contains($0) })
        }
        let first = try automaton(budget: budget, path: path)
        let second = try other.automaton(budget: budget, path: path)
        return .matching(try first.union(second, budget: budget, path: path))
    }

    func complement(budget: CompileBudget, path: String) throws(GrammarError) -> StringSet {
        if isEmpty { return .all }
        if isAll { return .none }
        let own = try automaton(budget: budget, path: path)
        let rest = try ScalarAutomaton.all.subtracting(own, budget: budget, path: path)
        return .matching(rest)
    }

    // MARK: - Writing

    /// The strings between quotes, as JSON may spell them.
    func expression() -> Expression {
        switch self {
        case .lengths(let least, let most):
            .leaf(.string(StringLeaf(content: .lengths(atLeast: least, atMost: most))))
        case .texts(let texts): .words(texts.flatMap(Self.spellings))
        case .matching(let automaton):
            .leaf(.string(StringLeaf(content: .matching(automaton))))
        }
    }

    /// How a fixed string may be spelled: as JSON writers do, with or without what is not ASCII.
    static func spellings(of text: String) -> [[UInt8]] {
        var spellings: [[UInt8]] = []
        for asciiOnly in [false, true] {
            for shortEscapes in [true, false] {
                let spelling = spelling(of: text, asciiOnly, shortEscapes)
                if !spellings.contains(spelling) { spellings.append(spelling) }
            }
        }
        return spellings
    }

    private static func spelling(
        of text: String,
        _ asciiOnly: Bool,
        _ shortEscapes: Bool
    ) -> [UInt8] {
        var bytes: [UInt8] = [0x22]
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [0x5C, UInt8(scalar.value)]
            case "\n": bytes += Array("\\n".utf8)
            case "\r": bytes += Array("\\r".utf8)
            case "\t": bytes += Array("\\t".utf8)
            case "\u{08}" where shortEscapes: bytes += Array("\\b".utf8)
            case "\u{0C}" where shortEscapes: bytes += Array("\\f".utf8)
            case _ where scalar.value < 0x20 || (asciiOnly && !scalar.isASCII):
                for unit in String(scalar).utf16 { bytes += escape(unit) }
            default: bytes += UTF8Sequence.encoded(scalar.value)
            }
        }
        bytes.append(0x22)
        return bytes
    }

    private static func escape(_ unit: UInt16) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return [0x5C, 0x75] + [12, 8, 4, 0].map { digits[Int(unit >> UInt16($0) & 15)] }
    }
}
