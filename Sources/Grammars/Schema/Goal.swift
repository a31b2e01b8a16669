/// What a value must satisfy: a conjunction of schemas and of negated schemas, by number.
///
/// Goals stand where shapes have parts, so that a recursive schema is a finite thing: equal goals
/// are compiled once.
struct Goal: Hashable {
    /// `2 * node` for a schema, one more for its negation; ascending and distinct.
    private(set) var literals: [Int32]

    /// Any value.
    static let anything = Goal(literals: [])
    /// Node 0 is the schema `false`.
    static let nothing = Goal(literals: [0])

    init(literals: [Int32]) { self.literals = literals }

    init(node: Int) { literals = [Int32(node * 2)] }

    var isAnything: Bool { literals.isEmpty }
    var isNothing: Bool { literals == [0] }

    func and(_ other: Goal) -> Goal {
        if isAnything || self == other { return other }
        if other.isAnything { return self }
        let merged = Set(literals).union(other.literals).sorted()
        if merged.contains(0) { return .nothing }
        // A schema and its negation are neighbours.
        for (first, second) in zip(merged, merged.dropFirst())
        where first & 1 == 0 && second == first + 1 {
            return .nothing
        }
        return Goal(literals: merged)
    }
}
