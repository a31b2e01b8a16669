extension Renderer {
    func sequenceFilter(
        _ filter: FilterName,
        _ value: Value,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        if filter == .join { return try join(value, arguments) }
        _ = try arguments.bound([], of: filter.rawValue, self)
        switch filter {
        case .count, .length: return .int(try length(of: value))
        case .first: return try first(of: value)
        case .last: return try last(of: value)
        case .items: return try itemsFilter(value)
        case .reverse: return try reversed(value)
        default:
            let items = try items(of: value)
            try pay(steps: items.count)
            return try list(items)
        }
    }

    func length(of value: Value) throws(ChatTemplateError) -> Int {
        switch value {
        case .undefined: return 0
        case .text(let text):
            try pay(scanning: text.count)
            return text.bytes.scalarCount
        case .list(let list), .tuple(let list): return list.items.count
        case .map(let map): return map.count
        case .view(let view): return view.map.count
        case .range(let range): return range.count
        case .loop(let loop): return loop.items.count
        default: throw typeError("a \(value.typeName) has no length")
        }
    }

    private func first(of value: Value) throws(ChatTemplateError) -> Value {
        let first: Value?
        switch value {
        case .generator(let generator): first = generator.next()
        case .text(let text):
            let end = text.isEmpty ? 0 : text.bytes.scalar(at: 0).byteCount
            var character = text.slice(0..<end)
            character.isMarkup = false
            first = text.isEmpty ? nil : .text(character)
        case .range(let range): first = range.count > 0 ? range.value(at: 0) : nil
        default: first = try items(of: value).first
        }
        return first ?? .undefined(Undefined(.hint("an empty sequence has no first item")))
    }

    private func last(of value: Value) throws(ChatTemplateError) -> Value {
        let last: Value?
        switch value {
        case .generator: throw typeError("a generator cannot be walked backwards")
        case .text(let text):
            let byteCount = text.isEmpty ? 0 : text.bytes.scalarByteCount(before: text.count)
            last = text.isEmpty ? nil : .text(text.slice(text.count - byteCount..<text.count))
        case .range(let range): last = range.count > 0 ? range.value(at: range.count - 1) : nil
        default: last = try items(of: value).last
        }
        return last ?? .undefined(Undefined(.hint("an empty sequence has no last item")))
    }

    private func itemsFilter(_ value: Value) throws(ChatTemplateError) -> Value {
        switch value {
        case .undefined: return try generator([])
        case .map(let map):
            try pay(steps: map.count)
            return try generator(map.pairs)
        default: throw typeError("only a dict has items, not a \(value.typeName)")
        }
    }

    private func reversed(_ value: Value) throws(ChatTemplateError) -> Value {
        switch value {
        case .text(let text): return .text(try slice(text, nil, nil, -1))
        case .undefined: return try list([])
        default:
            let items = try items(of: value)
            try pay(steps: items.count)
            if case .generator = value { return try list(items.reversed()) }
            return try generator(items.reversed())
        }
    }

    private func join(_ value: Value, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        let values = try arguments.bound(["d", "attribute"], of: "join", self)
        let separator = try values[0].map { value throws(ChatTemplateError) in
            try plainText(of: value)
        }
        var items = try items(of: value)
        if let attribute = values[1] {
            let getter = try attributePath(attribute)
            var picked: [Value] = []
            for item in items { picked.append(try follow(getter, in: item, fallback: nil)) }
            items = picked
        }
        var whole = MarkedText()
        for (index, item) in items.enumerated() {
            try pay(steps: 1)
            if index > 0, let separator {
                try pay(text: separator.count)
                whole.append(separator)
            }
            let text = try text(of: item)
            try pay(text: text.count)
            whole.append(text)
        }
        return .text(whole)
    }

    // MARK: - Attributes by name

    /// The parts of `a.b.0`; a number alone is an index.
    func attributePath(_ attribute: Value) throws(ChatTemplateError) -> [Value] {
        guard case .text(let text) = attribute else { return [attribute] }
        try pay(steps: 1 + text.count / 4)
        return text.string.split(separator: ".", omittingEmptySubsequences: false).map { part in
            if !part.isEmpty, part.utf8.allSatisfy(\.isDigit), let index = Int(part) {
                return .int(index)
            }
            return .text(String(part))
        }
    }

    func follow(
        _ path: [Value],
        in start: Value,
        fallback: Value?
    ) throws(ChatTemplateError) -> Value {
        var value = start
        for part in path {
            try pay(steps: 1)
            value = try item(part, of: value)
            if let fallback, value.isUndefined { value = fallback }
        }
        return value
    }
}
