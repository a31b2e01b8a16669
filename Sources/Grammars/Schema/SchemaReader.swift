import JSONDocuments

/// Works out the shapes of schemas, keyword by keyword.
///
/// References are followed only as far as the value's own keywords: what its members and elements
/// must be stays a ``Goal``.
struct SchemaReader {
    var document: SchemaDocument
    let budget: CompileBudget
    let options: JSONTextOptions
    private var shapes: [Int: Shape] = [:]
    private var open: Set<Int> = []

    init(document: SchemaDocument, options: JSONTextOptions, budget: CompileBudget) {
        self.document = document
        self.options = options
        self.budget = budget
    }

    func path(of goal: Goal) -> String {
        goal.literals.first.map { document.path(of: Int($0 / 2)) } ?? document.name
    }

    /// What a goal's values look like.
    mutating func shape(of goal: Goal, depth: Int = 0) throws(GrammarError) -> Shape {
        var result = Shape.anything
        for literal in goal.literals {
            let node = Int(literal / 2)
            let algebra = ShapeAlgebra(budget: budget, path: document.path(of: node))
            var shape = try self.shape(ofNode: node, depth: depth)
            if literal & 1 == 1 { shape = try algebra.complement(shape) }
            result = try algebra.intersection(result, shape)
        }
        return result
    }

    mutating func shape(ofNode node: Int, depth: Int) throws(GrammarError) -> Shape {
        if let known = shapes[node] { return known }
        let path = document.path(of: node)
        guard open.insert(node).inserted else {
            throw .invalid(
                path: path,
                expected: "a schema that says something before it refers to itself",
                got: "a circle of references"
            )
        }
        defer { open.remove(node) }
        guard depth <= budget.limits.depth * 4 else {
            throw .tooLarge(path: path, what: "a chain of schemas", limit: budget.limits.depth * 4)
        }
        try budget.spend(10, at: path)
        let shape: Shape
        switch document.nodes[node] {
        case .constant(let value): shape = try constants([value], path: path)
        case .schema(.bool(let allows), _, _): shape = allows ? .anything : .nothing
        case .schema(.object(let members), _, _):
            shape = try keywords(members, node: node, path: path, depth: depth)
        case .schema(let value, _, _):
            throw .invalid(path: path, expected: "a schema", got: value.kind)
        }
        shapes[node] = shape
        return shape
    }

    // MARK: - Keywords

    private mutating func keywords(
        _ members: [JSONMember],
        node: Int,
        path: String,
        depth: Int
    ) throws(GrammarError) -> Shape {
        let schema = JSONValue.object(members)
        try SchemaKeywords.check(members, path: path)
        let algebra = ShapeAlgebra(budget: budget, path: path)
        var result = try types(schema, path: path)
        result.numbers = try result.numbers.intersection(
            numbers(schema, path: path),
            budget: budget,
            path: path
        )
        if !result.strings.isEmpty {
            result.strings = try result.strings.intersection(
                strings(schema, path: path),
                budget: budget,
                path: path
            )
        }
        result = try intFormat(schema, result, path: path)
        if !result.arrays.isEmpty {
            result.arrays = try arrays(schema, node: node, path: path)
        }
        if !result.objects.isEmpty {
            result.objects = try objects(schema, node: node, path: path, depth: depth)
        }
        if let value = schema["const"] {
            result = try algebra.intersection(result, constants([value], path: path))
        }
        if let value = schema["enum"] {
            let values = try list(value, path: path + "/enum")
            result = try algebra.intersection(result, constants(values, path: path + "/enum"))
        }
        if schema["nullable"]?.bool == true { result.allowsNull = true }
        if let value = schema["$ref"] {
            guard let reference = value.string else { throw wrong(path + "/$ref", "a text", value) }
            let target = try document.target(of: reference, from: node)
            let other = try shape(ofNode: target, depth: depth + 1)
            result = try algebra.intersection(result, other)
        }
        return try applicators(schema, result, node: node, path: path, depth: depth)
    }

