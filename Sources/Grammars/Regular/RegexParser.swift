/// A regular expression as a tree over Unicode scalars.
indirect enum RegexTree {
    case empty
    case set(ScalarSet)
    case sequence([RegexTree])
    case choice([RegexTree])
    case repeated(RegexTree, atLeast: Int, atMost: Int?)
    case start
    case end

    /// A text, character by character.
    static func text(_ text: String) -> RegexTree {
        .sequence(text.unicodeScalars.map { .set(ScalarSet($0)) })
    }

    var containsAnchor: Bool {
        switch self {
        case .start, .end: true
        case .empty, .set: false
        case .sequence(let parts), .choice(let parts): parts.contains(where: \.containsAnchor)
        case .repeated(let body, _, _): body.containsAnchor
        }
    }
}

/// Reads regular expressions as JSON Schema has them: ECMAScript with the flag `u`.
///
/// `\d` and `\w` are ASCII, `\s` and `.` are ECMAScript's, matching is by Unicode scalar and case
/// counts. Lazy quantifiers mean the same language as greedy ones. What an automaton cannot do
/// (back references, look-around) is refused by its name. Recursion is bounded by the depth.
struct RegexParser {
    private let scalars: [Unicode.Scalar]
    private let budget: CompileBudget
    private let path: String
    private var position = 0

