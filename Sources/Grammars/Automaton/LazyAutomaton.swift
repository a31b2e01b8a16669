/// Runs a ``Program``: a deterministic automaton whose states are made when they are met.
///
/// A state (a configuration) is a set of threads, each a place in the program with the stack above
/// it. Stacks are shared, as linked nodes; equal stacks and equal configurations have equal
/// numbers, so what was worked out once for a configuration holds whenever it comes again.
struct LazyAutomaton {
    /// One thread, or one frame of a stack: where it stands, its count or leaf state, the frame
    /// below.
    private struct Node: Hashable {
        var state: Int32
        var parent: Int32
        var aux: Int64
    }

    /// What is known of a configuration.
    private struct Configuration {
        /// Its threads: numbers of nodes, ascending.
        var threads: [Int32]
        var isComplete: Bool
        /// Where its row of 256 targets begins in `rows`; -1 before the first step.
        var row: Int = -1
        var boundaries = ByteBoundaries()
        /// See ``plainDepth(of:)``; -1 before it is asked for.
        var plainDepth: Int16 = -1
    }

    static let dead: Int32 = -1
    private static let unknown: Int32 = -2
    private static let depthLimit: Int32 = 10_000

    let program: Program
    private let limits: GrammarLimits
    private var nodes: [Node] = []
    private var depths: [Int32] = []
    private var nodeNumbers: [Node: Int32] = [:]
    private var configurations: [Configuration] = []
    private var configurationNumbers: [[Int32]: Int32] = [:]
    private var rows: [Int32] = []
    private var threadCount = 0
    private(set) var start: Int32 = LazyAutomaton.dead
    /// How many steps of threads may still be spent before the next ``refuel()``.
    private(set) var fuel: Int
    /// Whether something could not be worked out since the last ``refuel()``.
    private(set) var isExhausted = false

    // Kept between closures, so that no closure allocates.
    private var pending: [Item] = []
    private var seen: [Item] = []
    private var seenSet: Set<Item> = []

    /// A thread on its way through instructions that read nothing.
    ///
    /// `fresh` counts the frames on
    /// top of its stack that were pushed since the last byte.
    private struct Item: Hashable {
        var state: Int32
        var parent: Int32
        var aux: Int64
        var fresh: Int32
    }

    init(_ program: Program, limits: GrammarLimits) {
        self.program = program
        self.limits = limits
        fuel = limits.stepFuel
        reset()
    }

    /// Forgets everything that was worked out.
    mutating func reset() {
        nodes = []
        depths = []
        nodeNumbers = [:]
        configurations = []
        configurationNumbers = [:]
        rows = []
        threadCount = 0
        refuel()
        pending = [
            Item(
                state: program.ruleStarts[Int(program.rootRule)],
                parent: -1,
                aux: 0,
                fresh: 0
            )
        ]
        start = closeAndIntern()
    }

    /// Allows the next operation its full work.
    mutating func refuel() {
        fuel = limits.stepFuel
        isExhausted = false
    }

    /// Bytes held, roughly.
    var byteCount: Int {
        rows.count * 4 + configurations.count * 120 + threadCount * 16 + nodes.count * 64
    }

    var configurationCount: Int { configurations.count }

    func isComplete(_ configuration: Int32) -> Bool {
        configuration >= 0 && configurations[Int(configuration)].isComplete
    }

    /// Whether anything may follow: a byte or a control token.
    func canContinue(_ configuration: Int32) -> Bool {
        configuration >= 0 && !configurations[Int(configuration)].threads.isEmpty
    }

    // MARK: - Steps

    /// The configuration after one more byte; ``dead`` when it cannot stand there.
    mutating func step(_ configuration: Int32, _ byte: UInt8) -> Int32 {
        let row = configurations[Int(configuration)].row
        if row >= 0 {
            let known = rows[row + Int(byte)]
            if known != Self.unknown { return known }
        }
        return workOut(configuration, byte)
    }

