import JSONDocuments

/// Turns a schema into rules of a program, one per goal.
struct SchemaCompiler {
    private var reader: SchemaReader
    var builder: ProgramBuilder
    let budget: CompileBudget
    private let options: JSONTextOptions
    private var rules: [Goal: Int] = [:]
    private var pending: [Goal] = []

    /// Adds the rules of a schema to a program and returns the number of the schema's own.
    static func compile(
        _ schema: JSONValue,
        options: JSONTextOptions,
        into builder: inout ProgramBuilder,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> Int {
        let document = try SchemaDocument(schema, name: path, budget: budget)
        // Moved, not copied: with many schemas in one source, copies would cost their square.
        var taken = ProgramBuilder(budget: budget)
        swap(&taken, &builder)
        var compiler = SchemaCompiler(
            reader: SchemaReader(document: document, options: options, budget: budget),
            builder: consume taken,
            budget: budget,
            options: options
        )
        let root = try compiler.rule(for: Goal(node: SchemaDocument.root))
        while let goal = compiler.pending.popLast() { try compiler.define(goal) }
        builder = compiler.builder
        return root
    }

    private init(
        reader: SchemaReader,
        builder: ProgramBuilder,
        budget: CompileBudget,
        options: JSONTextOptions
    ) {
        self.reader = reader
        self.builder = builder
        self.budget = budget
        self.options = options
    }

    var space: Expression { options.whitespace == .none ? .empty : .leaf(.whitespace) }

    /// A comma or a colon with white space around it.
    func separator(_ character: String) -> Expression {
        punctuation(character, spaceAfter: true)
    }

    /// A closing bracket with white space before it.
    func closing(_ character: String) -> Expression { punctuation(character, spaceAfter: false) }

    private func punctuation(_ character: String, spaceAfter: Bool) -> Expression {
        guard options.whitespace != .none, let byte = character.utf8.first else {
            return .text(character)
        }
        return .leaf(.punctuation(byte, spaceAfter: spaceAfter))
    }

    // MARK: - Goals

    private mutating func rule(for goal: Goal) throws(GrammarError) -> Int {
        if let known = rules[goal] { return known }
        if goal.isAnything, let known = builder.anyValueRules[options] { return known }
        let rule = try builder.declareRule(reader.path(of: goal))
        rules[goal] = rule
        if goal.isAnything { builder.anyValueRules[options] = rule }
        pending.append(goal)
        return rule
    }

    /// A value that satisfies a goal.
    mutating func value(_ goal: Goal) throws(GrammarError) -> Expression {
        goal.isNothing ? .never : .call(try rule(for: goal))
    }

    private mutating func define(_ goal: Goal) throws(GrammarError) {
        guard let rule = rules[goal] else { return }
        let shape = try reader.shape(of: goal)
        let path = reader.path(of: goal)
        var choices: [Expression] = []
        var words: [String] = []
        if shape.allowsNull { words.append("null") }
        if shape.allowsTrue { words.append("true") }
        if shape.allowsFalse { words.append("false") }
        if !words.isEmpty { choices.append(.words(words.map { Array($0.utf8) })) }
        if !shape.numbers.isEmpty {
            choices.append(try shape.numbers.expression(budget: budget, path: path))
        }
        if !shape.strings.isEmpty { choices.append(shape.strings.expression()) }
        for array in shape.arrays { choices.append(try self.array(array, path: path)) }
        for object in shape.objects {
            var writer = ObjectWriter(object, path: path)
            choices.append(try writer.expression(&self))
        }
        try builder.define(rule, as: choices.count == 1 ? choices[0] : .choice(choices))
    }

    // MARK: - Arrays

    private mutating func array(
        _ array: ArrayShape,
        path: String
    ) throws(GrammarError) -> Expression {
        if array.isUnique, array.largestCount ?? 2 > 1 {
            let elements = try distinctElements(array, path: path)
            return .sequence([.text("["), elements, closing("]")])
        }
        let elements =
            array.occurrences.isEmpty
            ? try plainElements(array, path: path) : try elementsWithOccurrence(array, path: path)
        return .sequence([.text("["), elements, closing("]")])
    }

    /// Elements with commas between.
    private mutating func plainElements(
        _ array: ArrayShape,
        path: String
    ) throws(GrammarError) -> Expression {
        let most = array.largestCount
        if most == 0 { return .empty }
        let comma = separator(",")
        // From the back: what follows element `index - 1`.
        let prefixCount = min(array.prefix.count, most ?? array.prefix.count)
        var tail = Expression.empty
        if most ?? Int.max > prefixCount {
            let element = try value(array.rest)
            let least = max(0, array.atLeast - prefixCount)
            let rest = most.map { $0 - prefixCount }
            guard prefixCount > 0 else {
                let more = Expression.repeated(
                    .sequence([comma, element]),
                    atLeast: max(0, least - 1),
                    atMost: rest.map { $0 - 1 }
                )
                let all = Expression.sequence([space, element, more])
                return least == 0 ? .optional(all) : all
            }
            tail = .repeated(.sequence([comma, element]), atLeast: least, atMost: rest)
        }
        for index in (0..<prefixCount).reversed() {
            let goal = array.prefix[index]
            let part = Expression.sequence([index > 0 ? comma : space, try value(goal), tail])
            tail = index < array.atLeast ? part : .optional(part)
        }
        return tail
    }

    /// Elements of which some must satisfy a goal of their own: any others, then such a one, as
    /// often as asked, then any others.
    ///
    /// Rules are numbered by how many elements came and how many hits are missing.
    private mutating func elementsWithOccurrence(
        _ array: ArrayShape,
        path: String
    ) throws(GrammarError) -> Expression {
        guard array.occurrences.count == 1 else {
            throw .unsupported(
                feature: "contains",
                path: path,
                reason: "only one 'contains' for the same list can be followed"
            )
        }
        let occurrence = array.occurrences[0]
        let most = array.largestCount
        try budget.checkRepetitions(occurrence.atLeast, at: path)
        // Past this many elements every place is like the last one.
        let last = max(array.prefix.count, array.atLeast, most ?? 0, occurrence.from, 1)
        try budget.checkStates(last * (occurrence.atLeast + 1), at: path)
        let comma = separator(",")
        var following: [Expression] = []
        for index in (0...last).reversed() {
            var current: [Expression] = []
            var ownRule: [Int] = []
            if index == last, most == nil {
                for _ in 0...occurrence.atLeast { ownRule.append(try builder.declareRule(path)) }
                following = ownRule.map { .call($0) }
            }
            for missing in 0...occurrence.atLeast {
                var choices: [Expression] = []
                if missing == 0, index >= array.atLeast { choices.append(.empty) }
                if index < most ?? Int.max {
                    let lead = index > 0 ? comma : space
                    let goal = array.goal(at: index)
                    let other = following[missing]
                    choices.append(.sequence([lead, try value(goal), other]))
                    if missing > 0, index >= occurrence.from {
                        let hit = try value(goal.and(occurrence.goal))
                        choices.append(.sequence([lead, hit, following[missing - 1]]))
                    }
                }
                let rule = ownRule.isEmpty ? try builder.declareRule(path) : ownRule[missing]
                try builder.define(rule, as: .choice(choices))
                current.append(.call(rule))
            }
            following = current
        }
        return following[occurrence.atLeast]
    }

    // MARK: - Distinct elements

    /// More values than this would need too many rules: one per set of values.
    private static let distinctLimit = 10

    /// Elements out of a few fixed values, none of them twice.
    private mutating func distinctElements(
        _ array: ArrayShape,
        path: String
    ) throws(GrammarError) -> Expression {
        var values: [[UInt8]] = []
        var allowed: [Set<[UInt8]>] = []
        for goal in array.prefix + [array.rest] {
            guard array.occurrences.isEmpty, let words = try words(of: goal) else {
                throw notDistinct(path)
            }
            allowed.append(Set(words))
            values += words.filter { !values.contains($0) }
        }
        guard values.count <= Self.distinctLimit else { throw notDistinct(path) }
        var rules: [Int] = []
        for _ in 0..<(1 << values.count) { rules.append(try builder.declareRule(path)) }
        let comma = separator(",")
        for set in rules.indices {
            let count = set.nonzeroBitCount
            var choices: [Expression] = count >= array.atLeast ? [.empty] : []
            if count < array.largestCount ?? Int.max {
                let here = allowed[min(count, allowed.count - 1)]
                for index in values.indices
                where set >> index & 1 == 0 && here.contains(values[index]) {
                    choices.append(
                        .sequence([
                            count > 0 ? comma : space, .bytes(values[index]),
                            .call(rules[set | 1 << index]),
                        ])
                    )
                }
            }
            try builder.define(rules[set], as: .choice(choices))
        }
        return .call(rules[0])
    }

    /// How the values of a goal are spelled, where they are fixed and each has one spelling.
    private mutating func words(of goal: Goal) throws(GrammarError) -> [[UInt8]]? {
        if goal.isNothing { return [] }
        let shape = try reader.shape(of: goal)
        guard shape.numbers.isEmpty, shape.arrays.isEmpty, shape.objects.isEmpty,
            case .texts(let texts) = shape.strings
        else { return nil }
        var words = texts.map { StringSet.spellings(of: $0)[0] }
        if shape.allowsNull { words.append(Array("null".utf8)) }
        if shape.allowsTrue { words.append(Array("true".utf8)) }
        if shape.allowsFalse { words.append(Array("false".utf8)) }
        return words
    }

    private func notDistinct(_ path: String) -> GrammarError {
        .unsupported(
            feature: "uniqueItems",
            path: path,
            reason: "only lists of at most \(Self.distinctLimit) fixed texts or words can be kept "
                + "distinct by an automaton"
        )
    }
}
