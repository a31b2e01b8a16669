extension Renderer {
    func selectingFilter(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch filter {
        case .attr:
            guard case .text(let name) = try single("name", of: filter, arguments) else {
                throw typeError("attr needs a name")
            }
            let found = try member(name: name.string, of: value)
            return found ?? .undefined(Undefined(.member(of: value.typeName, named: name.string)))
        case .sum: return try sum(value, arguments)
        case .map: return try generator(try mapped(value, arguments))
        default: return try generator(try selected(filter, value, arguments))
        }
    }

    /// What `attr` finds: members only, never the entries of a dict.
    private func member(name: String, of value: Value) throws(ChatTemplateError) -> Value? {
        if case .map = value, !["copy", "get", "items", "keys", "values"].contains(name) {
            return nil
        }
        return try attribute(name, of: value)
    }

    private func sum(_ value: Value, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["attribute", "start"], of: "sum", self)
        let path = try values[0].flatMap { value throws(ChatTemplateError) -> [Value]? in
            if case .null = value { return nil }
            return try attributePath(value)
        }
        var total = values[1] ?? .int(0)
        if case .text = total { throw typeError("texts cannot be summed up") }
        for item in try items(of: value) {
            try pay(steps: 1)
            let addend = try path.map { path throws(ChatTemplateError) in
                try follow(path, in: item, fallback: nil)
            }
            total = try apply(.add, total, addend ?? item)
        }
        return total
    }

    private func mapped(
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> [Value] {
        // What counts as false is taken for empty, even what cannot be walked through.
        guard try isTrue(value) else { return [] }
        let items = try items(of: value)
        var results: [Value] = []
        if arguments.positional.isEmpty {
            let others = arguments.named.filter { $0.name != "attribute" && $0.name != "default" }
            guard let attribute = arguments.named("attribute"), others.isEmpty else {
                throw typeError("map needs the name of a filter or an attribute")
            }
            let path = try attributePath(attribute)
            let fallback = arguments.named("default")
            for item in items {
                results.append(try follow(path, in: item, fallback: fallback))
            }
            return results
        }
        var inner = arguments
        let first = inner.positional.removeFirst()
        guard case .text(let name) = first, let filter = FilterName(rawValue: name.string) else {
            if items.isEmpty { return [] }
            throw typeError("map needs the name of a filter")
        }
        for item in items {
            try pay(steps: 1)
            results.append(try apply(filter, to: item, inner))
        }
        return results
    }

    private func selected(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> [Value] {
        // What counts as false is taken for empty, even what cannot be walked through.
        guard try isTrue(value) else { return [] }
        let items = try items(of: value)
        var inner = arguments
        var path: [Value] = []
        if filter == .selectattr || filter == .rejectattr {
            guard !inner.positional.isEmpty else {
                throw typeError("\(filter.rawValue) needs an attribute")
            }
            path = try attributePath(inner.positional.removeFirst())
        }
        var test: TestName?
        if !inner.positional.isEmpty {
            let first = inner.positional.removeFirst()
            guard case .text(let name) = first, let found = TestName(rawValue: name.string) else {
                if items.isEmpty { return [] }
                throw typeError("\(filter.rawValue) needs the name of a test")
            }
            test = found
        }
        let wanted = filter == .select || filter == .selectattr
        var kept: [Value] = []
        for item in items {
            try pay(steps: 1)
            let subject = try follow(path, in: item, fallback: nil)
            let holds: Bool
            if let test {
                holds = try apply(test, to: subject, inner)
            } else {
                holds = try isTrue(subject)
            }
            if holds == wanted { kept.append(item) }
        }
        return kept
    }
}
