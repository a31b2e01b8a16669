/// A part of a text that is read by a small automaton of its own.
///
/// Its state is one integer, kept with the thread, and 0 at the start: large parts cost the
/// program one instruction, and states are made only when they are met.
enum Leaf: Hashable, Sendable {
    /// A JSON string, from quote to quote.
    case string(StringLeaf)
    /// White space between the parts of a JSON text.
    case whitespace
    /// A character of JSON's own with white space before it and, if asked for, after it.
    case punctuation(UInt8, spaceAfter: Bool)
    /// ASCII text that an automaton matches: numbers.
    case ascii(ScalarAutomaton)
    /// Free text.
    case text(TextLeaf)

    static let indentation: Int64 = 32
    /// What a tab takes of it.
    static let tabWidth: Int64 = 4

    /// The state after a byte; nil when the byte cannot stand here.
    func step(_ state: Int64, _ byte: UInt8) -> Int64? {
        switch self {
        case .string(let leaf): return leaf.step(state, byte)
        case .text(let leaf): return leaf.step(state, byte)
        case .ascii(let automaton):
            guard byte < 0x80 else { return nil }
            let target = automaton.target(Int32(truncatingIfNeeded: state), UInt32(byte))
            return target < 0 ? nil : Int64(target)
        case .whitespace: return Self.stepSpace(state, byte)
        case .punctuation(let character, let spaceAfter):
            if state >= Self.afterCharacter {
                guard spaceAfter else { return nil }
                return Self.stepSpace(state - Self.afterCharacter, byte)
                    .map { $0 + Self.afterCharacter }
            }
            if byte == character { return state == 2 ? nil : Self.afterCharacter }
            return Self.stepSpace(state, byte)
        }
    }

    private static let afterCharacter: Int64 = 1000

    /// White space: 0 nothing, 1 one space, 2 a carriage return, 3 and on a line break and so much
    /// indentation.
    private static func stepSpace(_ state: Int64, _ byte: UInt8) -> Int64? {
        switch (state, byte) {
        case (0, 0x20): 1
        case (0, 0x0D), (1, 0x0D): 2
        case (0, 0x0A), (1, 0x0A), (2, 0x0A): 3
        case (3..<(3 + indentation), 0x20): state + 1
        case (3...(3 + indentation - tabWidth), 0x09): state + tabWidth
        default: nil
        }
    }

    /// Whether the part can end here.
    func isAccepting(_ state: Int64) -> Bool {
        switch self {
        case .string(let leaf): leaf.isAccepting(state)
        case .text(let leaf): leaf.isAccepting(state)
        case .ascii(let automaton): automaton.isAccepting[Int(state)]
        case .whitespace: state != 2
        case .punctuation: state >= Self.afterCharacter && state != Self.afterCharacter + 2
        }
    }

    /// Whether the part can go on; true is allowed where it cannot.
    func canContinue(_ state: Int64) -> Bool {
        switch self {
        case .string(let leaf): !leaf.isAccepting(state)
        case .text: true
        case .ascii(let automaton):
            (0..<automaton.classCount).contains {
                automaton.table[Int(state) * automaton.classCount + $0] >= 0
            }
        case .whitespace: state < 3 + Self.indentation
        case .punctuation(_, let spaceAfter):
            state < Self.afterCharacter
                || (spaceAfter && state < Self.afterCharacter + 3 + Self.indentation)
        }
    }

    /// Whether any text at all is matched.
    var isEmpty: Bool {
        switch self {
        case .string(let leaf): leaf.isEmpty
        case .ascii(let automaton): automaton.isEmpty
        case .whitespace, .punctuation, .text: false
        }
    }

    /// Marks the bytes at which the step from `state` may differ from that of the byte before.
    func markBoundaries(_ state: Int64, in boundaries: inout ByteBoundaries) {
        switch self {
        case .string(let leaf): leaf.markBoundaries(state, in: &boundaries)
        case .text(let leaf): leaf.markBoundaries(state, in: &boundaries)
        case .ascii(let automaton):
            for start in automaton.classStarts where start <= 0x80 {
                boundaries.mark(UInt8(start))
            }
            boundaries.mark(0x80)
        case .whitespace, .punctuation:
            if case .punctuation(let character, _) = self { boundaries.mark(only: character) }
            for byte in [0x09, 0x0A, 0x0D, 0x20] as [UInt8] { boundaries.mark(only: byte) }
        }
    }

    var byteCount: Int {
        switch self {
        case .string(let leaf): leaf.byteCount
        case .ascii(let automaton): automaton.table.count * 4 + automaton.stateCount
        case .whitespace, .punctuation: 16
        case .text(let leaf): leaf.byteCount
        }
    }
}

/// A partition of the 256 bytes into runs.
struct ByteBoundaries: Hashable, Sendable {
    private var words: (UInt64, UInt64, UInt64, UInt64) = (1, 0, 0, 0)

    init() {}

    /// Begins a run at `byte`.
    mutating func mark(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    /// Makes a byte a run of its own.
    mutating func mark(only byte: UInt8) {
        mark(byte)
        if byte < 255 { mark(byte + 1) }
    }

    mutating func mark(_ range: ClosedRange<UInt8>) {
        mark(range.lowerBound)
        if range.upperBound < 255 { mark(range.upperBound + 1) }
    }

    func isMarked(_ byte: Int) -> Bool {
        let word =
            switch byte >> 6 {
            case 0: words.0
            case 1: words.1
            case 2: words.2
            default: words.3
            }
        return word >> UInt64(byte & 63) & 1 == 1
    }

    /// The run that holds a byte.
    func run(around byte: UInt8) -> ClosedRange<Int> {
        var low = Int(byte)
        while !isMarked(low) { low -= 1 }
        var high = Int(byte)
        while high < 255, !isMarked(high + 1) { high += 1 }
        return low...high
    }

    static func == (left: ByteBoundaries, right: ByteBoundaries) -> Bool {
        left.words == right.words
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
        hasher.combine(words.3)
    }
}
