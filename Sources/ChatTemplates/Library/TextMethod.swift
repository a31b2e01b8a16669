/// The methods a text has.
enum TextMethod: String {
    case capitalize, casefold, center, count, endswith, expandtabs, find, format
    case formatMap = "format_map"
    case index, isalnum, isalpha, isascii, isdecimal, isdigit, isidentifier, islower, isnumeric
    case isprintable, isspace, istitle, isupper, join, ljust, lower, lstrip, partition
    case removeprefix, removesuffix, replace, rfind, rindex, rjust, rpartition, rsplit, rstrip
    case split, splitlines, startswith, strip, swapcase, title, upper, zfill
}

/// Which ends of a text are meant.
enum TextEnds {
    case start
    case end
    case both
}

extension Renderer {
    func call(
        _ method: TextMethod,
        of text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        switch method {
        case .capitalize, .casefold, .lower, .swapcase, .title, .upper:
            try expectNone(method, arguments)
            return .text(try changeCase(method, text))
        case .isalnum, .isalpha, .isascii, .isdecimal, .isdigit, .isidentifier, .islower,
            .isnumeric, .isprintable, .isspace, .istitle, .isupper:
            try expectNone(method, arguments)
            try pay(text: 4 * text.count)
            return .bool(text.bytes.satisfies(method))
        case .find, .index, .rfind, .rindex, .count, .startswith, .endswith:
            return try search(method, text, arguments)
        case .split, .rsplit, .splitlines, .partition, .rpartition:
            return try divide(method, text, arguments)
        case .format: return .text(try braceFormat(text, arguments))
        case .formatMap:
            guard arguments.positional.count == 1, arguments.named.isEmpty,
                case .map(let map) = arguments.positional[0]
            else { throw typeError("format_map takes one dict") }
            var inner = Arguments()
            for (key, value) in zip(map.keys, map.values) {
                if let name = key.text?.string { inner.named.append((name, value)) }
            }
            return .text(try braceFormat(text, inner))
        default: return try rebuild(method, text, arguments)
        }
    }

    private func expectNone(
        _ method: TextMethod,
        _ arguments: Arguments
    ) throws(ChatTemplateError) {
        guard arguments.positional.isEmpty, arguments.named.isEmpty else {
            throw typeError("'\(method.rawValue)' takes nothing")
        }
    }

    private func changeCase(
        _ method: TextMethod,
        _ text: MarkedText
    ) throws(ChatTemplateError) -> MarkedText {
        switch method {
        case .capitalize: try capitalized(text)
        case .casefold: try caseFolded(text)
        case .lower: try lowercased(text)
        case .swapcase: try caseSwapped(text)
        case .title: try titled(text)
        default: try uppercased(text)
        }
    }

    // MARK: - New texts

    private func rebuild(
        _ method: TextMethod,
        _ text: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> Value {
        guard arguments.named.isEmpty || method == .expandtabs else {
            throw typeError("'\(method.rawValue)' takes no named values")
        }
        let given = arguments.positional
        let limits: ClosedRange<Int> =
            switch method {
            case .strip, .lstrip, .rstrip, .expandtabs: 0...1
            case .center, .ljust, .rjust: 1...2
            case .replace: 2...3
            default: 1...1
            }
        guard limits.contains(given.count) else {
            throw typeError("'\(method.rawValue)' takes another number of values")
        }
        switch method {
        case .strip: return .text(try stripped(text, given.first, .both))
        case .lstrip: return .text(try stripped(text, given.first, .start))
        case .rstrip: return .text(try stripped(text, given.first, .end))
        case .join: return .text(try joined(given[0], by: text))
        case .replace:
            let old = try part(given[0], of: text)
            let new = try part(given[1], of: text)
            let limit = try count(given.count > 2 ? given[2] : nil, -1)
            return .text(try replaced(text, old, by: new, limit: limit))
        case .removeprefix, .removesuffix:
            let part = try part(given[0], of: text)
            try pay(text: text.count)
            if method == .removeprefix, text.bytes.starts(with: part.bytes) {
                return .text(text.slice(part.count..<text.count))
            }
            if method == .removesuffix, text.bytes.ends(with: part.bytes) {
                return .text(text.slice(0..<text.count - part.count))
            }
            return .text(text)
        case .center, .ljust, .rjust: return .text(try padded(method, text, given))
        case .zfill: return .text(try zeroFilled(text, try count(given[0], 0)))
        default:
            let values = try arguments.bound(["tabsize"], of: "expandtabs", self)
            return .text(try tabsExpanded(text, try count(values[0], 8)))
        }
    }

    private func padded(
        _ method: TextMethod,
        _ text: MarkedText,
        _ given: [Value]
    ) throws(ChatTemplateError) -> MarkedText {
        var fill: Unicode.Scalar = " "
        if given.count > 1 {
            let scalars = given[1].text?.string.unicodeScalars
            guard let scalars, let first = scalars.first, scalars.count == 1 else {
                throw typeError("the fill must be one character")
            }
            fill = first
        }
        let place: Alignment = method == .center ? .center : method == .ljust ? .left : .right
        return try aligned(text, try count(given[0], 0), place, fill: fill)
    }

    private func zeroFilled(
        _ text: MarkedText,
        _ width: Int
    ) throws(ChatTemplateError) -> MarkedText {
        let missing = max(0, width) - text.bytes.scalarCount
        guard missing > 0 else { return text }
        try pay(text: text.count)
        try pay(text: missing)
        let first = text.bytes.first
        let hasSign = first == UInt8(ascii: "-") || first == UInt8(ascii: "+")
        var whole = text.slice(0..<(hasSign ? 1 : 0))
        whole.append(Array(repeating: UInt8(ascii: "0"), count: missing), isInput: text.hasInput)
        whole.append(text, (hasSign ? 1 : 0)..<text.count)
        return whole
    }

    private func tabsExpanded(
        _ text: MarkedText,
        _ width: Int
    ) throws(ChatTemplateError) -> MarkedText {
        try pay(text: text.count)
        var column = 0
        var whole = MarkedText()
        for index in text.bytes.indices {
            let byte = text.bytes[index]
            if byte == 0x09 {
                let count = width > 0 ? width - column % width : 0
                try pay(text: count)
                whole.append(Array(repeating: 0x20, count: count), isInput: text.hasInput)
                column += count
            } else {
                whole.append(text, index..<index + 1)
                if byte == 0x0A || byte == 0x0D {
                    column = 0
                } else if byte & 0xC0 != 0x80 {
                    column += 1
                }
            }
        }
        whole.isMarkup = text.isMarkup
        return whole
    }

    /// A text given to a method; escaped where the method's own text is markup.
    func part(_ value: Value, of text: MarkedText) throws(ChatTemplateError) -> MarkedText {
        guard case .text(let part) = value else {
            if case .undefined(let undefined) = value { throw undefinedError(undefined) }
            throw typeError("a str is needed, not a \(value.typeName)")
        }
        return text.isMarkup ? try escaped(part) : part
    }
}