    /// The row of targets of a configuration, where it has one, for the walk over tokens.
    func knownTarget(_ configuration: Int32, _ byte: UInt8) -> Int32? {
        let row = configurations[Int(configuration)].row
        guard row >= 0 else { return nil }
        let target = rows[row + Int(byte)]
        return target == Self.unknown ? nil : target
    }

    private mutating func workOut(_ configuration: Int32, _ byte: UInt8) -> Int32 {
        let index = Int(configuration)
        if configurations[index].row < 0 { expand(index) }
        pending.removeAll(keepingCapacity: true)
        fuel -= configurations[index].threads.count
        for thread in configurations[index].threads {
            let node = nodes[Int(thread)]
            switch program.instructions[Int(node.state)] {
            case .edges(let first, let count):
                for edge in program.edges[Int(first)..<Int(first + count)]
                where edge.low <= byte && byte <= edge.high {
                    append(edge.next, node.parent, 0)
                }
            case .bytes(let first, let count, let next):
                guard program.bytes[Int(first) + Int(node.aux)] == byte else { continue }
                let isLast = node.aux + 1 == count
                append(isLast ? next : node.state, node.parent, isLast ? 0 : node.aux + 1)
            case .leaf(let leaf, _):
                if let aux = program.leaves[Int(leaf)].step(node.aux, byte) {
                    append(node.state, node.parent, aux)
                }
            default: break
            }
        }
        let target = pending.isEmpty ? Self.dead : closeAndIntern()
        guard !isExhausted else { return Self.dead }
        let row = configurations[index].row
        for other in configurations[index].boundaries.run(around: byte) {
            rows[row + other] = target
        }
        return target
    }

    private mutating func append(_ state: Int32, _ parent: Int32, _ aux: Int64) {
        pending.append(Item(state: state, parent: parent, aux: aux, fresh: 0))
    }

    /// Gives a configuration its row, and finds which bytes it treats alike.
    private mutating func expand(_ index: Int) {
        var boundaries = ByteBoundaries()
        for thread in configurations[index].threads {
            let node = nodes[Int(thread)]
            switch program.instructions[Int(node.state)] {
            case .edges(let first, let count):
                for edge in program.edges[Int(first)..<Int(first + count)] {
                    boundaries.mark(edge.low...edge.high)
                }
            case .bytes(let first, _, _):
                boundaries.mark(only: program.bytes[Int(first) + Int(node.aux)])
            case .leaf(let leaf, _):
                program.leaves[Int(leaf)].markBoundaries(node.aux, in: &boundaries)
            default: break
            }
        }
        configurations[index].boundaries = boundaries
        configurations[index].row = rows.count
        rows.append(contentsOf: repeatElement(Self.unknown, count: 256))
    }

    /// The control tokens that may come next.
    func specials(_ configuration: Int32) -> Set<Int32> {
        guard configuration >= 0 else { return [] }
        var result: Set<Int32> = []
        for thread in configurations[Int(configuration)].threads {
            let state = nodes[Int(thread)].state
            if case .special(let special, _) = program.instructions[Int(state)] {
                result.insert(special)
            }
        }
        return result
    }

    mutating func stepSpecial(_ configuration: Int32, _ special: Int32) -> Int32 {
        pending.removeAll(keepingCapacity: true)
        for thread in configurations[Int(configuration)].threads {
            let node = nodes[Int(thread)]
            if case .special(special, let next) = program.instructions[Int(node.state)] {
                append(next, node.parent, 0)
            }
        }
        let target = pending.isEmpty ? Self.dead : closeAndIntern()
        return isExhausted ? Self.dead : target
    }

    // MARK: - Runs of bytes

    /// The bytes around one that lead to the same configuration as it does.
    mutating func run(of configuration: Int32, around byte: UInt8) -> ClosedRange<Int> {
        let index = Int(configuration)
        if configurations[index].row < 0 { expand(index) }
        return configurations[index].boundaries.run(around: byte)
    }

