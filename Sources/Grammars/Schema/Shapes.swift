/// The values of a goal, sorted by type: what all keywords together come to.
struct Shape: Hashable {
    var allowsNull = false
    var allowsTrue = false
    var allowsFalse = false
    var numbers = NumberSet.none
    var strings = StringSet.none
    /// Any one of these; none at all where empty.
    var arrays: [ArrayShape] = []
    /// Any one of these; none at all where empty.
    var objects: [ObjectShape] = []

    static let nothing = Shape()
    static let anything = Shape(
        allowsNull: true,
        allowsTrue: true,
        allowsFalse: true,
        numbers: .all,
        strings: .all,
        arrays: [ArrayShape()],
        objects: [ObjectShape()]
    )

    var isNothing: Bool {
        !allowsNull && !allowsTrue && !allowsFalse && numbers.isEmpty && strings.isEmpty
            && arrays.isEmpty && objects.isEmpty
    }
}

/// Arrays: what stands at each place, and how many there are.
struct ArrayShape: Hashable {
    /// An element of which there must be some, anywhere from a place on.
    struct Occurrence: Hashable {
        var goal: Goal
        var from: Int
        var atLeast: Int
    }

    var prefix: [Goal] = []
    /// Every element after the prefix.
    var rest = Goal.anything
    var atLeast = 0
    var atMost: Int?
    var isUnique = false
    var occurrences: [Occurrence] = []

    func goal(at index: Int) -> Goal { index < prefix.count ? prefix[index] : rest }

    /// The most elements there can be, as far as can be seen here.
    var largestCount: Int? {
        let end = (prefix + [rest]).firstIndex(where: \.isNothing)
        return atMost.map { min($0, end ?? $0) } ?? end
    }

    func intersection(_ other: ArrayShape) -> ArrayShape {
        var result = ArrayShape()
        for index in 0..<max(prefix.count, other.prefix.count) {
            result.prefix.append(goal(at: index).and(other.goal(at: index)))
        }
        result.rest = rest.and(other.rest)
        result.atLeast = max(atLeast, other.atLeast)
        result.atMost = atMost.map { min($0, other.atMost ?? $0) } ?? other.atMost
        result.isUnique = isUnique || other.isUnique
        result.occurrences = occurrences + other.occurrences.filter { !occurrences.contains($0) }
        return result
    }
}

/// Objects: named members, and what any other member must be like.
struct ObjectShape: Hashable {
    /// A member with a name of its own.
    struct Member: Hashable {
        var name: String
        var goal: Goal
        var isRequired = false
        /// Whether the schema lists it under `properties`, which says where it comes.
        var isOrdered = false
    }

    /// Members whose names are in a set.
    struct Region: Hashable {
        var names: StringSet
        var goal: Goal
    }

    var members: [Member] = []
    /// What other members must be like: disjoint sets of names.
    ///
    /// A name in none of them is forbidden. Names of `members` are not meant.
    var regions = [Region(names: .all, goal: .anything)]
    var atLeast = 0
    var atMost: Int?

    /// Where there is a member of this name.
    func index(of name: String) -> Int? { members.firstIndex { $0.name == name } }

    /// What a member of this name must satisfy.
    func goal(of name: String) -> Goal {
        if let index = index(of: name) { return members[index].goal }
        return regions.first { $0.names.contains(name) }?.goal ?? .nothing
    }

    /// Requires a name, which becomes a member of its own.
    mutating func require(_ name: String) {
        if let index = index(of: name) {
            members[index].isRequired = true
        } else {
            members.append(Member(name: name, goal: goal(of: name), isRequired: true))
        }
    }

    /// Whether a required member cannot be there, or there is no room for all of them.
    var isImpossible: Bool {
        let required = members.filter(\.isRequired)
        let least = max(atLeast, required.count)
        return required.contains(where: \.goal.isNothing) || least > atMost ?? least
    }

    func intersection(
        _ other: ObjectShape,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> ObjectShape {
        var result = ObjectShape()
        result.members = try mergedMembers(other, budget: budget, path: path)
        result.regions = []
        for region in regions {
            for otherRegion in other.regions {
                let names = try region.names.intersection(
                    otherRegion.names,
                    budget: budget,
                    path: path
                )
                let goal = region.goal.and(otherRegion.goal)
                try budget.spend(1, at: path)
                if names.isEmpty || goal.isNothing { continue }
                result.regions.append(Region(names: names, goal: goal))
            }
        }
        result.atLeast = max(atLeast, other.atLeast)
        result.atMost = atMost.map { min($0, other.atMost ?? $0) } ?? other.atMost
        return result
    }

    /// The members of both.
    ///
    /// The order of one `properties` counts. Where both have ordered members that the other lacks,
    /// nothing says how the two lists mix, and all are left without an order.
    private func mergedMembers(
        _ other: ObjectShape,
        budget: CompileBudget,
        path: String
    ) throws(GrammarError) -> [Member] {
        let own = Set(members.map(\.name))
        let foreign = Set(other.members.map(\.name))
        guard members.contains(where: { !foreign.contains($0.name) }) || own == foreign else {
            return try other.mergedMembers(self, budget: budget, path: path)
        }
        try budget.spend(members.count + other.members.count, at: path)
        let places = Dictionary(
            other.members.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var result: [Member] = []
        for member in members {
            var merged = member
            if let place = places[member.name] {
                merged.goal = member.goal.and(other.members[place].goal)
                merged.isRequired = member.isRequired || other.members[place].isRequired
                merged.isOrdered = member.isOrdered || other.members[place].isOrdered
            } else {
                merged.goal = member.goal.and(other.goal(of: member.name))
            }
            result.append(merged)
        }
        let added = other.members.filter { !own.contains($0.name) }
        for member in added {
            var merged = member
            merged.goal = member.goal.and(goal(of: member.name))
            result.append(merged)
        }
        if added.contains(where: \.isOrdered) {
            for index in result.indices { result[index].isOrdered = false }
        }
        return result
    }
}