    private func types(_ schema: JSONValue, path: String) throws(GrammarError) -> Shape {
        guard let value = schema["type"] else { return .anything }
        var names = [value]
        if let array = value.array { names = array }
        var result = Shape.nothing
        for name in names {
            switch name.string {
            case "null": result.allowsNull = true
            case "boolean":
                result.allowsTrue = true
                result.allowsFalse = true
            case "integer": if result.numbers.isEmpty { result.numbers = .integers }
            case "number": result.numbers = .all
            case "string": result.strings = .all
            case "array": result.arrays = [ArrayShape()]
            case "object": result.objects = [ObjectShape()]
            default:
                throw .invalid(
                    path: path + "/type",
                    expected: "one of null, boolean, integer, number, string, array, object",
                    got: name.string.map { "'\($0.prefix(100))'" } ?? name.kind
                )
            }
        }
        return result
    }

    /// `allOf`, `anyOf`, `oneOf`, `not`, `if`, and what depends on a member.
    private mutating func applicators(
        _ schema: JSONValue,
        _ start: Shape,
        node: Int,
        path: String,
        depth: Int
    ) throws(GrammarError) -> Shape {
        var result = start
        let algebra = ShapeAlgebra(budget: budget, path: path)
        for keyword in ["allOf", "anyOf", "oneOf"] {
            guard let value = schema[keyword] else { continue }
            var branches: [Shape] = []
            var uncut: [Shape] = []
            for (index, branch) in try list(value, path: "\(path)/\(keyword)").enumerated() {
                let child = document.child(branch, of: node, keyword, "\(index)")
                var shape = try self.shape(ofNode: child, depth: depth + 1)
                uncut.append(shape)
                // Cutting first keeps unions small: `properties` beside `anyOf` belong to each.
                if keyword != "allOf" { shape = try algebra.intersection(result, shape) }
                branches.append(shape)
            }
            switch keyword {
            case "allOf":
                for branch in branches { result = try algebra.intersection(result, branch) }
            case "anyOf":
                result = .nothing
                for branch in branches { result = try algebra.union(result, branch) }
            default:
                result = try exactlyOne(branches, uncut, path: "\(path)/oneOf", depth: depth)
            }
        }
        if let value = schema["not"] {
            let child = document.child(value, of: node, "not")
            let inner = try shape(ofNode: child, depth: depth + 1)
            let outer = try ShapeAlgebra(budget: budget, path: path + "/not").complement(inner)
            result = try algebra.intersection(result, outer)
        }
        if let value = schema["if"], schema["then"] != nil || schema["else"] != nil {
            let condition = document.child(value, of: node, "if")
            let test = try shape(ofNode: condition, depth: depth + 1)
            let inverse = try ShapeAlgebra(budget: budget, path: path + "/if").complement(test)
            var yes = try algebra.intersection(result, test)
            var no = try algebra.intersection(result, inverse)
            if let value = schema["then"] {
                let child = document.child(value, of: node, "then")
                yes = try algebra.intersection(yes, shape(ofNode: child, depth: depth + 1))
            }
            if let value = schema["else"] {
                let child = document.child(value, of: node, "else")
                no = try algebra.intersection(no, shape(ofNode: child, depth: depth + 1))
            }
            result = try algebra.union(yes, no)
        }
        return try dependents(schema, result, node: node, path: path, depth: depth)
    }

    /// Values that satisfy one branch and no other.
    ///
    /// Types are taken one by one: where two branches have nothing in common, neither needs the
    /// other's inverse.
    private mutating func exactlyOne(
        _ branches: [Shape],
        _ uncut: [Shape],
        path: String,
        depth: Int
    ) throws(GrammarError) -> Shape {
        let inner = ShapeAlgebra(budget: budget, path: path)
        var result = Shape.nothing
        for (index, branch) in branches.enumerated() {
            var own = branch
            for (otherIndex, other) in branches.enumerated() where otherIndex != index {
                var rest = uncut[otherIndex]
                if try areDisjoint(own.arrays, other.arrays, depth: depth) { rest.arrays = [] }
                if try areDisjoint(own.objects, other.objects, depth: depth) { rest.objects = [] }
                own = try inner.intersection(own, inner.complement(rest))
            }
            result = try inner.union(result, own)
        }
        return result
    }

