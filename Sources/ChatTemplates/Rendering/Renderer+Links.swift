extension Renderer {
    /// Does one thing after the other to a value.
    func follow(_ links: [Link], from start: Value) throws(ChatTemplateError) -> Value {
        var value = start
        for link in links {
            line = link.line
            try pay(steps: 1)
            value = try follow(link, from: value)
        }
        return value
    }

    private func follow(_ link: Link, from value: Value) throws(ChatTemplateError) -> Value {
        switch link.kind {
        case .attribute(let name): return try attribute(name, of: value)
        case .item(let expression): return try item(try evaluate(expression), of: value)
        case .slice(let bounds): return try slice(value, bounds)
        case .call(let list):
            let arguments = try arguments(list)
            line = link.line
            return try call(value, arguments)
        case .filter(let name, let list):
            guard let filter = FilterName(rawValue: name) else {
                throw .syntax(line: line, reason: "there is no filter '\(name)'")
            }
            let arguments = try arguments(list)
            line = link.line
            return try apply(filter, to: value, arguments)
        case .test(let name, let list, let isNegated):
            guard let test = TestName(rawValue: name) else {
                throw .syntax(line: line, reason: "there is no test '\(name)'")
            }
            let arguments = try arguments(list)
            line = link.line
            return .bool(try apply(test, to: value, arguments) != isNegated)
        }
    }

    /// Evaluates what stands in the brackets of a call.
    func arguments(_ list: ArgumentList) throws(ChatTemplateError) -> Arguments {
        var arguments = Arguments()
        for expression in list.positional {
            arguments.positional.append(try evaluate(expression))
        }
        for (name, expression) in list.named {
            arguments.named.append((name, try evaluate(expression)))
        }
        if let spread = list.spread {
            let items = try items(of: try evaluate(spread))
            try pay(steps: items.count)
            arguments.positional += items
        }
        if let spread = list.namedSpread {
            guard case .map(let map) = try evaluate(spread) else {
                throw typeError("what stands behind '**' is no dict")
            }
            try pay(steps: map.count + map.count / 64 * map.count)
            for (key, value) in zip(map.keys, map.values) {
                guard let name = key.text?.string, arguments.named(name) == nil else {
                    throw typeError("what stands behind '**' does not fit the call")
                }
                arguments.named.append((name, value))
            }
        }
        return arguments
    }

    // MARK: - Calls

    func call(_ value: Value, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        switch value {
        case .macro(let macro): return .text(try call(macro, arguments))
        case .method(let method): return try call(method, arguments)
        case .function(let function): return try call(function, arguments)
        case .loop(let loop): return .text(try recurse(loop, arguments))
        case .joiner(let joiner):
            defer { joiner.isUsed = true }
            return .text(joiner.isUsed ? joiner.separator : MarkedText())
        case .undefined(let undefined): throw undefinedError(undefined)
        default: throw typeError("a \(value.typeName) cannot be called")
        }
    }

    private func enterCall() throws(ChatTemplateError) {
        callDepth += 1
        guard callDepth <= limits.depth else { throw limit(.depth, limits.depth) }
    }

    private func call(
        _ macro: Macro,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        try enterCall()
        defer { callDepth -= 1 }
        let outer = line
        defer { line = outer }
        let inner = Scope(parent: macro.scope)
        return try capture { () throws(ChatTemplateError) -> Flow in
            try within(inner) { () throws(ChatTemplateError) -> Flow in
                try bind(arguments, to: macro.definition, in: inner)
                return try run(macro.definition.body)
            }
        }.text
    }

    private func bind(
        _ arguments: Arguments,
        to definition: MacroDefinition,
        in scope: Scope
    ) throws(ChatTemplateError) {
        let takesMore = definition.takesMore
        let extra = Array(arguments.positional.dropFirst(definition.parameters.count))
        guard extra.isEmpty || takesMore.positional else {
            let count = definition.parameters.count
            throw typeError("the macro '\(definition.name)' takes at most \(count) arguments")
        }
        var named = arguments.named
        try pay(steps: definition.parameters.count * (1 + named.count / 16))
        for (position, parameter) in definition.parameters.enumerated() {
            let given = named.firstIndex { $0.name == parameter.name }
            if position < arguments.positional.count {
                guard given == nil else {
                    throw typeError("the argument '\(parameter.name)' is given twice")
                }
                scope[parameter.index] = arguments.positional[position]
            } else if let given {
                scope[parameter.index] = named.remove(at: given).value
            } else if let fallback = parameter.fallback {
                scope[parameter.index] = try evaluate(fallback)
            } else {
                let hint = "the argument '\(parameter.name)' was not given"
                scope[parameter.index] = .undefined(Undefined(.hint(hint)))
            }
        }
        try bindMore(extra, &named, arguments.caller, to: definition, in: scope)
        guard named.isEmpty || takesMore.named else {
            throw typeError("the macro '\(definition.name)' takes no '\(named[0].name)'")
        }
    }

    /// Binds what a macro gets only if it speaks of it: `varargs`, `kwargs` and `caller`.
    private func bindMore(
        _ extra: [Value],
        _ named: inout [(name: String, value: Value)],
        _ caller: Value?,
        to definition: MacroDefinition,
        in scope: Scope
    ) throws(ChatTemplateError) {
        let takesMore = definition.takesMore
        if takesMore.caller {
            let passed = named.firstIndex { $0.name == "caller" }.map { named.remove(at: $0).value }
            let none = Value.undefined(Undefined(.hint("there is no caller")))
            try bind("caller", caller ?? passed ?? none, in: scope)
        } else if caller != nil {
            throw typeError("the macro '\(definition.name)' cannot be used in a call block")
        }
        if takesMore.named {
            var builder = MapBuilder()
            for (name, value) in named { _ = builder.set(.text(name), value) }
            try bind("kwargs", try map(builder), in: scope)
        }
        if takesMore.positional { try bind("varargs", try tuple(extra), in: scope) }
    }

    private func bind(
        _ name: String,
        _ value: Value,
        in scope: Scope
    ) throws(ChatTemplateError) {
        guard let index = names.firstIndex(of: name) else { return }
        try pay(steps: names.count / 64)
        scope[index] = value
    }

    private func recurse(
        _ loop: Loop,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        guard loop.statement.isRecursive, let value = arguments.positional.first else {
            throw typeError("a loop can be called only if it is recursive")
        }
        try enterCall()
        defer { callDepth -= 1 }
        let items = try items(of: value)
        return try capture { () throws(ChatTemplateError) -> Flow in
            try within(loop.scope) { () throws(ChatTemplateError) -> Flow in
                try run(loop.statement, items: items, level: loop.level + 1)
                return .next
            }
        }.text
    }
}
