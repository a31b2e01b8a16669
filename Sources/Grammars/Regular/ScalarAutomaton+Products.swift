extension ScalarAutomaton {
    /// How two languages are put together.
    enum Combination {
        case both, either, firstOnly

        func accepts(_ first: Bool, _ second: Bool) -> Bool {
            switch self {
            case .both: first && second
            case .either: first || second
            case .firstOnly: first && !second
            }
        }

        /// Whether a pair of states can still accept something.
        func isAlive(_ first: Int32, _ second: Int32) -> Bool {
            switch self {
            case .both: first >= 0 && second >= 0
            case .either: first >= 0 || second >= 0
            case .firstOnly: first >= 0
            }
        }
    }

    func intersection(
        _ other: ScalarAutomaton,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        if isUniversal || other.isEmpty { return other }
        if other.isUniversal || isEmpty { return self }
        return try combined(.both, other, budget: budget, path: path)
    }

    func union(
        _ other: ScalarAutomaton,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        if isEmpty || other.isUniversal { return other }
        if other.isEmpty || isUniversal { return self }
        return try combined(.either, other, budget: budget, path: path)
    }

    func subtracting(
        _ other: ScalarAutomaton,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        if isEmpty || other.isEmpty { return self }
        if other.isUniversal { return .never }
        return try combined(.firstOnly, other, budget: budget, path: path)
    }

    /// The product automaton of the pairs that can be reached, trimmed.
    private func combined(
        _ combination: Combination,
        _ other: ScalarAutomaton,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        let starts = Set(classStarts).union(other.classStarts).sorted()
        let firstClass = starts.map { scalarClass(of: $0) }
        let secondClass = starts.map { other.scalarClass(of: $0) }
        var result = ScalarAutomaton(classStarts: starts, table: [], isAccepting: [])
        var pairs: [(Int32, Int32)] = [(0, 0)]
        var numbers: [UInt64: Int32] = [Self.key(0, 0): 0]
        var next = 0
        while next < pairs.count {
            let (first, second) = pairs[next]
            next += 1
            try budget.spend(starts.count, at: path)
            result.isAccepting.append(
                combination.accepts(
                    first >= 0 && isAccepting[Int(first)],
                    second >= 0 && other.isAccepting[Int(second)]
                )
            )
            for index in starts.indices {
                let left =
                    first < 0 ? -1 : table[Int(first) * classCount + firstClass[index]]
                let right =
                    second < 0
                    ? -1 : other.table[Int(second) * other.classCount + secondClass[index]]
                guard combination.isAlive(left, right) else {
                    result.table.append(-1)
                    continue
                }
                let key = Self.key(left, right)
                if let number = numbers[key] {
                    result.table.append(number)
                } else {
                    let number = Int32(pairs.count)
                    numbers[key] = number
                    pairs.append((left, right))
                    try budget.checkStates(pairs.count, at: path)
                    result.table.append(number)
                }
            }
        }
        return try result.trimmed(budget: budget, path: path)
    }

    private static func key(_ first: Int32, _ second: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    }
}