    private mutating func areDisjoint(
        _ first: [ArrayShape],
        _ second: [ArrayShape],
        depth: Int
    ) throws(GrammarError) -> Bool {
        for left in first {
            for right in second {
                let both = left.intersection(right)
                if both.atLeast > both.largestCount ?? both.atLeast { continue }
                var isEmpty = false
                for index in 0..<min(both.atLeast, both.prefix.count + 1) where !isEmpty {
                    isEmpty = try isNothing(both.goal(at: index), depth: depth)
                }
                if !isEmpty { return false }
            }
        }
        return true
    }

    private mutating func areDisjoint(
        _ first: [ObjectShape],
        _ second: [ObjectShape],
        depth: Int
    ) throws(GrammarError) -> Bool {
        for left in first {
            for right in second {
                let both = try left.intersection(right, budget: budget, path: document.name)
                if both.isImpossible { continue }
                var isEmpty = false
                for member in both.members where member.isRequired && !isEmpty {
                    isEmpty = try isNothing(member.goal, depth: depth)
                }
                if !isEmpty { return false }
            }
        }
        return true
    }

    /// Whether a goal's shape is empty; false where finding out would run in a circle.
    private mutating func isNothing(_ goal: Goal, depth: Int) throws(GrammarError) -> Bool {
        if goal.literals.contains(where: { open.contains(Int($0 / 2)) }) { return false }
        return try shape(of: goal, depth: depth + 1).isNothing
    }

    // MARK: - Constants

    /// Exactly these values.
    mutating func constants(_ values: [JSONValue], path: String) throws(GrammarError) -> Shape {
        guard values.count <= budget.limits.choices else {
            throw .tooLarge(path: path, what: "an enumeration", limit: budget.limits.choices)
        }
        var result = Shape.nothing
        var numbers: [Decimal] = []
        var texts: [String] = []
        var seen: Set<String> = []
        for value in values {
            try budget.spend(4, at: path)
            switch value {
            case .null: result.allowsNull = true
            case .bool(let value):
                if value { result.allowsTrue = true } else { result.allowsFalse = true }
            case .integer(let value): numbers.append(Decimal(value))
            case .wideInteger(let value): numbers.append(Decimal(value))
            case .number(let value): numbers.append(Decimal(value) ?? .zero)
            case .string(let text): if seen.insert(text).inserted { texts.append(text) }
            case .array(let elements):
                var array = ArrayShape(rest: .nothing)
                array.prefix = elements.map { Goal(node: document.constant($0)) }
                array.atLeast = elements.count
                array.atMost = elements.count
                result.arrays.append(array)
            case .object(let members):
                let object = ObjectShape(
                    members: members.map {
                        ObjectShape.Member(
                            name: $0.name,
                            goal: Goal(node: document.constant($0.value)),
                            isRequired: true
                        )
                    },
                    regions: []
                )
                result.objects.append(object)
            }
        }
        result.strings = .texts(texts)
        result.numbers = try .values(numbers, budget: budget, path: path)
        return result
    }

    // MARK: - Reading

    mutating func child(_ value: JSONValue, of node: Int, _ keys: String...) -> Goal {
        switch value {
        case .bool(true): return .anything
        case .bool(false): return .nothing
        default: break
        }
        switch keys.count {
        case 1: return Goal(node: document.child(value, of: node, keys[0]))
        default: return Goal(node: document.child(value, of: node, keys[0], keys[1]))
        }
    }

    func list(_ value: JSONValue, path: String) throws(GrammarError) -> [JSONValue] {
        guard let elements = value.array else { throw wrong(path, "a list", value) }
        return elements
    }

    func map(_ value: JSONValue, path: String) throws(GrammarError) -> [JSONMember] {
        guard let members = value.object else { throw wrong(path, "an object", value) }
        return members
    }

    /// A count from a keyword; nil where the schema lacks it.
    func count(_ schema: JSONValue, _ keyword: String, path: String) throws(GrammarError) -> Int? {
        guard let value = schema[keyword] else { return nil }
        guard let count = value.integer, count >= 0 else {
            throw wrong("\(path)/\(keyword)", "a whole number that is not negative", value)
        }
        // Larger counts mean the same: no text is as long.
        return Int(min(count, 1_000_000_000))
    }

    func wrong(_ path: String, _ expected: String, _ value: JSONValue) -> GrammarError {
        .invalid(path: path, expected: expected, got: value.kind)
    }
}
