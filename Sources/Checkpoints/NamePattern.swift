/// A regular expression over the names of modules, of the kind that configurations contain.
///
/// Reads characters, `.`, `\.` and other escaped punctuation, `\d`, `\w`, sets as `[a-z0-9]`, the
/// quantifiers `*`, `+`, `?` after one of them, alternatives with `|` in and outside brackets, and
/// `^` and `$` at the ends. As Python's `re.match` it begins at the beginning of a name and may end
/// before its end. Matching takes time in proportion to pattern times name, whatever the pattern.
struct NamePattern: Sendable, Equatable {
    private enum Atom: Sendable, Equatable {
        case any
        case one(of: Set<UInt8>, isInverted: Bool)
        case end

        func matches(_ byte: UInt8) -> Bool {
            switch self {
            case .any: true
            case .one(let set, let isInverted): set.contains(byte) != isInverted
            case .end: false
            }
        }
    }

    private struct Step: Sendable, Equatable {
        let atom: Atom
        var mayBeAbsent = false
        var mayRepeat = false
    }

    private static let alternativeLimit = 256
    private static let depthLimit = 8
    private var alternatives: [[Step]] = []

    /// Reads a pattern; nil when it has something that is not among the above.
    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        guard bytes.count <= 1000,
            let alternatives = Self.alternatives(&bytes, depth: 0), bytes.isEmpty
        else { return nil }
        self.alternatives = alternatives
    }

    /// Whether the beginning of a name, or with `$` all of it, fits.
    func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        return alternatives.contains { Self.matches($0, bytes) }
    }

    private static func matches(_ steps: [Step], _ name: [UInt8]) -> Bool {
        // Which lengths of the name's beginning the steps so far can have eaten.
        var reached = [Bool](repeating: false, count: name.count + 1)
        reached[0] = true
        for step in steps {
            var next = [Bool](repeating: false, count: name.count + 1)
            if step.atom == .end { next[name.count] = reached[name.count] }
            for length in 0...name.count {
                if step.mayBeAbsent && reached[length] { next[length] = true }
                let mayEat = reached[length] || (step.mayRepeat && next[length])
                if length < name.count && mayEat && step.atom.matches(name[length]) {
                    next[length + 1] = true
                }
            }
            reached = next
        }
        return reached.contains(true)
    }

    // MARK: - Reading

    /// Reads up to the end or a closing bracket, which is left.
    private static func alternatives(_ text: inout ArraySlice<UInt8>, depth: Int) -> [[Step]]? {
        guard depth < depthLimit else { return nil }
        var finished: [[Step]] = []
        var current: [[Step]] = [[]]
        while let byte = text.first, byte != UInt8(ascii: ")") {
            text.removeFirst()
            switch byte {
            case UInt8(ascii: "|"):
                finished += current
                current = [[]]
            case UInt8(ascii: "("):
                if text.starts(with: "?:".utf8) { text.removeFirst(2) }
                guard let inner = alternatives(&text, depth: depth + 1), text.popFirst() != nil,
                    !isQuantifier(text.first)
                else { return nil }
                let (count, overflow) = inner.count.multipliedReportingOverflow(by: current.count)
                guard !overflow && count <= alternativeLimit else { return nil }
                current = current.flatMap { start in inner.map { start + $0 } }
            case UInt8(ascii: "^"):
                guard current == [[]] && depth == 0 else { return nil }
            default:
                guard let step = step(byte, &text) else { return nil }
                current = current.map { $0 + [step] }
            }
            guard finished.count + current.count <= alternativeLimit else { return nil }
        }
        return finished + current
    }

    private static func isQuantifier(_ byte: UInt8?) -> Bool {
        byte.map { "*+?{".utf8.contains($0) } ?? false
    }

    /// Reads the rest of an atom that began with `byte`, and its quantifier.
    private static func step(_ byte: UInt8, _ text: inout ArraySlice<UInt8>) -> Step? {
        guard let atom = atom(byte, &text) else { return nil }
        guard isQuantifier(text.first), let quantifier = text.popFirst() else {
            return Step(atom: atom)
        }
        // A second `?` asks for the shortest match, which makes no difference to whether one is.
        if text.first == UInt8(ascii: "?") { text.removeFirst() }
        switch quantifier {
        case UInt8(ascii: "*"): return Step(atom: atom, mayBeAbsent: true, mayRepeat: true)
        case UInt8(ascii: "+"): return Step(atom: atom, mayRepeat: true)
        case UInt8(ascii: "?"): return Step(atom: atom, mayBeAbsent: true)
        default: return nil
        }
    }

    private static func atom(_ byte: UInt8, _ text: inout ArraySlice<UInt8>) -> Atom? {
        switch byte {
        case UInt8(ascii: "."): return .any
        case UInt8(ascii: "$"): return .end
        case UInt8(ascii: "\\"): return text.popFirst().flatMap(escaped)
        case UInt8(ascii: "["): return set(&text)
        case _ where isQuantifier(byte): return nil
        default: return .one(of: [byte], isInverted: false)
        }
    }

    private static func escaped(_ byte: UInt8) -> Atom? {
        let digits = Set(UInt8(ascii: "0")...UInt8(ascii: "9"))
        let letters = Set(UInt8(ascii: "a")...UInt8(ascii: "z"))
            .union(UInt8(ascii: "A")...UInt8(ascii: "Z"))
        switch byte {
        case UInt8(ascii: "d"): return .one(of: digits, isInverted: false)
        case UInt8(ascii: "w"):
            return .one(of: digits.union(letters).union("_".utf8), isInverted: false)
        case _ where digits.contains(byte) || letters.contains(byte): return nil
        default: return .one(of: [byte], isInverted: false)
        }
    }

    private static func set(_ text: inout ArraySlice<UInt8>) -> Atom? {
        var members: Set<UInt8> = []
        let isInverted = text.first == UInt8(ascii: "^")
        if isInverted { text.removeFirst() }
        while let first = text.popFirst(), first != UInt8(ascii: "]") {
            guard first != UInt8(ascii: "\\") && first != UInt8(ascii: "[") else { return nil }
            let rest = text.dropFirst()
            if text.first == UInt8(ascii: "-"), let last = rest.first, last != UInt8(ascii: "]") {
                guard last >= first else { return nil }
                members.formUnion(first...last)
                text.removeFirst(2)
            } else {
                members.insert(first)
            }
            if text.isEmpty { return nil }
        }
        return members.isEmpty ? nil : .one(of: members, isInverted: isInverted)
    }
}