    /// What ``plainDepth(of:)`` found before; -1 for nothing.
    func knownPlainDepth(_ configuration: Int32) -> Int {
        Int(configurations[Int(configuration)].plainDepth)
    }

    mutating func setPlainDepth(_ configuration: Int32, _ depth: Int) {
        configurations[Int(configuration)].plainDepth = Int16(depth)
    }

    /// For how many scalars some thread takes any plain text, where that can be told at once.
    func evidentPlainDepth(_ configuration: Int32) -> Int? {
        var deepest: Int?
        for thread in configurations[Int(configuration)].threads {
            let node = nodes[Int(thread)]
            if case .leaf(let leaf, _) = program.instructions[Int(node.state)],
                case .string(let string) = program.leaves[Int(leaf)],
                let depth = string.plainDepth(node.aux)
            {
                deepest = max(depth, deepest ?? 0)
            }
        }
        return deepest
    }

    /// A configuration that has the same mask, as long as no token has more than `distance` bytes.
    mutating func representative(_ configuration: Int32, within distance: Int) -> Int32 {
        guard configuration >= 0 else { return configuration }
        let index = Int(configuration)
        var threads = configurations[index].threads
        var isChanged = false
        for (place, thread) in threads.enumerated() {
            let node = nodes[Int(thread)]
            guard case .leaf(let leaf, _) = program.instructions[Int(node.state)],
                case .string(let string) = program.leaves[Int(leaf)]
            else { continue }
            let aux = string.representative(node.aux, within: distance)
            if aux == node.aux { continue }
            threads[place] = self.node(node.state, node.parent, aux)
            isChanged = true
        }
        guard isChanged else { return configuration }
        return intern(
            Set(threads).sorted(),
            isComplete: configurations[index].isComplete
        )
    }

    // MARK: - Closure

    /// Runs the pending threads to where they read, and numbers what they make up.
    private mutating func closeAndIntern() -> Int32 {
        seen.removeAll(keepingCapacity: true)
        if !seenSet.isEmpty { seenSet.removeAll(keepingCapacity: true) }
        var threads: [Int32] = []
        var isComplete = false
        while let item = pending.popLast() {
            guard isNew(item) else { continue }
            fuel -= 1
            guard fuel > 0, threads.count <= limits.threads else {
                isExhausted = true
                pending.removeAll(keepingCapacity: true)
                return Self.dead
            }
            advance(item, into: &threads, &isComplete)
        }
        if threads.count > 1 {
            threads.sort()
            var kept = 1
            for index in 1..<threads.count where threads[index] != threads[kept - 1] {
                threads[kept] = threads[index]
                kept += 1
            }
            threads.removeLast(threads.count - kept)
        }
        guard isComplete || !threads.isEmpty else { return Self.dead }
        return intern(threads, isComplete: isComplete)
    }

    /// Few threads are compared one by one, which is faster than hashing them.
    private mutating func isNew(_ item: Item) -> Bool {
        if seen.count < 24 {
            if seen.contains(item) { return false }
            seen.append(item)
            return true
        }
        if seenSet.isEmpty { seenSet.formUnion(seen) }
        return seenSet.insert(item).inserted
    }

    private mutating func advance(
        _ item: Item,
        into threads: inout [Int32],
        _ isComplete: inout Bool
    ) {
        switch program.instructions[Int(item.state)] {
        case .edges(_, let count):
            if count > 0 { threads.append(node(item.state, item.parent, 0)) }
        case .special: threads.append(node(item.state, item.parent, 0))
        case .bytes: threads.append(node(item.state, item.parent, item.aux))
        case .split(let first, let count):
            for index in Int(first)..<Int(first + count) {
                go(item, to: program.targets[index])
            }
        case .leaf(let leaf, let next):
            let reader = program.leaves[Int(leaf)]
            if reader.canContinue(item.aux) {
                threads.append(node(item.state, item.parent, item.aux))
            }
            if reader.isAccepting(item.aux) { go(item, to: next) }
        case .call(let rule, let next):
            call(rule, item, returnTo: next, aux: 0)
        case .loop(let rule, let least, let most, let next):
            let count = item.aux
            if count >= least { go(item, to: next) }
            if most < 0 || count < most {
                let most = most < 0 ? max(Int64(least), 1) : Int64(most)
                call(rule, item, returnTo: item.state, aux: min(count + 1, most))
            }
        case .accept: finish(item, &isComplete)
        }
    }

