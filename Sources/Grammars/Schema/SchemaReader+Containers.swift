import JSONDocuments

extension SchemaReader {
    // MARK: - Arrays

    mutating func arrays(
        _ schema: JSONValue,
        node: Int,
        path: String
    ) throws(GrammarError) -> [ArrayShape] {
        var result = ArrayShape()
        result.atLeast = try count(schema, "minItems", path: path) ?? 0
        result.atMost = try count(schema, "maxItems", path: path)
        var prefixKeyword = "prefixItems"
        var restKeyword = "items"
        if case .array? = schema["items"] {
            // Before 2020 a list of `items` was what is `prefixItems` now.
            prefixKeyword = "items"
            restKeyword = "additionalItems"
        }
        if let value = schema[prefixKeyword] {
            for (index, item) in try list(value, path: "\(path)/\(prefixKeyword)").enumerated() {
                result.prefix.append(child(item, of: node, prefixKeyword, "\(index)"))
            }
        }
        if let value = schema[restKeyword] { result.rest = child(value, of: node, restKeyword) }
        if let value = schema["uniqueItems"] {
            guard let isUnique = value.bool else {
                throw wrong(path + "/uniqueItems", "a boolean", value)
            }
            result.isUnique = isUnique
        }
        if let value = schema["contains"] {
            let least = try count(schema, "minContains", path: path) ?? 1
            let goal = child(value, of: node, "contains")
            if least > 0 {
                result.occurrences.append(.init(goal: goal, from: 0, atLeast: least))
            }
            if schema["maxContains"] != nil {
                throw .unsupported(
                    feature: "maxContains",
                    path: path,
                    reason: "an automaton would have to count what it cannot tell apart"
                )
            }
        }
        if result.atLeast > result.largestCount ?? result.atLeast { return [] }
        return [result]
    }

    // MARK: - Objects

    mutating func objects(
        _ schema: JSONValue,
        node: Int,
        path: String,
        depth: Int
    ) throws(GrammarError) -> [ObjectShape] {
        var result = ObjectShape()
        result.atLeast = try count(schema, "minProperties", path: path) ?? 0
        result.atMost = try count(schema, "maxProperties", path: path)
        var names: [String] = []
        if let value = schema["properties"] {
            for member in try map(value, path: path + "/properties") {
                let goal = child(member.value, of: node, "properties", member.name)
                names.append(member.name)
                result.members.append(
                    .init(name: member.name, goal: goal, isOrdered: true)
                )
            }
        }
        try regions(schema, node: node, path: path, into: &result)
        if let value = schema["propertyNames"] {
            let child = document.child(value, of: node, "propertyNames")
            let allowed = try shape(ofNode: child, depth: depth + 1).strings
            try restrictNames(of: &result, to: allowed, path: path + "/propertyNames")
        }
        if let value = schema["required"] {
            for name in try list(value, path: path + "/required") {
                guard let text = name.string else { throw wrong(path + "/required", "texts", name) }
                result.require(text)
            }
        }
        return result.isImpossible ? [] : [result]
    }

    /// `patternProperties` and `additionalProperties`: what names beyond `properties` mean.
    private mutating func regions(
        _ schema: JSONValue,
        node: Int,
        path: String,
        into object: inout ObjectShape
    ) throws(GrammarError) {
        var rest = Goal.anything
        if let value = schema["additionalProperties"] {
            rest = child(value, of: node, "additionalProperties")
        }
        // Names matched so far, each set with what it asks; at the end those matched by nothing.
        var regions: [(names: StringSet, goal: Goal?)] = [(.all, nil)]
        if let value = schema["patternProperties"] {
            let place = path + "/patternProperties"
            for member in try map(value, path: place) {
                let goal = child(member.value, of: node, "patternProperties", member.name)
                let matched = StringSet.matching(
                    try PatternAutomaton.searching(member.name, budget: budget, path: place)
                )
                let others = try matched.complement(budget: budget, path: place)
                var split: [(names: StringSet, goal: Goal?)] = []
                for region in regions {
                    let inside = try region.names.intersection(matched, budget: budget, path: place)
                    let outside = try region.names.intersection(others, budget: budget, path: place)
                    if !inside.isEmpty {
                        split.append((inside, region.goal.map { $0.and(goal) } ?? goal))
                    }
                    if !outside.isEmpty { split.append((outside, region.goal)) }
                }
                regions = split
                for index in object.members.indices
                where matched.contains(
                    object.members[index].name
                ) {
                    object.members[index].goal = object.members[index].goal.and(goal)
                }
            }
        }
        object.regions = regions.compactMap { region in
            let goal = region.goal ?? rest
            return goal.isNothing ? nil : ObjectShape.Region(names: region.names, goal: goal)
        }
    }

    private func restrictNames(
        of object: inout ObjectShape,
        to allowed: StringSet,
        path: String
    ) throws(GrammarError) {
        var regions: [ObjectShape.Region] = []
        for region in object.regions {
            let names = try region.names.intersection(allowed, budget: budget, path: path)
            if !names.isEmpty { regions.append(.init(names: names, goal: region.goal)) }
        }
        object.regions = regions
        for index in object.members.indices where !allowed.contains(object.members[index].name) {
            object.members[index].goal = .nothing
        }
    }

    // MARK: - Dependents

    /// `dependentRequired`, `dependentSchemas` and the older `dependencies`: where a member is,
    /// something more is asked of the object.
    mutating func dependents(
        _ schema: JSONValue,
        _ start: Shape,
        node: Int,
        path: String,
        depth: Int
    ) throws(GrammarError) -> Shape {
        var result = start
        for keyword in ["dependentRequired", "dependentSchemas", "dependencies"] {
            guard let value = schema[keyword], !result.objects.isEmpty else { continue }
            let place = "\(path)/\(keyword)"
            let algebra = ShapeAlgebra(budget: budget, path: place)
            for member in try map(value, path: place) {
                let absent = ObjectShape(members: [.init(name: member.name, goal: .nothing)])
                var present = ObjectShape()
                present.require(member.name)
                var others: [ObjectShape] = [present]
                if let names = member.value.array {
                    for name in names {
                        guard let text = name.string else { throw wrong(place, "texts", name) }
                        others[0].require(text)
                    }
                } else if keyword == "dependentRequired" {
                    throw wrong(place, "a list of texts", member.value)
                } else {
                    let child = document.child(member.value, of: node, keyword, member.name)
                    let shape = try self.shape(ofNode: child, depth: depth + 1)
                    others = try algebra.intersection(others, shape.objects)
                }
                result.objects = try algebra.intersection(result.objects, [absent] + others)
            }
        }
        return result
    }
}
