/// What is settled about a program before any text is matched.
///
/// - Every thread can finish: what leads nowhere is cut off.
/// - A counted repetition of what may be empty has no lower bound, so that following it needs no
///   empty rounds.
/// - No rule calls itself before it has read something.
struct ProgramChecks {
    private var program: Program
    private let budget: CompileBudget
    private var isProductive: [Bool]
    private var isNullable: [Bool]

    static func checked(
        _ program: Program,
        budget: CompileBudget
    ) throws(GrammarError) -> Program {
        var checks = ProgramChecks(program: program, budget: budget)
        try checks.findProductive()
        let root = Int(program.ruleStarts[Int(program.rootRule)])
        guard checks.isProductive[root] else {
            throw .unsatisfiable(path: program.ruleNames[Int(program.rootRule)])
        }
        checks.cutDeadEnds()
        try checks.findNullable()
        checks.relaxLoops()
        try checks.refuseLeftRecursion()
        return checks.program
    }

    private init(program: Program, budget: CompileBudget) {
        self.program = program
        self.budget = budget
        isProductive = Array(repeating: false, count: program.instructions.count)
        isNullable = isProductive
    }

    private func start(of rule: Int32) -> Int { Int(program.ruleStarts[Int(rule)]) }

    // MARK: - Dead ends

    private mutating func findProductive() throws(GrammarError) {
        var changed = true
        while changed {
            changed = false
            try budget.spend(program.instructions.count, at: "#")
            // Most states lead to states built before them, so one pass does most of the work.
            for state in program.instructions.indices where !isProductive[state] {
                if leadsOn(state) {
                    isProductive[state] = true
                    changed = true
                }
            }
        }
    }

    private func leadsOn(_ state: Int) -> Bool {
        switch program.instructions[state] {
        case .edges(let first, let count):
            program.edges[Int(first)..<Int(first + count)].contains {
                isProductive[Int($0.next)]
            }
        case .split(let first, let count):
            program.targets[Int(first)..<Int(first + count)].contains { isProductive[Int($0)] }
        case .call(let rule, let next): isProductive[start(of: rule)] && isProductive[Int(next)]
        case .loop(let rule, let least, _, let next):
            isProductive[Int(next)] && (least == 0 || isProductive[start(of: rule)])
        case .leaf(let leaf, let next):
            isProductive[Int(next)] && !program.leaves[Int(leaf)].isEmpty
        case .special(_, let next), .bytes(_, _, let next): isProductive[Int(next)]
        case .accept: true
        }
    }

    private mutating func cutDeadEnds() {
        let dead = Program.Instruction.split(first: 0, count: 0)
        for state in program.instructions.indices {
            guard isProductive[state] else {
                program.instructions[state] = dead
                continue
            }
            switch program.instructions[state] {
            case .edges(let first, let count):
                let kept = program.edges[Int(first)..<Int(first + count)].filter {
                    isProductive[Int($0.next)]
                }
                guard kept.count < Int(count) else { continue }
                program.edges.replaceSubrange(Int(first)..<Int(first) + kept.count, with: kept)
                program.instructions[state] = .edges(first: first, count: Int32(kept.count))
            case .split(let first, let count):
                let kept = program.targets[Int(first)..<Int(first + count)].filter {
                    isProductive[Int($0)]
                }
                guard kept.count < Int(count) else { continue }
                program.targets.replaceSubrange(Int(first)..<Int(first) + kept.count, with: kept)
                program.instructions[state] = .split(first: first, count: Int32(kept.count))
            case .loop(let rule, _, _, let next) where !isProductive[start(of: rule)]:
                program.instructions[state] = .loop(rule: rule, least: 0, most: 0, next: next)
            default: continue
            }
        }
    }

    // MARK: - Empty texts

    private mutating func findNullable() throws(GrammarError) {
        var changed = true
        while changed {
            changed = false
            try budget.spend(program.instructions.count, at: "#")
            for state in program.instructions.indices where !isNullable[state] {
                if canBeEmpty(state) {
                    isNullable[state] = true
                    changed = true
                }
            }
        }
    }

    private func canBeEmpty(_ state: Int) -> Bool {
        switch program.instructions[state] {
        case .edges, .bytes, .special: false
        case .split(let first, let count):
            program.targets[Int(first)..<Int(first + count)].contains { isNullable[Int($0)] }
        case .call(let rule, let next): isNullable[start(of: rule)] && isNullable[Int(next)]
        case .loop(let rule, let least, _, let next):
            isNullable[Int(next)] && (least == 0 || isNullable[start(of: rule)])
        case .leaf(let leaf, let next):
            isNullable[Int(next)] && program.leaves[Int(leaf)].isAccepting(0)
        case .accept: true
        }
    }

    private mutating func relaxLoops() {
        for state in program.instructions.indices {
            guard case .loop(let rule, _, let most, let next) = program.instructions[state],
                isNullable[start(of: rule)]
            else { continue }
            program.instructions[state] = .loop(rule: rule, least: 0, most: most, next: next)
        }
    }

    // MARK: - Left recursion

    private func refuseLeftRecursion() throws(GrammarError) {
        var callees: [[Int32]] = []
        for rule in program.ruleStarts.indices { callees.append(try leftmostCalls(of: rule)) }
        var incoming = Array(repeating: 0, count: callees.count)
        for list in callees { for callee in list { incoming[Int(callee)] += 1 } }
        var free = incoming.indices.filter { incoming[$0] == 0 }
        var removed = 0
        while let rule = free.popLast() {
            removed += 1
            for callee in callees[rule] {
                incoming[Int(callee)] -= 1
                if incoming[Int(callee)] == 0 { free.append(Int(callee)) }
            }
        }
        guard removed < callees.count else { return }
        // What is left over stands on a cycle or behind one; walking back leads to the cycle.
        var rule = incoming.firstIndex { $0 > 0 } ?? 0
        for _ in 0..<min(callees.count, 100) {
            rule =
                callees.indices.first { incoming[$0] > 0 && callees[$0].contains(Int32(rule)) }
                ?? rule
        }
        throw .unsupported(
            feature: "left recursion",
            path: program.ruleNames[rule],
            reason: "the rule calls itself before it has read anything"
        )
    }

    /// The rules that a rule may call before it has read anything.
    private func leftmostCalls(of rule: Int) throws(GrammarError) -> [Int32] {
        var seen: Set<Int32> = []
        var pending = [program.ruleStarts[rule]]
        var calls: Set<Int32> = []
        while let state = pending.popLast() {
            guard seen.insert(state).inserted else { continue }
            try budget.spend(1, at: program.ruleNames[rule])
            switch program.instructions[Int(state)] {
            case .edges, .bytes, .special, .accept: break
            case .split(let first, let count):
                pending += program.targets[Int(first)..<Int(first + count)]
            case .call(let callee, let next):
                calls.insert(callee)
                if isNullable[start(of: callee)] { pending.append(next) }
            case .loop(let callee, let least, let most, let next):
                if most != 0 { calls.insert(callee) }
                if least == 0 { pending.append(next) }
            case .leaf(let leaf, let next):
                if program.leaves[Int(leaf)].isAccepting(0) { pending.append(next) }
            }
        }
        return calls.sorted()
    }
}
