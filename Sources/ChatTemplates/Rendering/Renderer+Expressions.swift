extension Renderer {
    func evaluate(_ expression: Expression) throws(ChatTemplateError) -> Value {
        try pay(steps: 1)
        switch expression {
        case .none: return .null
        case .bool(let value): return .bool(value)
        case .integer(let value): return Value(value)
        case .float(let value): return .float(value)
        case .text(let text): return .text(text)
        case .name(let index): return value(named: index)
        default: break
        }
        try enter()
        defer { leave() }
        switch expression {
        case .chain(let base, let links):
            return try follow(links, from: try evaluate(base))
        case .arithmetic(let first, let parts, let line):
            return try arithmetic(first, parts, line)
        case .concatenation(let parts): return try concatenation(parts)
        case .comparison(let first, let parts, let line):
            self.line = line
            return try comparison(first, parts)
        case .and(let parts): return try junction(parts, stopsAt: false)
        case .or(let parts): return try junction(parts, stopsAt: true)
        case .not(let operand): return .bool(!(try isTrue(try evaluate(operand))))
        case .negative(let operand, let line):
            self.line = line
            return try negative(try evaluate(operand))
        case .positive(let operand, let line):
            self.line = line
            return try positive(try evaluate(operand))
        case .conditional(let value, let condition, let otherwise):
            if try isTrue(try evaluate(condition)) { return try evaluate(value) }
            guard let otherwise else {
                return .undefined(Undefined(.hint("an 'if' without 'else' gave no value")))
            }
            return try evaluate(otherwise)
        default: return try container(expression)
        }
    }

    private func container(_ expression: Expression) throws(ChatTemplateError) -> Value {
        switch expression {
        case .list(let items): return try list(try values(items))
        case .tuple(let items): return try tuple(try values(items))
        case .map(let items):
            var builder = MapBuilder()
            for item in items {
                let key = try evaluate(item.key)
                try add(key, try evaluate(item.value), to: &builder)
            }
            return try map(builder)
        default: return .null
        }
    }

    func add(
        _ key: Value,
        _ value: Value,
        to builder: inout MapBuilder
    ) throws(ChatTemplateError) {
        if case .text(let text) = key { try pay(scanning: text.count) }
        guard builder.set(key, value) else {
            throw typeError("a \(key.typeName) cannot be a key")
        }
    }

    private func values(_ expressions: [Expression]) throws(ChatTemplateError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(expressions.count)
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    private func junction(
        _ parts: [Expression],
        stopsAt stop: Bool
    ) throws(ChatTemplateError) -> Value {
        var value = Value.null
        for part in parts {
            value = try evaluate(part)
            if try isTrue(value) == stop { return value }
        }
        return value
    }

    private func concatenation(_ parts: [Expression]) throws(ChatTemplateError) -> Value {
        var whole = MarkedText()
        for part in parts {
            let text = try text(of: try evaluate(part))
            try pay(text: text.count)
            whole.append(text)
        }
        return .text(whole)
    }

    private func arithmetic(
        _ first: Expression,
        _ parts: [(sign: Sign, operand: Expression)],
        _ line: Int
    ) throws(ChatTemplateError) -> Value {
        var value = try evaluate(first)
        var isFresh = false
        for (sign, operand) in parts {
            let right = try evaluate(operand)
            self.line = line
            if sign == .add, case .text(var left) = value, case .text(let text) = right {
                // The sum so far belongs to nobody else: what is added to it is all that is
                // copied.
                value = .null
                try append(text, to: &left, isFresh: isFresh)
                value = .text(left)
                isFresh = true
            } else {
                value = try apply(sign, value, right)
                isFresh = false
            }
        }
        return value
    }

    private func append(
        _ text: MarkedText,
        to left: inout MarkedText,
        isFresh: Bool
    ) throws(ChatTemplateError) {
        if left.isMarkup != text.isMarkup {
            left = try escaped(left)
            let right = try escaped(text)
            try pay(text: left.count + right.count)
            left.append(right)
        } else {
            try pay(text: isFresh ? text.count : left.count + text.count)
            left.append(text)
        }
    }

    // MARK: - Truth

    func isTrue(_ value: Value) throws(ChatTemplateError) -> Bool {
        switch value {
        case .undefined, .null: false
        case .bool(let value): value
        case .int(let value): value != 0
        case .wide: true
        case .float(let value): value != 0
        case .text(let text): !text.isEmpty
        case .list(let list), .tuple(let list): !list.items.isEmpty
        case .map(let map): map.count > 0
        case .range(let range): range.count > 0
        case .view(let view): view.map.count > 0
        case .generator, .namespace, .loop, .macro, .method, .function, .cycler, .joiner: true
        }
    }

    // MARK: - Walking

    /// What a loop over the value sees; what has to be copied is paid for.
    func items(of value: Value) throws(ChatTemplateError) -> [Value] {
        switch value {
        case .undefined: return []
        case .list(let list), .tuple(let list): return list.items
        case .text(let text): return try characters(text)
        case .map(let map): return map.keys
        case .range(let range):
            try pay(steps: range.count)
            return (0..<range.count).map { range.value(at: $0) }
        case .generator(let generator): return generator.rest()
        case .view(let view):
            try pay(steps: view.map.count)
            return view.items
        case .loop(let loop): return loop.items
        default: throw typeError("a \(value.typeName) cannot be walked through")
        }
    }

    func characters(_ text: MarkedText) throws(ChatTemplateError) -> [Value] {
        try pay(steps: text.count)
        var characters: [Value] = []
        var index = 0
        while index < text.count {
            let byteCount = text.bytes.scalar(at: index).byteCount
            var character = text.slice(index..<index + byteCount)
            character.isMarkup = false
            characters.append(.text(character))
            index += byteCount
        }
        return characters
    }
}
