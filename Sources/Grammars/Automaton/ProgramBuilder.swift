/// Builds a ``Program`` out of expressions, back to front.
struct ProgramBuilder {
    private(set) var program = Program()
    let budget: CompileBudget
    /// The rules for any JSON value, which schemas of one source share.
    var anyValueRules: [JSONTextOptions: Int] = [:]
    private var leafNumbers: [Leaf: Int32] = [:]
    private var specialNumbers: [String: Int32] = [:]
    private var accept: Int32 = 0
    private var dead: Int32 = 0

    init(budget: CompileBudget) {
        self.budget = budget
        program.instructions = [.accept, .split(first: 0, count: 0)]
        dead = 1
    }

    /// Makes room for a rule, which may be called before it is defined.
    mutating func declareRule(_ name: String) throws(GrammarError) -> Int {
        guard program.ruleStarts.count < budget.limits.rules else {
            throw .tooLarge(path: name, what: "the number of rules", limit: budget.limits.rules)
        }
        program.ruleStarts.append(dead)
        program.ruleNames.append(name)
        return program.ruleStarts.count - 1
    }

    mutating func define(_ rule: Int, as expression: Expression) throws(GrammarError) {
        let start = try build(expression, next: accept, rule: rule, depth: 0)
        program.ruleStarts[rule] = start
    }

    // MARK: - Expressions

    private mutating func build(
        _ expression: Expression,
        next: Int32,
        rule: Int,
        depth: Int
    ) throws(GrammarError) -> Int32 {
        let name = program.ruleNames[rule]
        // Sources are bounded in depth themselves; each level makes a few levels of expression.
        guard depth < 2000 else {
            throw .tooLarge(path: name, what: "the depth of nesting", limit: budget.limits.depth)
        }
        try budget.spend(1, at: name)
        switch expression {
        case .empty: return next
        case .never: return dead
        case .bytes(let bytes): return try addBytes(bytes[...], next: next, rule: rule)
        case .scalar(let set): return try buildScalar(set, next: next, rule: rule)
        case .words(let words): return try buildWords(words, next: next, rule: rule)
        case .sequence(let parts):
            var entry = next
            for part in parts.reversed() {
                entry = try build(part, next: entry, rule: rule, depth: depth + 1)
            }
            return entry
        case .choice(let parts):
            var entries: [Int32] = []
            for part in parts {
                entries.append(try build(part, next: next, rule: rule, depth: depth + 1))
            }
            return entries.count == 1 ? entries[0] : try addSplit(entries, rule: rule)
        case .repeated(let body, let least, let most):
            let range = (least: least, most: most)
            return try buildRepetition(body, range, next: next, rule: rule, depth: depth + 1)
        case .call(let callee):
            return try add(.call(rule: Int32(callee), next: next), rule: rule)
        case .leaf(let leaf):
            let number = leafNumbers[leaf] ?? Int32(program.leaves.count)
            if number == program.leaves.count {
                leafNumbers[leaf] = number
                program.leaves.append(leaf)
            }
            return try add(.leaf(number, next: next), rule: rule)
        case .special(let text):
            let number = specialNumbers[text] ?? Int32(program.specials.count)
            if number == program.specials.count {
                specialNumbers[text] = number
                program.specials.append(text)
            }
            return try add(.special(number, next: next), rule: rule)
        }
    }

    /// Small repetitions are written out; large ones count on the stack.
    private mutating func buildRepetition(
        _ body: Expression,
        _ range: (least: Int, most: Int?),
        next: Int32,
        rule: Int,
        depth: Int
    ) throws(GrammarError) -> Int32 {
        let (least, most) = range
        let name = program.ruleNames[rule]
        guard least >= 0, least <= most ?? least else { return dead }
        try budget.checkRepetitions(max(least, most ?? 0), at: name)
        if most == nil, least <= 1 {
            let loop = try addSplit([dead, next], rule: rule)
            let inner = try build(body, next: loop, rule: rule, depth: depth)
            guard case .split(let first, _) = program.instructions[Int(loop)] else { return loop }
            program.targets[Int(first)] = inner
            return least == 1 ? inner : loop
        }
        let copies = most ?? least
        if copies <= 16, body.cost(limit: 64) * copies <= 64 {
            var entry = next
            for _ in 0..<(copies - least) {
                let inner = try build(body, next: entry, rule: rule, depth: depth)
                entry = try addSplit([inner, next], rule: rule)
            }
            if most == nil {
                return try buildRepetition(
                    .sequence(
                        Array(repeating: body, count: least - 1) + [
                            .repeated(body, atLeast: 1, atMost: nil)
                        ]
                    ),
                    (1, 1),
                    next: next,
                    rule: rule,
                    depth: depth
                )
            }
            for _ in 0..<least {
                entry = try build(body, next: entry, rule: rule, depth: depth)
            }
            return entry
        }
        let callee = try declareRule(name)
        let start = try build(body, next: accept, rule: callee, depth: depth)
        program.ruleStarts[callee] = start
        return try add(
            .loop(
                rule: Int32(callee),
                least: Int32(least),
                most: most.map { Int32($0) } ?? -1,
                next: next
            ),
            rule: rule
        )
    }

