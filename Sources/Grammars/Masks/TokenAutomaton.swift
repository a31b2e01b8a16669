import Synchronization

/// A grammar over the tokens of one vocabulary, with what was worked out so far.
///
/// Shared by all requests that use the grammar. Masks and transitions are kept up to
/// ``GrammarLimits/cacheByteCount``; when that is reached everything is forgotten and begun again.
final class TokenAutomaton: Sendable {
    let vocabulary: TokenVocabulary
    private let limits: GrammarLimits
    /// The token of each control token that the grammar names.
    private let specialIDs: [Int32]
    private let state: Mutex<State>

    struct State {
        var automaton: LazyAutomaton
        var masks: [Int32: TokenMask] = [:]
        /// Grows by one whenever everything is forgotten: older numbers mean nothing then.
        var generation = 0
    }

    /// Where a matcher is: the number of a configuration, and the configuration itself.
    struct Place: Sendable {
        var configuration: Int32
        var generation: Int
        var snapshot: LazyAutomaton.Snapshot
        var isComplete: Bool
        var canContinue: Bool
    }

    init(
        program: Program,
        vocabulary: TokenVocabulary,
        limits: GrammarLimits
    ) throws(GrammarError) {
        self.vocabulary = vocabulary
        self.limits = limits
        var ids: [Int32] = []
        for name in program.specials {
            guard let id = vocabulary.specialTokenID(named: name) else {
                throw .unknownSpecialToken(name: name)
            }
            ids.append(id)
        }
        specialIDs = ids
        state = Mutex(State(automaton: LazyAutomaton(program, limits: limits)))
    }

    /// Bytes held, roughly.
    var byteCount: Int { state.withLock { Self.byteCount($0, vocabulary) } }

    private static func byteCount(_ state: State, _ vocabulary: TokenVocabulary) -> Int {
        state.automaton.byteCount + state.masks.count * (vocabulary.tokenCount / 8 + 64)
    }

    // MARK: - Places

    func start() -> Place {
        state.withLock { state in
            self.prepare(&state)
            return Self.place(state.automaton.start, state)
        }
    }

    private static func place(_ configuration: Int32, _ state: State) -> Place {
        Place(
            configuration: configuration,
            generation: state.generation,
            snapshot: state.automaton.snapshot(configuration),
            isComplete: state.automaton.isComplete(configuration),
            canContinue: state.automaton.canContinue(configuration)
        )
    }

    /// Allows an operation its full work, and makes room where there is none.
    private func prepare(_ state: inout State) {
        if Self.byteCount(state, vocabulary) > limits.cacheByteCount {
            state.automaton.reset()
            state.masks = [:]
            state.generation += 1
        }
        state.automaton.refuel()
    }

    private func configuration(_ place: Place, _ state: inout State) -> Int32 {
        place.generation == state.generation
            ? place.configuration : state.automaton.restore(place.snapshot)
    }

    // MARK: - Tokens

    /// The place after a token; nil when it is not allowed.
    func place(
        after id: Int32,
        from place: Place
    ) throws(GrammarError) -> Place? {
        let result: Result<Place?, GrammarError> = state.withLock { state in
            self.prepare(&state)
            var current = self.configuration(place, &state)
            if let special = self.specialIDs.firstIndex(of: id) {
                current = state.automaton.stepSpecial(current, Int32(special))
            } else {
                guard self.vocabulary.isText(id) else { return .success(nil) }
                for byte in self.vocabulary.entries[Int(id)].bytes where current >= 0 {
                    current = state.automaton.step(current, byte)
                }
            }
            if state.automaton.isExhausted { return .failure(.tooAmbiguous) }
            return .success(current < 0 ? nil : Self.place(current, state))
        }
        return try result.get()
    }

    /// The tokens that may come at a place, end tokens left out.
    func mask(at place: Place) throws(GrammarError) -> TokenMask {
        let result: Result<TokenMask, GrammarError> = state.withLock { state in
            if place.generation == state.generation,
                let mask = state.masks[place.configuration]
            {
                return .success(mask)
            }
            self.prepare(&state)
            let actual = self.configuration(place, &state)
            let configuration = state.automaton.representative(
                actual,
                within: self.vocabulary.tree.longestToken
            )
            if let mask = state.masks[configuration] { return .success(mask) }
            var mask = TokenMask(tokenCount: self.vocabulary.tokenCount)
            self.walk(from: configuration, &state.automaton, &mask)
            if state.automaton.isExhausted { return .failure(.tooAmbiguous) }
            for special in state.automaton.specials(configuration) {
                mask.insert(self.specialIDs[Int(special)])
            }
            if state.automaton.isComplete(configuration) {
                for id in self.vocabulary.endTokenIDs { mask.insert(id) }
            }
            state.masks[configuration] = mask
            return .success(mask)
        }
        return try result.get()
    }

    /// Follows every token at once, one step per byte that several share.
    private func walk(
        from start: Int32,
        _ automaton: inout LazyAutomaton,
        _ mask: inout TokenMask
    ) {
        guard start >= 0 else { return }
        let tree = vocabulary.tree
        var reached = Array(repeating: start, count: tree.longestToken + 1)
        var node = 0
        while node < tree.nodeCount {
            let depth = Int(tree.depths[node])
            let from = reached[depth]
            let target = automaton.step(from, tree.bytes[node])
            guard target >= 0 else {
                if automaton.isExhausted { return }
                node = Int(tree.ends[node])
                continue
            }
            let plainLength = tree.plainLengths[node]
            let end = Int(tree.ends[node])
            if plainLength != TokenTree.notPlain, end - node >= 4,
                automaton.plainDepth(of: target) >= Int(plainLength)
            {
                for index in tree.allTokens(below: node) { mask.insert(tree.tokens[index]) }
                node = end
                continue
            }
            for index in tree.ownTokens(of: node) { mask.insert(tree.tokens[index]) }
            reached[depth + 1] = target
            node += 1
        }
    }
}
