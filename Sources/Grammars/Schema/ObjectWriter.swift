/// Writes an object's shape as rules.
///
/// Members that the schema lists under `properties` come first, in the schema's order; those it
/// only names elsewhere (`required`, dependents) and all others come after them, in any order.
struct ObjectWriter {
    private let object: ObjectShape
    private let path: String
    private let ordered: [ObjectShape.Member]
    /// Named, but without a place in the order.
    private let free: [ObjectShape.Member]
    /// Bounds of the number of members, where counting is needed.
    private let least: Int
    private let most: Int?
    /// How far members are counted: beyond this no bound tells counts apart.
    private let cap: Int

    /// More free members than this come in the order in which they are named.
    private static let freeLimit = 6

    init(_ object: ObjectShape, path: String) {
        self.object = object
        self.path = path
        let free = object.members.filter { !$0.isOrdered && !$0.goal.isNothing }
        let hasOrder = free.count > Self.freeLimit
        ordered = object.members.filter {
            !$0.goal.isNothing && ($0.isOrdered || hasOrder)
        }
        self.free = hasOrder ? [] : free
        let required = object.members.filter(\.isRequired).count
        // A bound that the named members meet by themselves needs no counting.
        least = object.atLeast <= required ? 0 : object.atLeast
        let names = ordered.count + self.free.count
        most = object.atMost.flatMap { object.regions.isEmpty && $0 >= names ? nil : $0 }
        cap = max(1, least, most ?? 0)
    }

    /// The object between its braces.
    mutating func expression(_ compiler: inout SchemaCompiler) throws(GrammarError) -> Expression {
        guard object.atMost != 0 else {
            return .sequence([.text("{"), compiler.closing("}")])
        }
        try compiler.budget.checkRepetitions(cap, at: path)
        let others = try otherMembers(&compiler)
        // Expressions by how many members came before; fewer than the required ones cannot have.
        let required = ordered.reduce(into: [0]) {
            $0.append(($0.last ?? 0) + ($1.isRequired ? 1 : 0))
        }
        var following: [Int: Expression] = [:]
        let counts = min(cap, required[ordered.count])...min(cap, ordered.count)
        try compiler.budget.checkStates(counts.count << free.count, at: path)
        for count in counts { following[count] = try unordered(count, others, &compiler) }
        for (index, member) in ordered.enumerated().reversed() {
            let content = try self.content(of: member, &compiler)
            var current: [Int: Expression] = [:]
            for count in min(cap, required[index])...min(cap, index) {
                var choices: [Expression] = []
                if !member.isRequired, let rest = following[count] { choices.append(rest) }
                if mayGrow(count), let rest = following[min(count + 1, cap)] {
                    choices.append(.sequence([comma(count, compiler), content, rest]))
                }
                let rule = try compiler.builder.declareRule(path)
                try compiler.builder.define(rule, as: .choice(choices))
                current[count] = .call(rule)
            }
            following = current
        }
        return .sequence([.text("{"), following[0] ?? .never, compiler.closing("}")])
    }

    private func mayGrow(_ count: Int) -> Bool { count < most ?? Int.max }

    private func comma(_ count: Int, _ compiler: SchemaCompiler) -> Expression {
        count > 0 ? compiler.separator(",") : compiler.space
    }

    /// Name, colon and value.
    private func content(
        of member: ObjectShape.Member,
        _ compiler: inout SchemaCompiler
    ) throws(GrammarError) -> Expression {
        let name = Expression.words(StringSet.spellings(of: member.name))
        return .sequence([
            name, compiler.separator(":"), try compiler.value(member.goal),
        ])
    }

    /// A member that has no name of its own; nil where there can be none.
    private func otherMembers(
        _ compiler: inout SchemaCompiler
    ) throws(GrammarError) -> Expression? {
        let taken = StringSet.texts(object.members.map(\.name))
        let rest = try taken.complement(budget: compiler.budget, path: path)
        var choices: [Expression] = []
        for region in object.regions {
            let names = try region.names.intersection(rest, budget: compiler.budget, path: path)
            if names.isEmpty { continue }
            choices.append(
                .sequence([
                    names.expression(), compiler.separator(":"),
                    try compiler.value(region.goal),
                ])
            )
        }
        guard !choices.isEmpty else { return nil }
        // A rule of its own: it is used in several places.
        let rule = try compiler.builder.declareRule(path)
        try compiler.builder.define(rule, as: .choice(choices))
        return .call(rule)
    }

    // MARK: - After the order

    /// What may follow the ordered members when `count` of them came.
    private func unordered(
        _ count: Int,
        _ others: Expression?,
        _ compiler: inout SchemaCompiler
    ) throws(GrammarError) -> Expression {
        guard free.isEmpty else { return try permuted(count, others, &compiler) }
        let least = max(0, self.least - count)
        let most = self.most.map { $0 - count }
        guard let others, most != 0 else { return least == 0 ? .empty : .never }
        if count > 0 {
            let member = Expression.sequence([comma(count, compiler), others])
            return .repeated(member, atLeast: least, atMost: most)
        }
        let more = Expression.repeated(
            .sequence([comma(1, compiler), others]),
            atLeast: max(0, least - 1),
            atMost: most.map { $0 - 1 }
        )
        let all = Expression.sequence([compiler.space, others, more])
        return least == 0 ? .optional(all) : all
    }

    /// Members that are named without an order, and others, in any order: rules numbered by which
    /// came, and how many members there are.
    private func permuted(
        _ start: Int,
        _ others: Expression?,
        _ compiler: inout SchemaCompiler
    ) throws(GrammarError) -> Expression {
        var rules: [[Int]] = []
        let sets = 1 << free.count
        for _ in 0..<sets {
            var row: [Int] = []
            for _ in start...cap { row.append(try compiler.builder.declareRule(path)) }
            rules.append(row)
        }
        for set in 0..<sets {
            for count in start...cap {
                var choices: [Expression] = []
                let isWhole = free.indices.allSatisfy { set >> $0 & 1 == 1 || !free[$0].isRequired }
                if isWhole, count >= least { choices.append(.empty) }
                if mayGrow(count) {
                    let next = min(count + 1, cap) - start
                    for index in free.indices where set >> index & 1 == 0 {
                        let content = try self.content(of: free[index], &compiler)
                        choices.append(
                            .sequence([
                                comma(count, compiler), content,
                                .call(rules[set | 1 << index][next]),
                            ])
                        )
                    }
                    if let others {
                        choices.append(
                            .sequence([comma(count, compiler), others, .call(rules[set][next])])
                        )
                    }
                }
                try compiler.builder.define(rules[set][count - start], as: .choice(choices))
            }
        }
        return .call(rules[0][0])
    }
}
