/// Cuts, joins and inverts shapes.
struct ShapeAlgebra {
    let budget: CompileBudget
    let path: String

    /// Alternatives of one type that are followed side by side at most.
    private static let alternativeLimit = 512

    func intersection(_ first: Shape, _ second: Shape) throws(GrammarError) -> Shape {
        var result = Shape()
        result.allowsNull = first.allowsNull && second.allowsNull
        result.allowsTrue = first.allowsTrue && second.allowsTrue
        result.allowsFalse = first.allowsFalse && second.allowsFalse
        result.numbers = try first.numbers.intersection(
            second.numbers,
            budget: budget,
            path: path
        )
        result.strings = try first.strings.intersection(
            second.strings,
            budget: budget,
            path: path
        )
        result.arrays = try intersection(first.arrays, second.arrays)
        result.objects = try intersection(first.objects, second.objects)
        return result
    }

    func union(_ first: Shape, _ second: Shape) throws(GrammarError) -> Shape {
        var result = Shape()
        result.allowsNull = first.allowsNull || second.allowsNull
        result.allowsTrue = first.allowsTrue || second.allowsTrue
        result.allowsFalse = first.allowsFalse || second.allowsFalse
        result.numbers = try first.numbers.union(second.numbers, budget: budget, path: path)
        result.strings = try first.strings.union(second.strings, budget: budget, path: path)
        result.arrays = try union(first.arrays, second.arrays)
        result.objects = try union(first.objects, second.objects)
        return result
    }

    func complement(_ shape: Shape) throws(GrammarError) -> Shape {
        var result = Shape()
        result.allowsNull = !shape.allowsNull
        result.allowsTrue = !shape.allowsTrue
        result.allowsFalse = !shape.allowsFalse
        result.numbers = try shape.numbers.complement(budget: budget, path: path)
        result.strings = try shape.strings.complement(budget: budget, path: path)
        result.arrays = [ArrayShape()]
        for array in shape.arrays {
            result.arrays = try intersection(result.arrays, try complement(array))
        }
        result.objects = [ObjectShape()]
        for object in shape.objects {
            result.objects = try intersection(result.objects, try complement(object))
        }
        return result
    }

    // MARK: - Arrays

    func intersection(
        _ first: [ArrayShape],
        _ second: [ArrayShape]
    ) throws(GrammarError) -> [ArrayShape] {
        var result: [ArrayShape] = []
        for left in first {
            for right in second {
                try budget.spend(1 + left.prefix.count + right.prefix.count, at: path)
                let both = left.intersection(right)
                if both.atLeast > both.largestCount ?? both.atLeast { continue }
                if !result.contains(both) { result.append(both) }
                try checkCount(result.count)
            }
        }
        return result
    }

    func union(
        _ first: [ArrayShape],
        _ second: [ArrayShape]
    ) throws(GrammarError) -> [ArrayShape] {
        let all = ArrayShape()
        if first.contains(all) || second.contains(all) { return [all] }
        let result = first + second.filter { !first.contains($0) }
        try checkCount(result.count)
        return result
    }

    /// Arrays that are not so: each alternative breaks one rule.
    private func complement(_ array: ArrayShape) throws(GrammarError) -> [ArrayShape] {
        guard !array.isUnique else { throw inverse("uniqueItems") }
        guard array.occurrences.allSatisfy({ $0.atLeast == 1 && $0.from == 0 }) else {
            throw inverse("contains")
        }
        var result: [ArrayShape] = []
        if array.atLeast > 0 { result.append(ArrayShape(atMost: array.atLeast - 1)) }
        if let most = array.atMost { result.append(ArrayShape(atLeast: most + 1)) }
        for (index, goal) in array.prefix.enumerated() where !goal.isAnything {
            let before = Array(repeating: Goal.anything, count: index)
            for literal in goal.literals {
                result.append(
                    ArrayShape(
                        prefix: before + [Goal(literals: [literal ^ 1])],
                        atLeast: index + 1
                    )
                )
            }
        }
        if array.rest.isNothing {
            result.append(ArrayShape(atLeast: array.prefix.count + 1))
        } else {
            for literal in array.rest.literals {
                result.append(
                    ArrayShape(occurrences: [
                        ArrayShape.Occurrence(
                            goal: Goal(literals: [literal ^ 1]),
                            from: array.prefix.count,
                            atLeast: 1
                        )
                    ])
                )
            }
        }
        for occurrence in array.occurrences {
            guard occurrence.goal.literals.count == 1 else { throw inverse("contains") }
            let literals = occurrence.goal.literals.map { $0 ^ 1 }
            result.append(ArrayShape(rest: Goal(literals: literals)))
        }
        return result
    }

    // MARK: - Objects

    func intersection(
        _ first: [ObjectShape],
        _ second: [ObjectShape]
    ) throws(GrammarError) -> [ObjectShape] {
        let all = [ObjectShape()]
        if first == all { return second }
        if second == all { return first }
        var result: [ObjectShape] = []
        for left in first {
            for right in second {
                let both = try left.intersection(right, budget: budget, path: path)
                if both.isImpossible { continue }
                if !result.contains(both) { result.append(both) }
                try checkCount(result.count)
            }
        }
        return result
    }

    func union(
        _ first: [ObjectShape],
        _ second: [ObjectShape]
    ) throws(GrammarError) -> [ObjectShape] {
        let all = ObjectShape()
        if first.contains(all) || second.contains(all) { return [all] }
        let result = first + second.filter { !first.contains($0) }
        try checkCount(result.count)
        return result
    }

    /// Objects that are not so: each alternative breaks one rule.
    private func complement(_ object: ObjectShape) throws(GrammarError) -> [ObjectShape] {
        guard object.regions.count == 1, object.regions[0].names.isAll,
            object.regions[0].goal.isAnything
        else { throw inverse("additionalProperties") }
        var result: [ObjectShape] = []
        for member in object.members {
            if member.isRequired {
                result.append(
                    ObjectShape(members: [.init(name: member.name, goal: .nothing)])
                )
            }
            for literal in member.goal.literals {
                let goal = Goal(literals: [literal ^ 1])
                result.append(
                    ObjectShape(members: [
                        .init(
                            name: member.name,
                            goal: member.goal.isNothing ? .anything : goal,
                            isRequired: true
                        )
                    ])
                )
            }
        }
        if object.atLeast > 0 { result.append(ObjectShape(atMost: object.atLeast - 1)) }
        if let most = object.atMost { result.append(ObjectShape(atLeast: most + 1)) }
        return result
    }

    // MARK: - Limits

    private func checkCount(_ count: Int) throws(GrammarError) {
        guard count <= Self.alternativeLimit else {
            throw .tooLarge(
                path: path,
                what: "the number of alternatives",
                limit: Self.alternativeLimit
            )
        }
    }

    private func inverse(_ keyword: String) -> GrammarError {
        .unsupported(
            feature: keyword,
            path: path,
            reason: "its inverse, which 'not', 'oneOf' or 'if' asks for, is no automaton"
        )
    }
}
