import JSONDocuments

extension SchemaReader {
    // MARK: - Numbers

    /// `minimum` and its kin, and `multipleOf`.
    func numbers(_ schema: JSONValue, path: String) throws(GrammarError) -> NumberSet {
        var result = NumberSet.all
        var bounds: [(keyword: String, relation: NumberTexts.Relation)] = [
            ("minimum", .atLeast), ("maximum", .atMost), ("exclusiveMinimum", .above),
            ("exclusiveMaximum", .below),
        ]
        // Draft 4: a boolean beside the bound makes it exclusive.
        if let flag = schema["exclusiveMinimum"]?.bool {
            bounds.removeAll { $0.keyword == "exclusiveMinimum" }
            if flag { bounds[0].relation = .above }
        }
        if let flag = schema["exclusiveMaximum"]?.bool {
            bounds.removeAll { $0.keyword == "exclusiveMaximum" }
            if flag, let index = bounds.firstIndex(where: { $0.keyword == "maximum" }) {
                bounds[index].relation = .below
            }
        }
        for (keyword, relation) in bounds {
            guard let value = schema[keyword] else { continue }
            let place = "\(path)/\(keyword)"
            let bound = try decimal(value, path: place)
            let set = try NumberSet.comparing(relation, bound, budget: budget, path: place)
            result = try result.intersection(set, budget: budget, path: place)
        }
        if let value = schema["multipleOf"] {
            let place = path + "/multipleOf"
            let divisor = try decimal(value, path: place)
            guard !divisor.isNegative, !divisor.digits.isEmpty else {
                throw wrong(place, "a number above zero", value)
            }
            let set = try NumberSet.multiples(of: divisor, budget: budget, path: place)
            result = try result.intersection(set, budget: budget, path: place)
        }
        return result
    }

    private func decimal(_ value: JSONValue, path: String) throws(GrammarError) -> Decimal {
        let decimal: Decimal? =
            switch value {
            case .integer(let value): Decimal(value)
            case .wideInteger(let value): Decimal(value)
            case .number(let value): Decimal(value)
            default: nil
            }
        guard let decimal else { throw wrong(path, "a number", value) }
        // Bounds like 1e300 would need as many states as they have digits.
        guard abs(decimal.exponent) <= 400 else {
            throw .tooLarge(path: path, what: "the length of a number", limit: 400)
        }
        return decimal
    }

    // MARK: - Strings

    /// `minLength`, `maxLength`, `pattern` and `format`.
    func strings(_ schema: JSONValue, path: String) throws(GrammarError) -> StringSet {
        let least = try count(schema, "minLength", path: path) ?? 0
        let most = try count(schema, "maxLength", path: path)
        var result = StringSet.lengths(atLeast: least, atMost: most)
        if let value = schema["pattern"] {
            let place = path + "/pattern"
            guard let pattern = value.string else { throw wrong(place, "a text", value) }
            let automaton = try PatternAutomaton.searching(pattern, budget: budget, path: place)
            result = try result.intersection(.matching(automaton), budget: budget, path: place)
        }
        if let value = schema["format"], options.assertsFormats {
            let place = path + "/format"
            guard let name = value.string else { throw wrong(place, "a text", value) }
            if let automaton = try StringFormats.automaton(name, path: place) {
                result = try result.intersection(.matching(automaton), budget: budget, path: place)
            }
        }
        return result
    }

    /// `int32` and `int64` of OpenAPI: bounds for integers.
    func intFormat(
        _ schema: JSONValue,
        _ shape: Shape,
        path: String
    ) throws(GrammarError) -> Shape {
        guard options.assertsFormats, let name = schema["format"]?.string else { return shape }
        let bounds: (Int64, Int64)
        switch name {
        case "int32": bounds = (Int64(Int32.min), Int64(Int32.max))
        case "int64": bounds = (.min, .max)
        default: return shape
        }
        var result = shape
        for (relation, bound) in [
            (NumberTexts.Relation.atLeast, bounds.0), (NumberTexts.Relation.atMost, bounds.1),
        ] {
            let set = try NumberSet.comparing(relation, Decimal(bound), budget: budget, path: path)
            result.numbers = try result.numbers.intersection(set, budget: budget, path: path)
        }
        return result
    }
}
