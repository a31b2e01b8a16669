extension Renderer {
    /// The value as text: Python's `str`.
    func text(of value: Value) throws(ChatTemplateError) -> MarkedText {
        switch value {
        case .text(let text): return text
        case .undefined: return MarkedText()
        case .int, .wide, .bool, .null, .float: return MarkedText(plain(value))
        default: return try representation(of: value)
        }
    }

    /// The text without `safe` or `escape` having left a trace.
    func plainText(of value: Value) throws(ChatTemplateError) -> MarkedText {
        var text = try text(of: value)
        text.isMarkup = false
        return text
    }

    private func plain(_ value: Value) -> String {
        switch value {
        case .null: "None"
        case .bool(let value): value ? "True" : "False"
        case .int(let value): String(value)
        case .wide(let value): String(value)
        case .float(let value): value.pythonText
        default: ""
        }
    }

    /// The value as Python's `repr` writes it; input if anything in it is.
    func representation(of value: Value) throws(ChatTemplateError) -> MarkedText {
        var writer = RepresentationWriter()
        try represent(value, into: &writer, depth: 0)
        return MarkedText(writer.bytes, isInput: writer.hasInput)
    }

    private func represent(
        _ value: Value,
        into writer: inout RepresentationWriter,
        depth: Int
    ) throws(ChatTemplateError) {
        try pay(steps: 1)
        // Namespaces may hold themselves.
        guard depth <= 2 * limits.depth else { throw limit(.depth, limits.depth) }
        switch value {
        case .text(let text):
            try pay(text: 4 * text.count)
            writer.hasInput = writer.hasInput || text.hasInput
            if text.isMarkup { writer.bytes += "Markup(".utf8 }
            writer.quote(text.bytes)
            if text.isMarkup { writer.bytes += ")".utf8 }
        case .list(let list): try represent(list.items, "[", "]", into: &writer, depth: depth)
        case .tuple(let list):
            let end = list.items.count == 1 ? ",)" : ")"
            try represent(list.items, "(", end, into: &writer, depth: depth)
        case .map(let map):
            writer.bytes += "{".utf8
            for (index, (key, value)) in zip(map.keys, map.values).enumerated() {
                if index > 0 { writer.bytes += ", ".utf8 }
                try represent(key, into: &writer, depth: depth + 1)
                writer.bytes += ": ".utf8
                try represent(value, into: &writer, depth: depth + 1)
            }
            writer.bytes += "}".utf8
        case .view(let view):
            try pay(steps: view.map.count)
            let start = view.part.rawValue + "(["
            try represent(view.items, start, "])", into: &writer, depth: depth)
        case .namespace(let namespace):
            var builder = MapBuilder()
            for (name, value) in zip(namespace.names, namespace.values) {
                _ = builder.set(.text(name), value)
            }
            writer.bytes += "<Namespace ".utf8
            try represent(.map(builder.map), into: &writer, depth: depth + 1)
            writer.bytes += ">".utf8
        case .range(let range):
            let end = range.start + range.count * range.step
            let step = range.step == 1 ? "" : ", \(range.step)"
            writer.bytes += "range(\(range.start), \(end)\(step))".utf8
        case .loop(let loop):
            writer.bytes += "<LoopContext \(loop.index + 1)/\(loop.items.count)>".utf8
        case .macro(let macro): writer.bytes += "<Macro '\(macro.definition.name)'>".utf8
        case .undefined: writer.bytes += "Undefined".utf8
        case .generator, .method, .function, .cycler, .joiner:
            writer.bytes += "<\(value.typeName)>".utf8
        case .null, .bool, .int, .wide, .float: writer.bytes += plain(value).utf8
        }
    }

    private func represent(
        _ items: [Value],
        _ start: String,
        _ end: String,
        into writer: inout RepresentationWriter,
        depth: Int
    ) throws(ChatTemplateError) {
        writer.bytes += start.utf8
        for (index, item) in items.enumerated() {
            if index > 0 { writer.bytes += ", ".utf8 }
            try represent(item, into: &writer, depth: depth + 1)
        }
        writer.bytes += end.utf8
    }
}

/// Collects what `repr` writes.
private struct RepresentationWriter {
    var bytes: [UInt8] = []
    var hasInput = false

    /// Writes a string in quotes; double ones if only single ones stand inside.
    mutating func quote(_ text: [UInt8]) {
        let single = UInt8(ascii: "'")
        let double = UInt8(ascii: "\"")
        let quote = text.contains(single) && !text.contains(double) ? double : single
        bytes.append(quote)
        var index = 0
        while index < text.count {
            let (scalar, byteCount) = text.scalar(at: index)
            if text[index] == quote || scalar == "\\" {
                bytes += [UInt8(ascii: "\\"), text[index]]
            } else {
                write(scalar)
            }
            index += byteCount
        }
        bytes.append(quote)
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\n": bytes += "\\n".utf8
        case "\r": bytes += "\\r".utf8
        case "\t": bytes += "\\t".utf8
        case _ where scalar.isPrintable: bytes.append(scalar)
        case "\u{0}"..<"\u{100}": write("\\x", scalar, digitCount: 2)
        case "\u{100}"..<"\u{10000}": write("\\u", scalar, digitCount: 4)
        default: write("\\U", scalar, digitCount: 8)
        }
    }

    private mutating func write(_ mark: String, _ scalar: Unicode.Scalar, digitCount: Int) {
        let digits = String(scalar.value, radix: 16)
        bytes += mark.utf8
        bytes += Array(repeating: UInt8(ascii: "0"), count: digitCount - digits.utf8.count)
        bytes += digits.utf8
    }
}

extension Unicode.Scalar {
    /// Whether Python prints the scalar as it is.
    var isPrintable: Bool {
        if value < 0x7F { return value >= 0x20 }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
            .paragraphSeparator, .spaceSeparator:
            return false
        default: return true
        }
    }
}
