import Synchronization

/// A compiled source: what an answer must look like, ready to be followed.
///
/// Immutable but for what it remembers of the vocabularies it is used with.
public final class Grammar: Sendable {
    /// How many states the automaton has; its limit is ``GrammarLimits/states``.
    public let stateCount: Int
    /// How many steps compiling took; the limit is ``GrammarLimits/compileFuel``.
    public let compileSteps: Int
    private let program: Program
    private let limits: GrammarLimits
    private let automata = Mutex<[TokenAutomaton]>([])

    /// Compiles a source.
    ///
    /// Work is bounded by the limits, whatever the source. Call it off the engine's thread.
    public static func compile(
        _ source: GrammarSource,
        limits: GrammarLimits = GrammarLimits()
    ) throws(GrammarError) -> Grammar {
        let budget = CompileBudget(limits)
        let program = try SourceCompiler.compile(source, budget: budget)
        return Grammar(program: program, limits: limits, compileSteps: budget.spentFuel)
    }

    private init(program: Program, limits: GrammarLimits, compileSteps: Int) {
        self.program = program
        self.limits = limits
        self.compileSteps = compileSteps
        stateCount = program.instructions.count
    }

    /// Bytes held, with what is remembered for vocabularies, roughly.
    public var byteCount: Int {
        let kept = automata.withLock { $0 }
        return program.byteCount + kept.reduce(0) { $0 + $1.byteCount }
    }

    /// Whether a whole text is in the language; false for any text of a grammar that names control
    /// tokens where it needs them.
    public func accepts(_ bytes: [UInt8]) -> Bool {
        var automaton = LazyAutomaton(program, limits: limits)
        var configuration = automaton.start
        for byte in bytes {
            guard configuration >= 0 else { return false }
            automaton.refuel()
            configuration = automaton.step(configuration, byte)
        }
        return automaton.isComplete(configuration)
    }

    /// What is known for a vocabulary; the two used last are remembered.
    func automaton(for vocabulary: TokenVocabulary) throws(GrammarError) -> TokenAutomaton {
        let known = automata.withLock { list in list.first { $0.vocabulary === vocabulary } }
        if let known { return known }
        let made = try TokenAutomaton(program: program, vocabulary: vocabulary, limits: limits)
        return automata.withLock { list in
            // Another thread may have been faster.
            if let known = list.first(where: { $0.vocabulary === vocabulary }) { return known }
            list = Array(([made] + list).prefix(2))
            return made
        }
    }
}
