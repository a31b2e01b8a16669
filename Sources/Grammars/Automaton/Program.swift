/// A grammar as instructions over bytes: rules that call one another.
///
/// A text is matched by threads. A thread stands at an instruction and has a stack of places to
/// return to. Counted repetitions keep their count on that stack, so they cost no states.
struct Program: Sendable {
    /// One state.
    enum Instruction: Hashable, Sendable {
        /// Reads a byte: `count` edges of ``Program/edges`` from `first` on.
        case edges(first: Int32, count: Int32)
        /// Reads `count` bytes of ``Program/bytes`` from `first` on, which a thread counts.
        case bytes(first: Int32, count: Int32, next: Int32)
        /// Goes on at each of `count` states of ``Program/targets`` from `first` on.
        case split(first: Int32, count: Int32)
        /// Runs a rule, then goes on at `next`.
        case call(rule: Int32, next: Int32)
        /// Runs a rule between `least` and `most` times; -1 is without end.
        case loop(rule: Int32, least: Int32, most: Int32, next: Int32)
        /// Reads what a leaf reads, then goes on.
        case leaf(Int32, next: Int32)
        /// Reads one control token.
        case special(Int32, next: Int32)
        /// Returns to the caller; the end of the text where there is none.
        case accept
    }

    /// A range of bytes that leads to a state.
    struct Edge: Hashable, Sendable {
        var low: UInt8
        var high: UInt8
        var next: Int32
    }

    var instructions: [Instruction] = []
    var edges: [Edge] = []
    var targets: [Int32] = []
    /// The bytes of literals.
    var bytes: [UInt8] = []
    var leaves: [Leaf] = []
    /// Names of the control tokens that occur.
    var specials: [String] = []
    /// The first state of each rule.
    var ruleStarts: [Int32] = []
    /// What each rule is called, for messages.
    var ruleNames: [String] = []
    var rootRule: Int32 = 0

    /// Bytes this program takes, roughly.
    var byteCount: Int {
        instructions.count * 20 + edges.count * 8 + targets.count * 4 + bytes.count
            + leaves.reduce(0) { $0 + $1.byteCount }
            + ruleNames.reduce(0) { $0 + $1.utf8.count + 20 }
    }
}