    static func parse(
        _ pattern: String,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> RegexTree {
        let scalars = Array(pattern.unicodeScalars)
        guard scalars.count <= budget.limits.patternLength else {
            throw .tooLarge(
                path: path,
                what: "the length of the pattern",
                limit: budget.limits.patternLength
            )
        }
        var parser = RegexParser(scalars: scalars, budget: budget, path: path)
        let tree = try parser.alternatives(depth: 0)
        guard parser.position == scalars.count else {
            throw parser.error("a ')' has no '('")
        }
        return tree
    }

    private init(scalars: [Unicode.Scalar], budget: CompileBudget, path: String) {
        self.scalars = scalars
        self.budget = budget
        self.path = path
    }

    // MARK: - Structure

    private mutating func alternatives(depth: Int) throws(GrammarError) -> RegexTree {
        try budget.checkDepth(depth, at: path)
        var choices: [RegexTree] = []
        var parts: [RegexTree] = []
        while let next = peek, next != ")" {
            if next == "|" {
                position += 1
                choices.append(Self.joined(parts))
                parts = []
            } else {
                let part = try atom(depth: depth)
                parts.append(try quantified(part))
            }
            try budget.spend(1, at: path)
        }
        choices.append(Self.joined(parts))
        return choices.count == 1 ? choices[0] : .choice(choices)
    }

    private static func joined(_ parts: [RegexTree]) -> RegexTree {
        switch parts.count {
        case 0: .empty
        case 1: parts[0]
        default: .sequence(parts)
        }
    }

    private mutating func atom(depth: Int) throws(GrammarError) -> RegexTree {
        guard let next = peek else { return .empty }
        position += 1
        switch next {
        case "(":
            try groupHead()
            let body = try alternatives(depth: depth + 1)
            guard peek == ")" else { throw error("a '(' is not closed") }
            position += 1
            return body
        case "[": return .set(try characterClass())
        case ".": return .set(Self.lineBreaks.complement)
        case "^": return .start
        case "$": return .end
        case "*", "+", "?": throw error("'\(next)' has nothing to repeat", at: position - 1)
        case "\\": return try escape()
        default: return .set(ScalarSet(next))
        }
    }

    /// What may stand after `(`; captures are groups like any other.
    private mutating func groupHead() throws(GrammarError) {
        guard peek == "?" else { return }
        let after = position + 1 < scalars.count ? scalars[position + 1] : " "
        let second = position + 2 < scalars.count ? scalars[position + 2] : " "
        switch after {
        case ":": position += 2
        case "=", "!": throw unsupported("look-ahead")
        case "<" where second == "=" || second == "!": throw unsupported("look-behind")
        case "<", "P":
            position += after == "P" ? 2 : 1
            guard peek == "<" else { throw unsupported("the group (?P") }
            while let next = peek, next != ">" { position += next == "(" ? scalars.count : 1 }
            guard peek == ">" else { throw error("a group's name is not closed") }
            position += 1
        case ">": throw unsupported("an atomic group")
        default: throw unsupported("an inline flag")
        }
    }

    private mutating func quantified(_ body: RegexTree) throws(GrammarError) -> RegexTree {
        var result = body
        var isQuantified = false
        while let next = peek {
            var least = 0
            var most: Int?
            switch next {
            case "*": position += 1
            case "+":
                least = 1
                position += 1
            case "?":
                most = 1
                position += 1
            case "{":
                guard let counts = try braces() else { return result }
                (least, most) = counts
            default: return result
            }
            if peek == "?" { position += 1 }
            if peek == "+", next != "{" { throw unsupported("a possessive quantifier") }
            switch body {
            case .start, .end: throw error("an anchor cannot be repeated")
            default: break
            }
            guard !isQuantified else { throw error("a quantifier follows a quantifier") }
            isQuantified = true
            result = .repeated(result, atLeast: least, atMost: most)
        }
        return result
    }

    /// `{2}`, `{2,}` or `{2,3}`; nil where the brace stands for itself.
    private mutating func braces() throws(GrammarError) -> (Int, Int?)? {
        let start = position
        position += 1
        guard let least = try number() else {
            position = start
            return nil
        }
        var most: Int? = least
        if peek == "," {
            position += 1
            most = try number()
        }
        guard peek == "}" else {
            position = start
            return nil
        }
        position += 1
        if let most, most < least { throw error("a repetition's bounds are reversed") }
        return (least, most)
    }

    private mutating func number() throws(GrammarError) -> Int? {
        var value: Int?
        while let digit = peek, ("0"..."9").contains(digit) {
            value = (value ?? 0) * 10 + Int(digit.value - 48)
            try budget.checkRepetitions(value ?? 0, at: path)
            position += 1
        }
        return value
    }

    // MARK: - Characters

    private mutating func escape() throws(GrammarError) -> RegexTree {
        guard let next = peek else { throw error("an escape is not finished") }
        switch next {
        case "b", "B": throw unsupported("the word boundary \\\(next)")
        case "1"..."9": throw unsupported("a back reference")
        case "k": throw unsupported("a named back reference")
        case "A":
            position += 1
            return .start
        case "z", "Z":
            position += 1
            return .end
        default: return .set(try escapedSet())
        }
    }

    /// What follows a backslash inside or outside a class.
    private mutating func escapedSet() throws(GrammarError) -> ScalarSet {
        guard let next = peek else { throw error("an escape is not finished") }
        position += 1
        switch next {
        case "d": return Self.digits
        case "D": return Self.digits.complement
        case "w": return Self.wordCharacters
        case "W": return Self.wordCharacters.complement
        case "s": return Self.spaces
        case "S": return Self.spaces.complement
        case "p", "P":
            let set = try property()
            return next == "P" ? set.complement : set
        default: return ScalarSet(try escapedScalar(next))
        }
    }

    private mutating func escapedScalar(
        _ letter: Unicode.Scalar
    ) throws(GrammarError) -> Unicode.Scalar {
        switch letter {
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "f": return "\u{0C}"
        case "v": return "\u{0B}"
        case "0": return "\0"
        case "x": return try hexScalar(digits: 2)
        case "u": return try unicodeScalar()
        case "c":
            guard let next = peek, next.isASCII, next.properties.isAlphabetic,
                let control = Unicode.Scalar(next.value & 31)
            else { throw error("'\\c' needs a letter") }
            position += 1
            return control
        default:
            guard !letter.properties.isAlphabetic, !("0"..."9").contains(letter) else {
                throw error("the escape '\\\(letter)' is unknown", at: position - 1)
            }
            return letter
        }
    }

    private mutating func unicodeScalar() throws(GrammarError) -> Unicode.Scalar {
        if peek == "{" {
            position += 1
            var value: UInt32 = 0
            while let digit = peek, digit != "}" {
                guard let part = Character(digit).hexDigitValue, value < 0x11_0000 else {
                    throw error("an escape is not hexadecimal")
                }
                value = value << 4 | UInt32(part)
                position += 1
            }
            guard peek == "}", let scalar = Unicode.Scalar(value) else {
                throw error("an escape names no character")
            }
            position += 1
            return scalar
        }
        let unit = try hexValue(digits: 4)
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard unit < 0xDC00, peek == "\\", position + 1 < scalars.count,
            scalars[position + 1] == "u"
        else { throw error("half of a surrogate pair stands alone") }
        position += 2
        let second = try hexValue(digits: 4)
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("half of a surrogate pair stands alone") }
        return scalar
    }