    private mutating func go(_ item: Item, to state: Int32) {
        pending.append(Item(state: state, parent: item.parent, aux: 0, fresh: item.fresh))
    }

    private mutating func call(_ rule: Int32, _ item: Item, returnTo next: Int32, aux: Int64) {
        let start = program.ruleStarts[Int(rule)]
        if aux == 0, program.instructions[Int(next)] == .accept {
            // A last call needs no frame: recursion to the right stays flat.
            pending.append(Item(state: start, parent: item.parent, aux: 0, fresh: item.fresh))
            return
        }
        let depth = item.parent < 0 ? 0 : depths[Int(item.parent)]
        guard depth < Self.depthLimit else { return }
        let frame = node(next, item.parent, aux)
        pending.append(Item(state: start, parent: frame, aux: 0, fresh: item.fresh + 1))
    }

    private mutating func finish(_ item: Item, _ isComplete: inout Bool) {
        guard item.parent >= 0 else {
            isComplete = true
            return
        }
        let frame = nodes[Int(item.parent)]
        // An empty round of a counted repetition counts for nothing: its lower bound is 0.
        if item.fresh > 0, frame.aux > 0 { return }
        pending.append(
            Item(
                state: frame.state,
                parent: frame.parent,
                aux: frame.aux,
                fresh: max(0, item.fresh - 1)
            )
        )
    }

    private mutating func node(_ state: Int32, _ parent: Int32, _ aux: Int64) -> Int32 {
        let node = Node(state: state, parent: parent, aux: aux)
        if let number = nodeNumbers[node] { return number }
        let number = Int32(nodes.count)
        nodes.append(node)
        depths.append(parent < 0 ? 0 : depths[Int(parent)] + 1)
        nodeNumbers[node] = number
        return number
    }

    private mutating func intern(_ threads: [Int32], isComplete: Bool) -> Int32 {
        // Whether a configuration is complete follows from its threads but for the end itself.
        let key = threads + [isComplete ? -1 : -2]
        if let number = configurationNumbers[key] { return number }
        let number = Int32(configurations.count)
        configurations.append(Configuration(threads: threads, isComplete: isComplete))
        configurationNumbers[key] = number
        threadCount += threads.count
        return number
    }

    // MARK: - Keeping a configuration

    /// A configuration written out, so that it outlives ``reset()``.
    struct Snapshot: Sendable {
        fileprivate var stacks: [[(state: Int32, aux: Int64)]]
        fileprivate var isComplete: Bool
    }

    func snapshot(_ configuration: Int32) -> Snapshot {
        guard configuration >= 0 else { return Snapshot(stacks: [], isComplete: false) }
        let stacks = configurations[Int(configuration)].threads.map { thread in
            var stack: [(state: Int32, aux: Int64)] = []
            var number = thread
            while number >= 0 {
                let node = nodes[Int(number)]
                stack.append((node.state, node.aux))
                number = node.parent
            }
            return stack
        }
        return Snapshot(
            stacks: stacks,
            isComplete: configurations[Int(configuration)].isComplete
        )
    }

    mutating func restore(_ snapshot: Snapshot) -> Int32 {
        let threads = snapshot.stacks.map { stack in
            var parent: Int32 = -1
            for frame in stack.reversed() { parent = node(frame.state, parent, frame.aux) }
            return parent
        }
        guard snapshot.isComplete || !threads.isEmpty else { return Self.dead }
        return intern(threads.sorted(), isComplete: snapshot.isComplete)
    }
}
