/// A deterministic automaton over Unicode scalars.
///
/// Scalars that no transition tells apart share a class; classes are ranges, in order. State 0 is
/// the start. Every state can still reach an accepting one, so a text that has not been refused
/// can always be finished. Only the empty language breaks this rule: its start accepts nothing.
struct ScalarAutomaton: Hashable, Sendable {
    /// The first scalar of each class, ascending; the first is 0.
    var classStarts: [UInt32]
    /// `state * classCount + class` to state; -1 where there is none.
    var table: [Int32]
    var isAccepting: [Bool]

    var classCount: Int { classStarts.count }
    var stateCount: Int { isAccepting.count }

    /// Matches nothing.
    static let never = ScalarAutomaton(classStarts: [0], table: [-1], isAccepting: [false])
    /// Matches every text.
    static let all = ScalarAutomaton(classStarts: [0], table: [0], isAccepting: [true])

    /// Whether no text is matched.
    var isEmpty: Bool { !isAccepting.contains(true) }

    /// Whether every text is matched, as far as one look at the table can tell.
    var isUniversal: Bool { !isAccepting.contains(false) && !table.contains(-1) }

    func scalarClass(of value: UInt32) -> Int {
        var low = 0
        var high = classStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if classStarts[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }

    func target(_ state: Int32, _ value: UInt32) -> Int32 {
        table[Int(state) * classCount + scalarClass(of: value)]
    }

    /// Where a range of scalars leads.
    enum RangeTarget {
        /// Everywhere the same; nil when nowhere.
        case uniform(Int32?)
        /// To several places, at least one of which exists.
        case mixed
    }

    func target(_ state: Int32, _ range: ClosedRange<UInt32>) -> RangeTarget {
        let row = Int(state) * classCount
        let first = scalarClass(of: range.lowerBound)
        let target = table[row + first]
        var index = first + 1
        while index < classCount, classStarts[index] <= range.upperBound {
            if table[row + index] != target { return .mixed }
            index += 1
        }
        return .uniform(target < 0 ? nil : target)
    }

    func matches(_ text: some Sequence<Unicode.Scalar>) -> Bool {
        var state: Int32 = 0
        for scalar in text {
            state = target(state, scalar.value)
            if state < 0 { return false }
        }
        return isAccepting[Int(state)]
    }

    /// Texts of a length, counted in scalars.
    static func lengths(
        atLeast least: Int,
        atMost most: Int?,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        let last = most ?? least
        guard last < budget.limits.states else {
            throw .tooLarge(
                path: path,
                what: "a length combined with another rule for the same string",
                limit: budget.limits.states
            )
        }
        guard least <= last else { return .never }
        try budget.spend(last, at: path)
        var table: [Int32] = []
        var isAccepting: [Bool] = []
        for count in 0...last {
            isAccepting.append(count >= least)
            let next = count < last ? count + 1 : (most == nil ? count : -1)
            table.append(Int32(next))
        }
        return ScalarAutomaton(classStarts: [0], table: table, isAccepting: isAccepting)
    }

    /// Exactly these texts.
    static func texts(
        _ texts: [String],
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        var starts: Set<UInt32> = [0]
        for text in texts {
            for scalar in text.unicodeScalars {
                starts.insert(scalar.value)
                starts.insert(scalar.value + 1)
            }
            try budget.spend(text.utf8.count + 1, at: path)
        }
        var result = ScalarAutomaton(
            classStarts: starts.sorted(),
            table: [],
            isAccepting: []
        )
        try result.addState(budget: budget, path: path)
        for text in texts {
            var state = 0
            for scalar in text.unicodeScalars {
                let cell = state * result.classCount + result.scalarClass(of: scalar.value)
                if result.table[cell] < 0 {
                    result.table[cell] = Int32(result.stateCount)
                    try result.addState(budget: budget, path: path)
                }
                state = Int(result.table[cell])
            }
            result.isAccepting[state] = true
        }
        return result
    }

    private mutating func addState(
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) {
        try budget.spend(classCount, at: path)
        isAccepting.append(false)
        table.append(contentsOf: repeatElement(-1, count: classCount))
        try budget.checkStates(stateCount, at: path)
    }

    // MARK: - Trimming

    /// Drops what cannot be reached and what cannot reach an accepting state.
    func trimmed(budget: CompileBudget, path: String) throws(GrammarError) -> ScalarAutomaton {
        try budget.spend(table.count * 2, at: path)
        return withoutSurrogates().trimmed()
    }

    /// Gives classes of surrogates the targets of the class before them.
    ///
    /// No text has surrogates: a state that only they lead on from must count as dead.
    private func withoutSurrogates() -> ScalarAutomaton {
        var result = self
        for index in classStarts.indices.dropFirst() where classStarts[index] >= 0xD800 {
            guard index + 1 < classCount, classStarts[index + 1] <= 0xE000 else { break }
            for state in 0..<stateCount {
                let cell = state * classCount + index
                result.table[cell] = result.table[cell - 1]
            }
        }
        return result
    }

    private func trimmed() -> ScalarAutomaton {
        let alive = statesThatAccept()
        guard alive[0] else { return .never }
        var number = Array(repeating: Int32(-1), count: stateCount)
        var order = [0]
        number[0] = 0
        var next = 0
        while next < order.count {
            let state = order[next]
            next += 1
            for cell in state * classCount..<(state + 1) * classCount {
                let target = Int(table[cell])
                guard target >= 0, alive[target], number[target] < 0 else { continue }
                number[target] = Int32(order.count)
                order.append(target)
            }
        }
        var result = ScalarAutomaton(classStarts: classStarts, table: [], isAccepting: [])
        for state in order {
            result.isAccepting.append(isAccepting[state])
            for cell in state * classCount..<(state + 1) * classCount {
                let target = table[cell]
                result.table.append(target < 0 ? -1 : number[Int(target)])
            }
        }
        return result.withMergedClasses()
    }

    /// Which states can still reach an accepting one: a search backwards.
    private func statesThatAccept() -> [Bool] {
        var incomingStarts = Array(repeating: 0, count: stateCount + 1)
        for target in table where target >= 0 { incomingStarts[Int(target) + 1] += 1 }
        for state in 0..<stateCount { incomingStarts[state + 1] += incomingStarts[state] }
        var fill = incomingStarts
        var incoming = Array(repeating: 0, count: incomingStarts[stateCount])
        for cell in table.indices where table[cell] >= 0 {
            incoming[fill[Int(table[cell])]] = cell / classCount
            fill[Int(table[cell])] += 1
        }
        var alive = isAccepting
        var pending = (0..<stateCount).filter { isAccepting[$0] }
        while let state = pending.popLast() {
            for source in incoming[incomingStarts[state]..<incomingStarts[state + 1]]
            where !alive[source] {
                alive[source] = true
                pending.append(source)
            }
        }
        return alive
    }

    /// Joins neighbouring classes that every state treats alike.
    private func withMergedClasses() -> ScalarAutomaton {
        let kept = (0..<classCount).filter { index in
            index == 0
                || (0..<stateCount).contains { state in
                    table[state * classCount + index] != table[state * classCount + index - 1]
                }
        }
        guard kept.count < classCount else { return self }
        var result = ScalarAutomaton(
            classStarts: kept.map { classStarts[$0] },
            table: [],
            isAccepting: isAccepting
        )
        result.table.reserveCapacity(stateCount * kept.count)
        for state in 0..<stateCount {
            for index in kept { result.table.append(table[state * classCount + index]) }
        }
        return result
    }
}
