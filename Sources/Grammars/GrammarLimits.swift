/// What compiling and following a grammar may cost.
public struct GrammarLimits: Hashable, Sendable {
    /// States of the automaton, and of each automaton built on the way.
    public var states = 50_000
    /// Steps of compiling; a step is some tens of nanoseconds.
    public var compileFuel = 20_000_000
    /// Seconds of compiling, whatever the steps.
    public var compileSeconds = 1.0
    /// Bytes of one schema, written without white space.
    public var schemaByteCount = 64 * 1024
    /// Bytes of all schemas of a source together: many tools are one source.
    public var totalByteCount = 512 * 1024
    /// How deep schemas, sources, groups of an expression may lie inside one another.
    public var depth = 32
    /// Characters of one regular expression.
    public var patternLength = 8 * 1024
    /// How often a repetition in an expression, a list or an object may be counted.
    public var repetitions = 100_000
    /// Texts of one choice or enumeration.
    public var choices = 20_000
    /// Rules of a grammar, and kinds of value a schema describes.
    public var rules = 20_000
    /// Ways to read the text so far that are followed side by side.
    public var threads = 4096
    /// Steps for the mask of one token; a step is some tens of nanoseconds.
    public var stepFuel = 2_000_000
    /// Bytes of transitions and masks that one grammar keeps for one vocabulary.
    public var cacheByteCount = 24 * 1024 * 1024

    /// The limits that suit a server.
    public init() {}
}

/// Counts the work of one compilation.
final class CompileBudget {
    let limits: GrammarLimits
    private let deadline: ContinuousClock.Instant
    private(set) var spentFuel = 0
    private var nextClockCheck = 4096

    init(_ limits: GrammarLimits) {
        self.limits = limits
        // A bound that a duration can hold, whatever the caller wrote.
        let seconds = limits.compileSeconds.isFinite ? limits.compileSeconds : 3600
        deadline = ContinuousClock.now.advanced(by: .seconds(max(0, min(seconds, 3600))))
    }

    func spend(_ steps: Int, at path: @autoclosure () -> String) throws(GrammarError) {
        spentFuel += steps
        guard spentFuel <= limits.compileFuel else { throw .outOfFuel(path: path()) }
        guard spentFuel >= nextClockCheck else { return }
        nextClockCheck = spentFuel + 4096
        guard ContinuousClock.now < deadline else { throw .outOfFuel(path: path()) }
    }

    func checkStates(_ count: Int, at path: @autoclosure () -> String) throws(GrammarError) {
        guard count <= limits.states else {
            throw .tooLarge(path: path(), what: "the number of states", limit: limits.states)
        }
    }

    func checkDepth(_ depth: Int, at path: @autoclosure () -> String) throws(GrammarError) {
        guard depth <= limits.depth else {
            throw .tooLarge(path: path(), what: "the depth of nesting", limit: limits.depth)
        }
    }

    func checkRepetitions(_ count: Int, at path: @autoclosure () -> String) throws(GrammarError) {
        guard count <= limits.repetitions else {
            throw .tooLarge(path: path(), what: "a repetition", limit: limits.repetitions)
        }
    }
}
