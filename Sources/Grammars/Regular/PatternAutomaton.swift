/// Turns a regular expression into a deterministic automaton over scalars.
///
/// Thompson's construction, then subsets. Anchors are exact: `^` passes only before the first
/// scalar, `$` only after the last one.
struct PatternAutomaton {
    private enum Node {
        /// Ranges of classes that lead on.
        case set([ClosedRange<Int>], next: Int)
        case split([Int])
        case start(next: Int)
        case end(next: Int)
        case accept
    }

    private let budget: CompileBudget
    private let path: String
    private let classStarts: [UInt32]
    private var nodes: [Node] = []

    /// The texts in which a pattern is found, as JSON Schema means it.
    static func searching(
        _ pattern: String,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        let tree = try RegexParser.parse(pattern, budget: budget, path: path)
        let anything = RegexTree.repeated(.set(.all), atLeast: 0, atMost: nil)
        let searched = RegexTree.sequence([anything, tree, anything])
        return try matching(searched, budget: budget, path: path)
    }

    /// The texts that a tree matches as a whole.
    static func matching(
        _ tree: RegexTree,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ScalarAutomaton {
        var starts: Set<UInt32> = [0]
        collectBoundaries(tree, into: &starts)
        var automaton = PatternAutomaton(
            budget: budget,
            path: path,
            classStarts: starts.sorted()
        )
        automaton.nodes.append(.accept)
        let root = try automaton.build(tree, next: 0)
        return try automaton.determinized(from: root).trimmed(budget: budget, path: path)
    }

    private init(budget: CompileBudget, path: String, classStarts: [UInt32]) {
        self.budget = budget
        self.path = path
        self.classStarts = classStarts
    }

    private static func collectBoundaries(_ tree: RegexTree, into starts: inout Set<UInt32>) {
        switch tree {
        case .empty, .start, .end: break
        case .set(let set):
            for range in set.ranges {
                starts.insert(range.lowerBound)
                if range.upperBound < 0x10FFFF { starts.insert(range.upperBound + 1) }
            }
        case .sequence(let parts), .choice(let parts):
            for part in parts { collectBoundaries(part, into: &starts) }
        case .repeated(let body, _, _): collectBoundaries(body, into: &starts)
        }
    }

    // MARK: - Construction

    private mutating func add(_ node: Node) throws(GrammarError) -> Int {
        nodes.append(node)
        try budget.spend(1, at: path)
        try budget.checkStates(nodes.count, at: path)
        return nodes.count - 1
    }

    private mutating func build(_ tree: RegexTree, next: Int) throws(GrammarError) -> Int {
        switch tree {
        case .empty: return next
        case .start: return try add(.start(next: next))
        case .end: return try add(.end(next: next))
        case .set(let set):
            var ranges: [ClosedRange<Int>] = []
            for range in set.ranges {
                let first = classIndex(range.lowerBound)
                let last = classIndex(range.upperBound)
                ranges.append(first...last)
            }
            return try add(.set(ranges, next: next))
        case .sequence(let parts):
            var entry = next
            for part in parts.reversed() { entry = try build(part, next: entry) }
            return entry
        case .choice(let parts):
            var entries: [Int] = []
            for part in parts { entries.append(try build(part, next: next)) }
            return try add(.split(entries))
        case .repeated(let body, let least, let most):
            return try buildRepetition(body, least, most, next: next)
        }
    }

    private mutating func buildRepetition(
        _ body: RegexTree,
        _ least: Int,
        _ most: Int?,
        next: Int
    ) throws(GrammarError) -> Int {
        var entry = next
        if let most {
            for _ in 0..<(most - least) {
                try budget.spend(1, at: path)
                let inner = try build(body, next: entry)
                entry = try add(.split([inner, next]))
            }
        } else {
            let loop = try add(.split([]))
            let inner = try build(body, next: loop)
            nodes[loop] = .split([inner, next])
            entry = loop
        }
        for _ in 0..<least {
            try budget.spend(1, at: path)
            entry = try build(body, next: entry)
        }
        return entry
    }

    private func classIndex(_ value: UInt32) -> Int {
        var low = 0
        var high = classStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if classStarts[middle] <= value { low = middle } else { high = middle }
        }
        return low
    }

    // MARK: - Subsets

    private struct Subset: Hashable {
        var states: [Int32]
        var accepts: Bool
    }

    private func determinized(from root: Int) throws(GrammarError) -> ScalarAutomaton {
        var result = ScalarAutomaton(classStarts: classStarts, table: [], isAccepting: [])
        var subsets = [try closure(of: [Int32(root)], atStart: true)]
        var numbers = [subsets[0]: Int32(0)]
        var next = 0
        var targets = Array(repeating: [Int32](), count: classStarts.count)
        while next < subsets.count {
            let subset = subsets[next]
            next += 1
            result.isAccepting.append(subset.accepts)
            for index in targets.indices { targets[index].removeAll(keepingCapacity: true) }
            for state in subset.states {
                guard case .set(let ranges, let following) = nodes[Int(state)] else { continue }
                for range in ranges {
                    try budget.spend(range.count, at: path)
                    for index in range { targets[index].append(Int32(following)) }
                }
            }
            var previous: (targets: [Int32], number: Int32)?
            for index in targets.indices {
                guard !targets[index].isEmpty else {
                    result.table.append(-1)
                    continue
                }
                if let previous, previous.targets == targets[index] {
                    result.table.append(previous.number)
                    continue
                }
                let closed = try closure(of: targets[index], atStart: false)
                let number = numbers[closed] ?? Int32(subsets.count)
                if number == subsets.count {
                    numbers[closed] = number
                    subsets.append(closed)
                    try budget.checkStates(subsets.count, at: path)
                }
                previous = (targets[index], number)
                result.table.append(number)
            }
        }
        return result
    }

    /// Everything that is reached without reading.
    private func closure(of seeds: [Int32], atStart: Bool) throws(GrammarError) -> Subset {
        var seen: Set<Int32> = []
        var pending: [(state: Int32, hasEnded: Bool)] = seeds.map { ($0, false) }
        var endedSeen: Set<Int32> = []
        var states: [Int32] = []
        var accepts = false
        while let (state, hasEnded) = pending.popLast() {
            let isNew = hasEnded ? endedSeen.insert(state).inserted : seen.insert(state).inserted
            guard isNew else { continue }
            try budget.spend(1, at: path)
            switch nodes[Int(state)] {
            case .set: if !hasEnded { states.append(state) }
            case .split(let targets):
                for target in targets { pending.append((Int32(target), hasEnded)) }
            case .start(let next): if atStart { pending.append((Int32(next), hasEnded)) }
            case .end(let next): pending.append((Int32(next), true))
            case .accept: accepts = true
            }
        }
        return Subset(states: states.sorted(), accepts: accepts)
    }
}