    private mutating func hexScalar(digits: Int) throws(GrammarError) -> Unicode.Scalar {
        guard let scalar = Unicode.Scalar(try hexValue(digits: digits)) else {
            throw error("an escape names no character")
        }
        return scalar
    }

    private mutating func hexValue(digits: Int) throws(GrammarError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let next = peek, let digit = Character(next).hexDigitValue, next.isASCII else {
                throw error("an escape is not hexadecimal")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func property() throws(GrammarError) -> ScalarSet {
        guard peek == "{" else { throw error("'\\p' needs a name in braces") }
        position += 1
        var name = ""
        while let next = peek, next != "}" {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard peek == "}" else { throw error("a property's name is not closed") }
        position += 1
        try budget.spend(10_000, at: path)
        guard let set = GeneralCategories.set(named: name) else {
            throw unsupported("the property \\p{\(name)}")
        }
        return set
    }

    private mutating func characterClass() throws(GrammarError) -> ScalarSet {
        let start = position - 1
        let isNegated = peek == "^"
        if isNegated { position += 1 }
        var ranges: [ClosedRange<UInt32>] = []
        while let next = peek, next != "]" {
            try budget.spend(1, at: path)
            let first = try classMember(next)
            let isRange =
                peek == "-" && position + 1 < scalars.count
                && scalars[position + 1] != "]"
            guard isRange, let low = first.single else {
                ranges += first.ranges
                continue
            }
            position += 1
            guard let upper = peek else { break }
            let last = try classMember(upper)
            guard let high = last.single else {
                ranges += first.ranges + last.ranges + [0x2D...0x2D]
                continue
            }
            guard low <= high else { throw error("a range in a class is reversed") }
            ranges.append(low...high)
        }
        guard peek == "]" else { throw error("a class is not closed", at: start) }
        position += 1
        let set = ScalarSet(ranges)
        return isNegated ? set.complement : set
    }

    private mutating func classMember(_ next: Unicode.Scalar) throws(GrammarError) -> ScalarSet {
        position += 1
        guard next == "\\" else { return ScalarSet(next) }
        if peek == "b" {
            position += 1
            return ScalarSet("\u{08}")
        }
        return try escapedSet()
    }

    // MARK: - Sets

    static let digits = ScalarSet([0x30...0x39])
    static let wordCharacters = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let lineBreaks = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
    static let spaces = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029,
        0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])

    private var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func error(_ reason: String, at offset: Int? = nil) -> GrammarError {
        .malformedRegex(path: path, offset: offset ?? position, reason: reason)
    }

    private func unsupported(_ feature: String) -> GrammarError {
        .unsupported(
            feature: feature,
            path: path,
            reason: "a regular expression here is matched by an automaton"
        )
    }
}

extension ScalarSet {
    /// The only scalar of the set; nil when there are none or several.
    fileprivate var single: UInt32? {
        guard ranges.count == 1, ranges[0].count == 1 else { return nil }
        return ranges[0].lowerBound
    }
}