    private mutating func buildScalar(
        _ set: ScalarSet,
        next: Int32,
        rule: Int
    ) throws(GrammarError) -> Int32 {
        var edges: [Program.Edge] = []
        for sequence in UTF8Sequence.sequences(of: set) {
            var entry = next
            for bytes in sequence.bytes.dropFirst().reversed() {
                let edge = Program.Edge(low: bytes.lowerBound, high: bytes.upperBound, next: entry)
                entry = try addEdges([edge], rule: rule)
            }
            guard let first = sequence.bytes.first else { continue }
            edges.append(
                Program.Edge(low: first.lowerBound, high: first.upperBound, next: entry)
            )
        }
        return try addEdges(edges, rule: rule)
    }

    /// A node of a tree of words whose words are not all known yet.
    private struct OpenNode {
        /// What leads on: bytes without a fork, and the state behind them.
        var branches: [(bytes: [UInt8], next: Int32)] = []
        var endsWord = false
    }

    /// A tree of prefixes: built from the sorted words without recursion, deepest nodes first.
    private mutating func buildWords(
        _ words: [[UInt8]],
        next: Int32,
        rule: Int
    ) throws(GrammarError) -> Int32 {
        let sorted = words.sorted { $0.lexicographicallyPrecedes($1) }
        // The nodes from the root to the end of the current word.
        var open = [OpenNode()]
        var current: [UInt8] = []
        for word in sorted {
            try budget.spend(word.count + 1, at: program.ruleNames[rule])
            let shared = zip(current, word).prefix { $0 == $1 }.count
            try close(&open, down: shared, word: current, next: next, rule: rule)
            open += word[shared...].map { _ in OpenNode() }
            open[word.count].endsWord = true
            current = word
        }
        try close(&open, down: 0, word: current, next: next, rule: rule)
        return try state(of: open[0], next: next, rule: rule)
    }

    private mutating func close(
        _ open: inout [OpenNode],
        down depth: Int,
        word: [UInt8],
        next: Int32,
        rule: Int
    ) throws(GrammarError) {
        while open.count > depth + 1, let node = open.popLast() {
            let byte = word[open.count - 1]
            if node.branches.count == 1, !node.endsWord {
                // No fork here: the bytes are read in one go, last one first.
                let branch = node.branches[0]
                open[open.count - 1].branches.append((branch.bytes + [byte], branch.next))
            } else {
                let entry = try state(of: node, next: next, rule: rule)
                open[open.count - 1].branches.append(([byte], entry))
            }
        }
    }

    private mutating func state(
        of node: OpenNode,
        next: Int32,
        rule: Int
    ) throws(GrammarError) -> Int32 {
        if node.branches.isEmpty { return node.endsWord ? next : dead }
        var edges: [Program.Edge] = []
        var entries: [Int32] = node.endsWord ? [next] : []
        for branch in node.branches {
            let bytes = Array(branch.bytes.reversed())
            if node.branches.count == 1 {
                entries.append(try addBytes(bytes[...], next: branch.next, rule: rule))
            } else {
                let rest = try addBytes(bytes.dropFirst(), next: branch.next, rule: rule)
                edges.append(Program.Edge(low: bytes[0], high: bytes[0], next: rest))
            }
        }
        if !edges.isEmpty { entries.append(try addEdges(edges, rule: rule)) }
        return entries.count == 1 ? entries[0] : try addSplit(entries, rule: rule)
    }

    // MARK: - Instructions

    private mutating func addBytes(
        _ bytes: ArraySlice<UInt8>,
        next: Int32,
        rule: Int
    ) throws(GrammarError) -> Int32 {
        guard !bytes.isEmpty else { return next }
        try budget.spend(bytes.count, at: program.ruleNames[rule])
        let first = Int32(program.bytes.count)
        program.bytes += bytes
        return try add(.bytes(first: first, count: Int32(bytes.count), next: next), rule: rule)
    }

    private mutating func addEdges(
        _ edges: [Program.Edge],
        rule: Int
    ) throws(GrammarError) -> Int32 {
        guard !edges.isEmpty else { return dead }
        let first = Int32(program.edges.count)
        program.edges += edges
        return try add(.edges(first: first, count: Int32(edges.count)), rule: rule)
    }

    private mutating func addSplit(
        _ targets: [Int32],
        rule: Int
    ) throws(GrammarError) -> Int32 {
        guard !targets.isEmpty else { return dead }
        let first = Int32(program.targets.count)
        program.targets += targets
        return try add(.split(first: first, count: Int32(targets.count)), rule: rule)
    }

    private mutating func add(
        _ instruction: Program.Instruction,
        rule: Int
    ) throws(GrammarError) -> Int32 {
        program.instructions.append(instruction)
        try budget.spend(1, at: program.ruleNames[rule])
        try budget.checkStates(program.instructions.count, at: program.ruleNames[rule])
        return Int32(program.instructions.count - 1)
    }
}
