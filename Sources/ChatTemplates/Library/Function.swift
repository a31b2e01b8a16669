/// The functions every template finds.
enum Function: String, CaseIterable {
    case raiseException = "raise_exception"
    case dateNow = "strftime_now"
    case range
    case dict
    case namespace
    case cycler
    case joiner
}

extension Renderer {
    func call(_ function: Function, _ arguments: Arguments) throws(ChatTemplateError) -> Value {
        switch function {
        case .raiseException:
            let values = try arguments.bound(["message"], of: "raise_exception", self)
            guard let message = values[0] else {
                throw typeError("raise_exception needs a message")
            }
            throw .raised(line: line, message: try text(of: message).string)
        case .dateNow:
            let values = try arguments.bound(["format"], of: "strftime_now", self)
            guard case .text(let format) = values[0] else {
                throw typeError("strftime_now needs a format")
            }
            try pay(text: 16 * format.count)
            return .text(MarkedText(now.formatted(format.string), isInput: format.hasInput))
        case .range: return .range(try range(arguments))
        case .dict: return try dict(arguments)
        case .namespace:
            let namespace = makeNamespace()
            guard case .map(let map) = try dict(arguments) else { return .null }
            try pay(steps: map.count + map.count / 16 * map.count)
            for (key, value) in zip(map.keys, map.values) {
                guard let name = key.text?.string else {
                    throw typeError("the names of a namespace are texts")
                }
                namespace[name] = value
            }
            return .namespace(namespace)
        case .cycler:
            guard !arguments.positional.isEmpty, arguments.named.isEmpty else {
                throw typeError("cycler needs values")
            }
            let cycler = Cycler(arguments.positional)
            guard cycler.items.depth <= 2 * limits.depth else {
                throw limit(.depth, limits.depth)
            }
            return .cycler(cycler)
        case .joiner:
            let values = try arguments.bound(["sep"], of: "joiner", self)
            return .joiner(
                Joiner(
                    try values[0].map { value throws(ChatTemplateError) in
                        try text(of: value)
                    } ?? MarkedText(", ")
                )
            )
        }
    }

    private func range(_ arguments: Arguments) throws(ChatTemplateError) -> ValueRange {
        var numbers: [Int] = []
        for value in arguments.positional {
            guard let integer = value.integer else {
                throw typeError("range takes whole numbers, not a \(value.typeName)")
            }
            guard let number = Int(exactly: integer), number.magnitude < 1 << 60 else {
                throw limit(.rangeLength, 100_000)
            }
            numbers.append(number)
        }
        guard (1...3).contains(numbers.count), arguments.named.isEmpty else {
            throw typeError("range takes one to three numbers")
        }
        let start = numbers.count == 1 ? 0 : numbers[0]
        let end = numbers.count == 1 ? numbers[0] : numbers[1]
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step != 0 else { throw typeError("the step of a range is 0") }
        let distance = step > 0 ? end - start : start - end
        let count = distance <= 0 ? 0 : (distance - 1) / abs(step) + 1
        guard count <= 100_000 else { throw limit(.rangeLength, 100_000) }
        return ValueRange(start: start, step: step, count: count)
    }

    private func dict(_ arguments: Arguments) throws(ChatTemplateError) -> Value {
        var builder = MapBuilder()
        guard arguments.positional.count <= 1 else { throw typeError("dict takes one value") }
        if let value = arguments.positional.first {
            if case .map(let map) = value {
                try pay(steps: map.count)
                for (key, value) in zip(map.keys, map.values) { _ = builder.set(key, value) }
            } else if case .namespace = value {
                throw typeError("a namespace is no dict")
            } else {
                for pair in try items(of: value) {
                    try pay(steps: 1)
                    let parts = try items(of: pair)
                    guard parts.count == 2 else { throw typeError("dict takes pairs") }
                    try add(parts[0], parts[1], to: &builder)
                }
            }
        }
        for (name, value) in arguments.named { _ = builder.set(.text(name), value) }
        return try map(builder)
    }
}

extension Arguments {
    /// The values of parameters in their order, nil where none is given.
    func bound(
        _ parameters: [String],
        of function: String,
        _ renderer: Renderer
    ) throws(ChatTemplateError) -> [Value?] {
        guard positional.count <= parameters.count else {
            throw renderer.typeError("'\(function)' takes at most \(parameters.count) arguments")
        }
        var values: [Value?] = positional
        values += Array(repeating: nil, count: parameters.count - positional.count)
        for (name, value) in named {
            guard let index = parameters.firstIndex(of: name), values[index] == nil else {
                throw renderer.typeError("'\(function)' takes no '\(name)' here")
            }
            values[index] = value
        }
        return values
    }
}
