extension Renderer {
    /// Fills the fields of `"{} {name}"` in.
    func braceFormat(
        _ format: MarkedText,
        _ arguments: Arguments
    ) throws(ChatTemplateError) -> MarkedText {
        var automatic: Int? = 0
        return try braceFormat(format, arguments, &automatic, depth: 0)
    }

    /// `automatic` is the number of the next `{}`; nil once fields have been numbered.
    private func braceFormat(
        _ format: MarkedText,
        _ arguments: Arguments,
        _ automatic: inout Int?,
        depth: Int
    ) throws(ChatTemplateError) -> MarkedText {
        guard depth < 2 else { throw typeError("the fields of a format nest too deep") }
        try pay(text: format.count)
        let bytes = format.bytes
        var whole = MarkedText()
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : nil
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}"), next == byte {
                whole.append(format, index..<index + 1)
                index += 2
            } else if byte == UInt8(ascii: "{") {
                let end = try fieldEnd(bytes, from: index)
                try pay(steps: 1)
                let field = format.slice(index + 1..<end)
                let text = try braceField(field, arguments, &automatic, depth: depth)
                try pay(text: text.count)
                whole.append(format.isMarkup ? try escaped(text) : text)
                index = end + 1
            } else if byte == UInt8(ascii: "}") {
                throw typeError("a '}' in a format closes nothing")
            } else {
                let rest = bytes[index...]
                let end = rest.firstIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "}") }
                whole.append(format, index..<(end ?? bytes.count))
                index = end ?? bytes.count
            }
        }
        whole.isMarkup = format.isMarkup
        return whole
    }

    private func fieldEnd(_ bytes: [UInt8], from start: Int) throws(ChatTemplateError) -> Int {
        var open = 0
        for index in start..<bytes.count {
            if bytes[index] == UInt8(ascii: "{") { open += 1 }
            if bytes[index] == UInt8(ascii: "}") {
                open -= 1
                if open == 0 { return index }
            }
        }
        throw typeError("a '{' in a format is not closed")
    }

    private func braceField(
        _ field: MarkedText,
        _ arguments: Arguments,
        _ automatic: inout Int?,
        depth: Int
    ) throws(ChatTemplateError) -> MarkedText {
        let bytes = field.bytes
        let end = bytes.firstIndex { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: ":") }
        var value = try fieldValue(
            Array(bytes[..<(end ?? bytes.count)]),
            arguments,
            &automatic
        )
        var index = end ?? bytes.count
        if index < bytes.count, bytes[index] == UInt8(ascii: "!") {
            guard index + 1 < bytes.count else { throw typeError("a format is cut") }
            switch bytes[index + 1] {
            case UInt8(ascii: "s"): value = .text(try text(of: value))
            case UInt8(ascii: "r"), UInt8(ascii: "a"): value = .text(try representation(of: value))
            default: throw typeError("a format has an unknown conversion")
            }
            index += 2
            guard index == bytes.count || bytes[index] == UInt8(ascii: ":") else {
                throw typeError("a format has an unknown conversion")
            }
        }
        var style = MarkedText()
        if index < bytes.count {
            let part = field.slice(index + 1..<bytes.count)
            style = try braceFormat(part, arguments, &automatic, depth: depth + 1)
        }
        return try formatted(value, FormatStyle(style, self))
    }

    /// The value a field names: `0`, `name.member`, `[key]`.
    private func fieldValue(
        _ name: [UInt8],
        _ arguments: Arguments,
        _ automatic: inout Int?
    ) throws(ChatTemplateError) -> Value {
        let dot = UInt8(ascii: ".")
        let bracket = UInt8(ascii: "[")
        var index = name.firstIndex { $0 == dot || $0 == bracket } ?? name.count
        let first = String(decoding: name[..<index], as: UTF8.self)
        var value = try firstValue(first, arguments, &automatic)
        while index < name.count {
            try pay(steps: 1)
            let isMember = name[index] == dot
            let rest = name[(index + 1)...]
            if isMember {
                let end = rest.firstIndex { $0 == dot || $0 == bracket } ?? name.count
                value = try attribute(
                    String(decoding: name[index + 1..<end], as: UTF8.self),
                    of: value
                )
                index = end
            } else {
                guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else {
                    throw typeError("a '[' in a format is not closed")
                }
                let key = String(decoding: name[index + 1..<end], as: UTF8.self)
                value = try item(Int(key).map { .int($0) } ?? .text(key), of: value)
                index = end + 1
                guard index == name.count || name[index] == dot || name[index] == bracket else {
                    throw typeError("a format has something behind a ']'")
                }
            }
        }
        return value
    }

    private func firstValue(
        _ first: String,
        _ arguments: Arguments,
        _ automatic: inout Int?
    ) throws(ChatTemplateError) -> Value {
        let position: Int
        if first.isEmpty {
            guard let next = automatic else {
                throw typeError("a format numbers some fields and others not")
            }
            position = next
            automatic = next + 1
        } else if first.utf8.allSatisfy(\.isDigit), let number = Int(first) {
            if let next = automatic, next > 0 {
                throw typeError("a format numbers some fields and others not")
            }
            automatic = nil
            position = number
        } else {
            guard let value = arguments.named(first) else {
                throw typeError("a format asks for '\(first)', which is not there")
            }
            return value
        }
        guard position < arguments.positional.count else {
            throw typeError("a format asks for more values than there are")
        }
        return arguments.positional[position]
    }
}
